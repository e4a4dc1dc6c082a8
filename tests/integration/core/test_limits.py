"""The limiter grants what is left, and remembers pauses for everyone."""

from __future__ import annotations

import pytest
import redis

from integration.core.limits import LONGEST_PAUSE, Limiter, Rate

RATES = (Rate(10, 60),)


@pytest.fixture
def limiter(settings) -> Limiter:
    return Limiter(settings.REDIS_URL)


def test_it_grants_what_is_left_and_then_nothing(limiter: Limiter):
    granted = [limiter.take("a", RATES, 4) for _ in range(4)]

    assert granted == [4, 4, 2, 0]
    assert 0 < limiter.wait("a", RATES) <= 60


def test_names_do_not_share(limiter: Limiter):
    limiter.take("a", RATES, 10)

    assert limiter.take("b", RATES, 10) == 10
    assert limiter.wait("b", (Rate(11, 60),)) == 0


def test_the_smallest_of_several_rates_counts(limiter: Limiter):
    assert limiter.take("a", (Rate(3, 1), Rate(10, 60)), 5) == 3


def test_two_limiters_share_what_is_left(limiter: Limiter, settings):
    limiter.take("a", RATES, 7)

    assert Limiter(settings.REDIS_URL).take("a", RATES, 7) == 3


def test_a_pause_holds_for_everyone(limiter: Limiter, settings):
    limiter.pause("a", 20)

    assert Limiter(settings.REDIS_URL).take("a", RATES, 1) == 0
    assert 19 < limiter.wait("a", RATES) <= 20


def test_stumbling_in_a_row_pauses_longer_each_time(limiter: Limiter, settings):
    client = redis.Redis.from_url(settings.REDIS_URL)
    pauses = []
    for _ in range(8):
        limiter.stumble("a")
        pauses.append(limiter.wait("a", RATES))
        client.delete("pause:a")

    assert [round(seconds) for seconds in pauses] == [1, 2, 4, 8, 16, 30, 30, 30]


def test_requests_that_fail_together_stumble_once(limiter: Limiter):
    for _ in range(8):
        limiter.stumble("a")

    assert limiter.wait("a", RATES) <= 1


def test_after_a_recovery_the_next_pause_is_short(limiter: Limiter, settings):
    limiter.stumble("a")
    redis.Redis.from_url(settings.REDIS_URL).delete("pause:a")
    limiter.recovered("a")
    limiter.stumble("a")

    assert limiter.wait("a", RATES) <= 1


def test_without_redis_nothing_is_granted_and_nothing_breaks():
    lost = Limiter("redis://127.0.0.1:1/0")

    assert lost.take("a", RATES, 1) == 0
    assert lost.wait("a", RATES) == LONGEST_PAUSE
    lost.pause("a", 1)
    lost.stumble("a")
    lost.recovered("a")
