"""What is refused is taken out of a pack, and the rest goes."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import orjson
import pytest
from django.utils.timezone import now

from integration.bulk.pages import Page, Row
from integration.core.bulk import BulkAnswer, Pack, Refused, Taken
from integration.core.errors import THROTTLED, Misconfigured, Reject, Retry
from integration.core.exchange import Request
from integration.pipeline import packs
from integration.pipeline.packs import Sender, Sent

BAD = Reject("This is bad.", code="invalid")
PACK = Pack(
    most=100,
    most_bytes=10_000,
    piece=lambda request: orjson.dumps(request.body),
    body=orjson.loads,
)


def row(name: str) -> Row:
    request = Request(
        operation="create", method="POST", path="/", body={"name": name}, idempotency_key=name
    )
    page = Page(cursor="1")
    return Row(entry=name, request=request, content=PACK.piece(request), page=page, as_of=now())


class Other:
    """The other side: notes what it was asked, and answers by `says`."""

    def __init__(self, says) -> None:
        self.asked: list[list[str]] = []
        self._says = says

    def send(self, operation: str, contents: Sequence[bytes]) -> BulkAnswer:
        names = [orjson.loads(content)["name"] for content in contents]
        self.asked.append(names)
        return self._says(names)


def taken(names: list[str]) -> BulkAnswer:
    return BulkAnswer(taken=(Taken(places=tuple(range(len(names)))),))


def deliver(other: Other, *names: str) -> Sent:
    return Sender(other.send, {"create": PACK}).deliver("create", [row(name) for name in names])


def arrived(sent: Sent) -> list[str]:
    return sorted(one.entry for _, rows in sent.taken for one in rows)


def refused(sent: Sent) -> list[str]:
    return sorted(one.entry for one, _ in sent.refused)


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "FIRST_WAIT", 0.001)


def test_what_is_named_is_taken_out_and_the_rest_goes_once_more():
    def says(names: list[str]) -> BulkAnswer:
        bad = [place for place, name in enumerate(names) if name.startswith("bad")]
        refused = tuple(Refused(place=place, failure=BAD) for place in bad)
        return BulkAnswer(refused=refused) if bad else taken(names)

    other = Other(says)

    sent = deliver(other, "a", "bad1", "b", "bad2", "c")

    assert other.asked == [["a", "bad1", "b", "bad2", "c"], ["a", "b", "c"]]
    assert arrived(sent) == ["a", "b", "c"]
    assert refused(sent) == ["bad1", "bad2"]


def test_where_one_is_named_at_a_time_the_second_refusal_halves():
    def says(names: list[str]) -> BulkAnswer:
        for place, name in enumerate(names):
            if name.startswith("bad"):
                return BulkAnswer(refused=(Refused(place=place, failure=BAD),))
        return taken(names)

    other = Other(says)

    sent = deliver(other, "a", "bad1", "b", "bad2", "c", "bad3", "d")

    assert arrived(sent) == ["a", "b", "c", "d"]
    assert refused(sent) == ["bad1", "bad2", "bad3"]
    assert [len(names) for names in other.asked[:3]] == [7, 6, 3]


def test_where_none_is_named_halves_find_the_one():
    def says(names: list[str]) -> BulkAnswer:
        if "bad" in names:
            raise BAD
        return taken(names)

    sent = deliver(Other(says), "a", "b", "bad", "c", "d")

    assert arrived(sent) == ["a", "b", "c", "d"]
    assert refused(sent) == ["bad"]


def test_what_may_go_otherwise_goes_otherwise_with_a_note():
    def says(names: list[str]) -> BulkAnswer:
        if "phone" not in names:
            return taken(names)
        instead = Refused(
            place=names.index("phone"), failure=BAD, instead={"name": "none"}, note="No phone."
        )
        return BulkAnswer(refused=(instead,))

    sent = deliver(Other(says), "a", "phone")

    assert refused(sent) == []
    assert [
        (one.entry, one.whole(PACK).body, one.notes) for _, rows in sent.taken for one in rows
    ] == [
        ("a", {"name": "a"}, ()),
        ("phone", {"name": "none"}, ("No phone.",)),
    ]


def test_what_is_refused_otherwise_as_well_is_refused():
    def says(names: list[str]) -> BulkAnswer:
        return BulkAnswer(
            refused=(Refused(place=0, failure=BAD, instead={"name": "x"}, note="No phone."),)
        )

    other = Other(says)

    assert refused(deliver(other, "a")) == ["a"]
    assert other.asked == [["a"], ["x"]]


def test_an_answer_without_a_word_ends_in_a_refusal_not_in_a_circle():
    assert refused(deliver(Other(lambda names: BulkAnswer()), "a", "b", "c")) == ["a", "b", "c"]


def test_what_passes_is_waited_for():
    answers = [Retry("Down.", status=503), Retry("Slow down.", code=THROTTLED, after=0.001), None]

    def says(names: list[str]) -> BulkAnswer:
        failure = answers.pop(0)
        if failure:
            raise failure
        return taken(names)

    sent = deliver(Other(says), "a")

    assert arrived(sent) == ["a"]
    assert sent.halted_by is None


def test_what_lasts_is_left_for_later():
    def says(names: list[str]) -> BulkAnswer:
        raise Retry("Down.", status=503, after=0.001)

    other = Other(says)

    sent = deliver(other, "a", "b")

    assert [one.entry for one in sent.untried] == ["a", "b"]
    assert isinstance(sent.halted_by, Retry)
    assert len(other.asked) == packs.MOST_TRIES


def test_the_rate_alone_never_ends_the_patience():
    throttled = [Retry("Slow down.", code=THROTTLED, after=0.0)] * (3 * packs.MOST_TRIES)

    def says(names: list[str]) -> BulkAnswer:
        if throttled:
            raise throttled.pop()
        return taken(names)

    assert arrived(deliver(Other(says), "a")) == ["a"]


def test_a_wrong_key_ends_it_at_once():
    def says(names: list[str]) -> BulkAnswer:
        raise Misconfigured("The key was refused.", remedy="Enter another.")

    other = Other(says)

    sent = deliver(other, "a")

    assert isinstance(sent.halted_by, Misconfigured)
    assert [one.entry for one in sent.untried] == ["a"]
    assert len(other.asked) == 1


def test_who_is_told_to_halt_finishes_the_request_and_begins_no_other():
    sender: Sender
    begun = threading.Event()

    def says(names: list[str]) -> BulkAnswer:
        begun.set()
        sender.halt()
        return BulkAnswer(taken=(Taken(places=(0,)),))

    sender = Sender(Other(says).send, {"create": PACK})

    sent = sender.deliver("create", [row("a"), row("b")])

    assert arrived(sent) == ["a"]
    assert [one.entry for one in sent.untried] == ["b"]
    assert sent.halted_by is None
