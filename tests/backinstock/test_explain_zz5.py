import pytest
from django.db import connection
from django.utils.timezone import now
from backinstock.models import *
@pytest.mark.django_db
def test_x(store):
    with connection.cursor() as c:
        StockItem.objects.bulk_create(StockItem(store=store, sku=f"S{i}", product_id=f"p{i//4}") for i in range(40000))
        ids=list(StockItem.objects.values_list("id",flat=True))
        SignUp.objects.bulk_create([SignUp(store=store,item_id=ids[i%8000] if i%10 else None,product_id=f"p{i%9000}",any_variant=(i%10==0),person=str(i)) for i in range(100000)],batch_size=5000)
        c.execute("ANALYZE")
    import time
    q=StockItem.objects.filter(store=store).waited_for().order_by("id")
    for cur in (0, ids[20000], ids[39000]):
        t=time.time(); n=len(q.filter(id__gt=cur)[:100]); print("took",cur,n,time.time()-t)
    t=time.time(); print(q.count(), time.time()-t)
