import time, pytest
from django.db import connection
from django.utils.timezone import now
from datetime import timedelta
from backinstock import rehearsal
from backinstock.models import *
from tests.backinstock.conftest import NOON
from tests.backinstock.admin import page, sign_in
pytestmark = pytest.mark.django_db

def test_perf(store, item, choose_settings, client):
    N=20_000; T=time.perf_counter()
    import hashlib
    SignUp.objects.bulk_create((SignUp(store=store,item=item if n%5 else None,product_id="shoe",any_variant=n%5==0,email=f"p{n}@klaviyo-demo.com",person=hashlib.sha256(str(n).encode()).hexdigest(),units=1,created=NOON,waiting_since=NOON+timedelta(seconds=n),is_announced=True, bought_at=now() if n%10==3 else None) for n in range(N)),batch_size=5000)
    SignUp.objects.bulk_create((SignUp(store=store,item=item,product_id="shoe",state="alerted",alerted_at=now()-timedelta(hours=n%48),person=hashlib.sha256(str(n).encode()).hexdigest(),units=1,created=NOON,waiting_since=NOON) for n in range(10000)),batch_size=5000)
    OptOut.objects.bulk_create((OptOut(store=store,person=hashlib.sha256(str(n).encode()).hexdigest()) for n in range(0,N,7)),batch_size=5000)
    with connection.cursor() as c: c.execute("ANALYZE")
    print("setup", time.perf_counter()-T); client=sign_in(client,group="Marketer")
    def go(name,units):
        it=StockItem.objects.select_related("store").get(id=item.id)
        t=time.perf_counter(); f=rehearsal.rehearse(it,units,now()); d=time.perf_counter()-t
        e=0
        print(f"{name}: {d:.2f}s page {e:.2f}s told={f.told} waves={len(f.waves)} later={f.later} skipped={[(s.reason,s.count) for s in f.skipped]} more={f.wants_more} {f.nobody}")
    sql=[]
    def w(execute,q,params,many,ctx):
        t=time.perf_counter()
        try: return execute(q,params,many,ctx)
        finally: sql.append((time.perf_counter()-t,q[:90], q[-160:]))
    import cProfile,pstats
    with connection.execute_wrapper(w): go("1M wrapped",1_000_000)
    for x in sorted(sql)[-6:]: print("SQL",x)
    pr=cProfile.Profile(); pr.enable(); go("1M profiled",1_000_000); pr.disable()
    pstats.Stats(pr).sort_stats("tottime").print_stats(14)
    go("30",30); go("3000",3000); go("1M",1_000_000)
    choose_settings(rate=0); go("everybody",1)
    choose_settings()
    SignUp.objects.update(units=2); go("size 3, want 2",3); go("size1",1)
    go("size 4001",4001)
