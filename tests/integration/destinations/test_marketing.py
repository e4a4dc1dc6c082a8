"""Consent and waiting lists, sent."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests

from integration import registry
from integration.core.errors import Reject, Retry
from integration.core.exchange import Access, Answer
from integration.core.records import Record
from integration.destinations.klaviyo.marketing import NOT_ON_THE_LIST
from integration.destinations.klaviyo.sending import sender
from integration.destinations.klaviyo.suppressions import suppressed
from integration.destinations.klaviyo.words import PHONE_NOTE
from tests.conftest import Sandbox
from tests.integration.destinations import requests_to as to
from tests.integration.destinations import waiting as people
from tests.integration.destinations.said import Said
from tests.integration.destinations.waiting import ADA, LIST, PHONE, facts

BEA = "bea@storewire-demo.com"
KLAVIYO = registry.destinations()["klaviyo"]


class Remembering:
    """A memory that forgets nothing."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.kept.get(key)

    def set(self, key: str, value: str, seconds: float) -> None:
        self.kept[key] = value

    def delete(self, key: str) -> None:
        self.kept.pop(key, None)


def send(access: Access, record: Record) -> Answer:
    [request] = KLAVIYO.mappers[type(record)](record, facts())
    parts = {"method": request.method, "path": request.path, "body": request.body}
    return sender(access)(request.operation, parts)


def mirrored(**changes: object) -> Record:
    return people.joined(announce=False, mirror=True, sku="sku/1", **changes)


def put_into_catalogue(access: Access) -> None:
    for request in (to.item(1), to.variant(1)):
        parts = {"method": request.method, "path": request.path, "body": request.body}
        sender(access)(request.operation, parts)


def suppress(sandbox: Sandbox, reason: str, *emails: str) -> None:
    requests.put(
        f"{sandbox.url}/klaviyo/_sandbox/suppressions",
        json={"emails": emails, "reason": reason},
        timeout=5,
    ).raise_for_status()


def members(sandbox: Sandbox) -> list[str]:
    state = sandbox.state()
    emails = {profile["id"]: profile["email"] for profile in state["profiles"]}
    return [emails[id_] for id_ in state["lists"].get(LIST, [])]


def test_a_sign_up_is_on_klaviyos_own_list(access: Access, sandbox: Sandbox):
    put_into_catalogue(access)

    assert send(access, mirrored(phone=PHONE)).status == 202

    [entry] = sandbox.state()["back_in_stock"]
    assert entry["variant_id"] == "$custom:::$default:::sku/1"
    assert entry["channels"] == ["EMAIL", "SMS"]


def test_a_variant_that_klaviyo_does_not_have_is_told_before(access: Access, sandbox: Sandbox):
    with pytest.raises(Reject) as failure:
        send(access, mirrored())

    assert failure.value.code == "variant_missing"
    assert "Import the store's products, then retry." in failure.value.reason
    assert sandbox.state()["back_in_stock"] == []
    put_into_catalogue(access)
    assert send(access, mirrored()).status == 202


@pytest.mark.parametrize("status", [400, 404])
def test_klaviyos_own_word_that_a_variant_or_a_list_is_missing_is_understood(
    klaviyo_says: Said, status: int
):
    klaviyo_says.say(200, {"data": [{"type": "catalog-variant", "id": "x"}]})
    klaviyo_says.refuse("/data/relationships/variant/data/id", status=status)
    klaviyo_says.refuse("/data/relationships/list/data/id", status=status)

    with pytest.raises(Reject) as no_variant:
        send(klaviyo_says.access, mirrored())
    with pytest.raises(Reject) as no_list:
        send(klaviyo_says.access, people.consent())

    assert no_variant.value.code == "variant_missing"
    assert no_list.value.code == "list_missing"


def test_whether_a_variant_is_there_is_asked_once_in_a_while(klaviyo_says: Said):
    access = replace(klaviyo_says.access, memory=Remembering())
    klaviyo_says.say(200, {"data": [{"type": "catalog-variant", "id": "x"}]})
    klaviyo_says.say(202, {})
    klaviyo_says.say(202, {})

    send(access, mirrored())
    send(access, mirrored(email=BEA))

    assert [method for method, _, _ in klaviyo_says.asked] == ["GET", "POST", "POST"]


def test_a_number_that_klaviyo_will_not_have_leaves_the_address(klaviyo_says: Said):
    klaviyo_says.say(200, {"data": [{"type": "catalog-variant", "id": "x"}]})
    klaviyo_says.refuse("/data/attributes/profile/data/attributes/phone_number")
    klaviyo_says.say(202, {})

    answer = send(klaviyo_says.access, mirrored(phone=PHONE))

    assert answer.notes == (PHONE_NOTE,)
    sent = klaviyo_says.asked[-1][2]["data"]["attributes"]
    assert sent["channels"] == ["EMAIL"]
    assert sent["profile"]["data"]["attributes"] == {"email": ADA}


def test_who_has_only_a_number_that_klaviyo_will_not_have_is_refused(klaviyo_says: Said):
    klaviyo_says.say(200, {"data": [{"type": "catalog-variant", "id": "x"}]})
    klaviyo_says.refuse("/data/attributes/profile/data/attributes/phone_number")

    with pytest.raises(Reject) as failure:
        send(klaviyo_says.access, mirrored(email="", phone=PHONE))

    assert failure.value.pointer == "/data/attributes/profile/data/attributes/phone_number"


def test_who_agrees_is_subscribed_to_that_list(access: Access, sandbox: Sandbox):
    suppress(sandbox, "UNSUBSCRIBE", ADA)

    assert send(access, people.consent()).status == 202

    assert members(sandbox) == [ADA]
    [said] = sandbox.state()["subscriptions"].values()
    marketing = said["email"]["marketing"]
    assert (marketing["consent"], marketing["suppression"]) == ("SUBSCRIBED", [])
    assert marketing["custom_method_detail"] == "https://shop.storewire-demo.com/de/wool-scarf"


def test_who_takes_it_back_is_off_that_list_and_stays_on_others(access: Access, sandbox: Sandbox):
    send(access, people.consent())
    send(access, people.consent(list_id="OTHER1"))

    assert send(access, people.consent(granted=False)).status == 202

    assert members(sandbox) == []
    assert len(sandbox.state()["lists"]["OTHER1"]) == 1
    [said] = sandbox.state()["subscriptions"].values()
    assert said["email"]["marketing"]["consent"] == "SUBSCRIBED"


def test_who_is_not_on_the_list_is_not_unsubscribed_from_everything(
    access: Access, sandbox: Sandbox
):
    send(access, people.consent(list_id="OTHER1"))

    answer = send(access, people.consent(granted=False))

    assert answer == Answer(status=200, notes=(NOT_ON_THE_LIST,))
    assert "bulk_unsubscribe_profiles" not in sandbox.state()["counts"]["requests"]
    assert len(sandbox.state()["lists"]["OTHER1"]) == 1


def test_a_list_that_is_gone_has_nobody_to_take_off(klaviyo_says: Said):
    klaviyo_says.refuse("", status=404)

    answer = send(klaviyo_says.access, people.consent(granted=False))

    assert answer.notes == (NOT_ON_THE_LIST,)


def test_who_is_still_being_subscribed_is_taken_off_later(klaviyo_says: Said):
    access = replace(klaviyo_says.access, memory=Remembering())
    klaviyo_says.say(202, {})
    klaviyo_says.say(200, {"data": []})
    klaviyo_says.say(200, {"data": [{"type": "profile", "id": "A"}]})
    klaviyo_says.say(202, {})
    send(access, people.consent())

    with pytest.raises(Retry) as failure:
        send(access, people.consent(granted=False))
    assert failure.value.after == 30
    assert send(access, people.consent(granted=False)).status == 202
    assert ADA not in str(access.memory.kept)


def test_who_is_suppressed_is_found_however_that_came_about(access: Access, sandbox: Sandbox):
    reasons = ("HARD_BOUNCE", "SPAM_COMPLAINT", "USER_SUPPRESSED", "UNSUBSCRIBE", "INVALID_EMAIL")
    for reason in reasons:
        suppress(sandbox, reason, f"{reason.lower()}@storewire-demo.com")
    send(access, people.consent(email=BEA))

    asked = [f"{reason}@Storewire-Demo.com" for reason in reasons]
    found = suppressed(access, [*asked, ADA, BEA, ""])

    assert found == set(asked)


def test_nobody_is_asked_about_nobody(access: Access, sandbox: Sandbox):
    assert suppressed(access, []) == set()
    assert sandbox.requests() == []


def test_a_hundred_are_asked_about_at_a_time(access: Access, sandbox: Sandbox):
    emails = [f"a{number}@storewire-demo.com" for number in range(250)]
    suppress(sandbox, "HARD_BOUNCE", *emails[95:105])

    assert suppressed(access, emails) == set(emails[95:105])
    assert sandbox.state()["counts"]["requests"] == {"get_profiles": 3}


def test_one_that_is_no_address_does_not_spoil_the_question(klaviyo_says: Said):
    klaviyo_says.refuse("filter")
    klaviyo_says.refuse("filter")
    gone = {"email": {"marketing": {"can_receive_email_marketing": False}}}
    shown = {"type": "profile", "id": "A", "attributes": {"email": ADA, "subscriptions": gone}}
    klaviyo_says.say(200, {"data": [shown]})

    assert suppressed(klaviyo_says.access, ["no address", ADA]) == {ADA}


def test_a_klaviyo_that_is_down_does_not_say_that_nobody_is_suppressed(
    access: Access, sandbox: Sandbox
):
    sandbox.fail("503")

    with pytest.raises(Retry):
        suppressed(access, [ADA])
