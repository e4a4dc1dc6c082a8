"""When a variant is back, and whose turn it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from backinstock.config import DEFAULT, GROUP, Policy, policy
from backinstock.rules import (
    Candidate,
    Standing,
    Stock,
    choose,
    is_return,
    next_standing,
    suffices,
    waiting_days,
    wave_size,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
USUAL: Policy = policy({GROUP: DEFAULT})


@pytest.mark.parametrize(
    ("stock", "enough"),
    [
        (Stock(quantity=1), True),
        (Stock(quantity=0), False),
        (Stock(quantity=-2), False),
        (Stock(quantity=None), True),  # nobody counts it
        (Stock(quantity=5, published=False), False),
        (Stock(quantity=0, backorder=True), False),
    ],
)
def test_enough_is_one_unit_of_what_shoppers_can_see(stock: Stock, enough: bool):
    assert suffices(stock, USUAL) is enough


def test_the_store_says_how_many_are_enough_and_whether_backorders_count():
    rules = replace(USUAL, minimum_stock=3, backorder=True)

    assert not suffices(Stock(quantity=2), rules)
    assert suffices(Stock(quantity=3), rules)
    assert suffices(Stock(quantity=0, backorder=True), rules)


def test_it_is_back_at_once_where_no_time_is_asked_for():
    sold_out = Standing(is_available=False)
    back = next_standing(sold_out, True, USUAL, NOON)

    assert back == Standing(is_available=True)
    assert is_return(sold_out, back, somebody_waits=False)


def test_what_flickers_is_not_back_until_it_has_stayed_for_long_enough():
    rules = replace(USUAL, minimum_time=timedelta(minutes=10))
    standing = Standing(is_available=False)
    for minute, enough in ((0, True), (5, False), (6, True), (15, True)):
        before, standing = (
            standing,
            next_standing(standing, enough, rules, NOON + timedelta(minutes=minute)),
        )
        assert not is_return(before, standing, somebody_waits=True)

    back = next_standing(standing, True, rules, NOON + timedelta(minutes=16))
    assert is_return(standing, back, somebody_waits=True)


def test_what_is_there_does_not_come_back():
    there = Standing(is_available=True)

    assert not is_return(there, next_standing(there, True, USUAL, NOON), somebody_waits=True)


@pytest.mark.parametrize("somebody_waits", [True, False])
def test_what_nobody_knew_is_back_only_for_those_who_wait(somebody_waits: bool):
    back = next_standing(Standing(), True, USUAL, NOON)

    assert is_return(Standing(), back, somebody_waits) is somebody_waits


@pytest.mark.parametrize(
    ("stock", "rate", "size"),
    [(80, 1, 80), (80, 3, 240), (80, 0, None), (None, 1, None), (-1, 1, 0)],
)
def test_a_wave_is_so_many_people_for_each_unit(stock: int | None, rate: int, size: int | None):
    assert wave_size(stock, replace(USUAL, rate=rate)) == size


def test_the_first_in_line_are_told_as_long_as_there_are_units():
    line = [Candidate(id=number) for number in range(1, 6)]
    choice = choose(line, 3)

    assert [one.id for one in choice.told] == [1, 2, 3]
    assert choice.last == line[2]
    assert choice.is_full


def test_who_wants_more_than_is_left_stays_and_the_next_one_is_told():
    line = [Candidate(id=1, units=2), Candidate(id=2, units=3), Candidate(id=3, units=1)]
    choice = choose(line, 3)

    assert [one.id for one in choice.told] == [1, 3]
    assert [one.id for one in choice.passed_over] == [2]
    assert choice.units == 3


def test_everybody_is_told_where_there_is_no_end_of_it():
    choice = choose([Candidate(id=number, units=100) for number in range(50)], None)

    assert len(choice.told) == 50
    assert not choice.is_full


def test_whoever_is_not_to_be_told_takes_nobodys_place():
    line = [
        Candidate(id=1, bought=True),
        Candidate(id=2, opted_out=True),
        Candidate(id=3, suppressed=True),
        Candidate(id=4, cooling_down=True),
        Candidate(id=5),
    ]
    choice = choose(line, 1)

    assert [one.id for one in choice.told] == [5]
    assert [(one.id, reason) for one, reason in choice.skipped] == [
        (1, "bought"),
        (2, "opted_out"),
        (3, "suppressed"),
        (4, "cooling_down"),
    ]


def test_only_full_days_of_waiting_count():
    assert waiting_days(NOON, NOON + timedelta(hours=47)) == 1
    assert waiting_days(NOON, NOON - timedelta(hours=1)) == 0
