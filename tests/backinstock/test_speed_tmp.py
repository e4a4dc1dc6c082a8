import time
from backinstock import feeds
from backinstock.models import Feed
from tests.backinstock.test_feeds import *  # noqa
def test_speed(feed, put, stock, django_assert_max_num_queries, script_=None):
    put(many(5000))
    t=time.monotonic(); feeds.read(feed.id, NOON); print("first 5000", time.monotonic()-t)
    t=time.monotonic(); feeds.read(feed.id, LATER); print("same 5000", time.monotonic()-t)
    put(many(5000, quantity=2))
    t=time.monotonic(); feeds.read(feed.id, LATER+timedelta(minutes=15)); print("changed 5000", time.monotonic()-t)
    feed.refresh_from_db(); print(feed.result)
