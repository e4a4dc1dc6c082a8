"""What is too much for Klaviyo is cut by rule, and noted."""

from __future__ import annotations

import json

import pytest

from integration.destinations.klaviyo.fitting import Fitted, fit_event, fit_profile


def test_what_fits_is_left_as_it_is():
    properties, notes = fit_event({"OrderId": "1"}, {"gift": True}, {"lineItems": [{"id": "2"}]})

    assert properties == {"OrderId": "1", "gift": True, "lineItems": [{"id": "2"}]}
    assert notes == ()


def test_what_was_looked_through_is_known_to_be():
    small, _ = fit_event({"OrderId": "1"}, {}, {})
    medium, notes = fit_event({}, {"text": "ä" * 26_000, "list": [1] * 4_000}, {})
    large, _ = fit_event({}, {"text": "ä" * 60_000}, {})

    assert isinstance(small, Fitted)
    assert medium == {"text": "ä" * 26_000, "list": [1] * 4_000}
    assert notes == ()
    assert not isinstance(large, Fitted)


@pytest.mark.parametrize("odd", ["\ud800", float("nan"), 1e300, -(2**63), True, None, []])
def test_odd_values_that_are_within_the_limits_are_left_as_they_are(odd: object):
    properties, notes = fit_event({}, {"odd": odd, "in": {"list": [odd]}}, {})

    assert properties["odd"] is odd
    assert properties["in"]["list"][0] is odd
    assert notes == ()


def test_our_names_count_before_the_shops():
    properties, _ = fit_event({"OrderId": "ours"}, {"OrderId": "theirs", "a": 1}, {"a": 2})

    assert properties == {"OrderId": "ours", "a": 1}


def test_over_400_properties_the_orders_go_first():
    custom = {f"custom{n}": n + 1 for n in range(300)}
    properties, notes = fit_event({"OrderId": "1"}, custom, {f"f{n}": 1 for n in range(200)})

    assert len(properties) == 400
    assert properties.items() >= custom.items()
    assert "more than 400 properties" in notes[0]
    assert "“f99”" in notes[0]


def test_a_long_text_ends_at_100_kilobytes_and_not_in_the_middle_of_a_letter():
    properties, notes = fit_event({}, {"text": "ä" * 60_000}, {})

    assert properties["text"] == "ä" * 50_000
    assert notes == ("“text” was cut after 100,000 bytes.",)


def test_a_long_list_ends_after_4000_entries():
    properties, notes = fit_event({}, {}, {"lines": [1] * 4001})

    assert len(properties["lines"]) == 4000
    assert notes == ("“lines” was cut after 4,000 entries.",)


def test_what_is_nested_too_deep_is_left_out():
    deep: dict = {"leaf": 1}
    for _ in range(12):
        deep = {"in": deep, "beside": 1}
    properties, notes = fit_event({}, {"deep": deep}, {})

    levels, place = 1, properties["deep"]
    while "in" in place:
        levels, place = levels + 1, place["in"]
    assert levels == 9  # the properties themselves are the first level
    assert "nested too deep" in notes[0]


def test_a_number_of_more_than_64_bits_becomes_a_text():
    properties, notes = fit_event({}, {"big": 2**63}, {})

    assert properties["big"] == str(2**63)
    assert len(notes) == 1


def test_over_5_megabytes_the_largest_of_the_orders_fields_goes_first():
    lines = [{"text": "x" * 90_000} for _ in range(60)]
    properties, notes = fit_event({"Items": [1]}, {"own": "y" * 90_000}, {"lines": lines, "a": 1})

    assert properties == {"Items": [1], "own": "y" * 90_000, "a": 1}
    assert notes == ("Left out, because the whole would be too large: “lines”.",)


def test_a_profile_stays_under_100_kilobytes():
    properties, notes = fit_profile({"small": 1, "large": "x" * 99_000})

    assert properties == {"small": 1}
    assert "“large”" in notes[0]
    assert len(json.dumps(properties)) < 95_000
