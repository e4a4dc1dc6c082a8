"""Waiting, consent and lists, as Klaviyo has them."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from tests.sandbox.test_klaviyo_lists import create_item, create_variant, ids

ADA, BEA = "ada@storewire-demo.com", "bea@storewire-demo.com"
PHONE = "+491760406901"
LIST = "Y6nRLr"
WAITING = "/api/back-in-stock-subscriptions"
SUBSCRIBE = "/api/profile-subscription-bulk-create-jobs"
UNSUBSCRIBE = "/api/profile-subscription-bulk-delete-jobs"
MARKETING = "/data/attributes/profiles/data/0/attributes/subscriptions/email/marketing"
PAST, LATER = "2026-01-02T03:04:05Z", "2999-01-02T03:04:05Z"
WORDS = {SUBSCRIBE: ("create", "SUBSCRIBED"), UNSUBSCRIBE: ("delete", "UNSUBSCRIBED")}


def wait(api, variant: str, channels: tuple[str, ...] = ("EMAIL",), **person: str) -> TestResponse:
    profile = {"data": {"type": "profile", "attributes": person or {"email": ADA}}}
    document = {
        "type": "back-in-stock-subscription",
        "attributes": {"channels": list(channels), "profile": profile},
        "relationships": {"variant": {"data": {"type": "catalog-variant", "id": variant}}},
    }
    return api.post(WAITING, {"data": document})


def say(api, path: str, *emails: str, to: str = LIST, **changes: object) -> TestResponse:
    verb, word = WORDS[path]
    said = {"email": {"marketing": {"consent": word, **changes.pop("said", {})}}}
    people = [
        {"type": "profile", "attributes": {"email": email, "subscriptions": said}}
        for email in emails
    ]
    document = {
        "type": f"profile-subscription-bulk-{verb}-job",
        "attributes": {"profiles": {"data": people}, **changes},
        "relationships": {"list": {"data": {"type": "list", "id": to}}} if to else {},
    }
    return api.post(path, {"data": document})


def suppress(api, email: str, reason: str) -> None:
    assert api.order("suppressions", {"emails": [email], "reason": reason}).status_code == 204


def marketing_of(api, email: str) -> dict:
    query = {
        "filter": f'any(email,["{email}"])',
        "additional-fields[profile]": "subscriptions",
        "fields[profile]": "email,subscriptions",
    }
    [profile] = api.get(f"/api/profiles?{urlencode(query)}").json["data"]
    assert set(profile["attributes"]) == {"email", "subscriptions"}
    return profile["attributes"]["subscriptions"]["email"]["marketing"]


def members(api, filter_: str = "") -> list[str]:
    query = f"?{urlencode({'filter': filter_})}" if filter_ else ""
    return ids(api.get(f"/api/lists/{LIST}/profiles{query}"))


def pointer(response: TestResponse) -> str:
    assert response.status_code in (400, 404)
    return response.json["errors"][0]["source"]["pointer"]


def test_somebody_waits_once_for_a_variant_by_every_channel_they_named(klaviyo_api):
    variant = create_variant(klaviyo_api, "SKU-M", create_item(klaviyo_api, "i"))

    assert wait(klaviyo_api, variant).status_code == 202
    assert wait(klaviyo_api, variant, ("SMS",), email=ADA, phone_number=PHONE).status_code == 202

    [profile] = klaviyo_api.state()["profiles"]
    assert klaviyo_api.state()["back_in_stock"] == [
        {"profile_id": profile["id"], "variant_id": variant, "channels": ["EMAIL", "SMS"]}
    ]
    assert "SKU-M" in klaviyo_api.client.get("/").text


def test_an_entry_needs_a_variant_that_is_there_and_a_person(klaviyo_api):
    variant = create_variant(klaviyo_api, "SKU-M", create_item(klaviyo_api, "i"))

    lost = wait(klaviyo_api, "$custom:::$default:::lost")
    assert lost.status_code == 404
    assert pointer(lost) == "/data/relationships/variant/data/id"
    assert pointer(wait(klaviyo_api, variant, ())) == "/data/attributes/channels"
    assert pointer(wait(klaviyo_api, variant, ("FAX",))) == "/data/attributes/channels/0"
    nobody = wait(klaviyo_api, variant, email="")
    assert pointer(nobody) == "/data/attributes/profile/data/attributes/email"
    assert klaviyo_api.state()["back_in_stock"] == []


def test_who_agrees_is_on_the_list_and_no_longer_suppressed_by_their_own_word(klaviyo_api):
    suppress(klaviyo_api, ADA, "UNSUBSCRIBE")
    suppress(klaviyo_api, BEA, "HARD_BOUNCE")
    assert marketing_of(klaviyo_api, ADA)["consent"] == "UNSUBSCRIBED"

    response = say(klaviyo_api, SUBSCRIBE, ADA, BEA, custom_source="The form")

    assert (response.status_code, response.data) == (202, b"")
    ada, bea = (marketing_of(klaviyo_api, email) for email in (ADA, BEA))
    assert (ada["consent"], ada["can_receive_email_marketing"]) == ("SUBSCRIBED", True)
    assert ada["custom_method_detail"] == "The form"
    assert (bea["consent"], bea["can_receive_email_marketing"]) == ("SUBSCRIBED", False)
    assert len(members(klaviyo_api)) == 2
    assert len(members(klaviyo_api, f'equals(email,"{ADA}")')) == 1
    assert members(klaviyo_api, 'equals(email,"nobody@storewire-demo.com")') == []


def test_who_leaves_a_list_keeps_the_rest_and_who_is_not_on_it_loses_all(klaviyo_api):
    say(klaviyo_api, SUBSCRIBE, ADA)
    say(klaviyo_api, SUBSCRIBE, BEA, to="OTHER1")

    assert say(klaviyo_api, UNSUBSCRIBE, ADA, BEA).status_code == 202

    ada, bea = (marketing_of(klaviyo_api, email) for email in (ADA, BEA))
    assert (ada["consent"], ada["list_suppressions"][0]["list_id"]) == ("SUBSCRIBED", LIST)
    assert bea["consent"] == "UNSUBSCRIBED"
    assert [one["reason"] for one in bea["suppression"]] == ["UNSUBSCRIBE"]
    assert klaviyo_api.state()["lists"] == {LIST: [], "OTHER1": []}


def test_who_never_said_anything_may_be_written_to(klaviyo_api):
    klaviyo_api.import_profile(email=ADA)

    found = marketing_of(klaviyo_api, ADA)

    assert (found["consent"], found["can_receive_email_marketing"]) == ("NEVER_SUBSCRIBED", True)
    assert "subscriptions" not in klaviyo_api.get("/api/profiles").json["data"][0]["attributes"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"said": {"consented_at": PAST}}, f"{MARKETING}/consented_at"),
        ({"historical_import": True}, MARKETING),
        (
            {"historical_import": True, "said": {"consented_at": LATER}},
            f"{MARKETING}/consented_at",
        ),
        ({"said": {"consent": "UNSUBSCRIBED"}}, f"{MARKETING}/consent"),
    ],
)
def test_a_time_of_consent_is_for_history_only(klaviyo_api, changes: dict, where: str):
    response = say(klaviyo_api, SUBSCRIBE, ADA, **changes)

    assert pointer(response) == where
    assert klaviyo_api.state()["lists"] == {}


def test_history_may_say_when_and_has_its_limits(klaviyo_api):
    at = {"consented_at": PAST}
    many = [f"a{n}@storewire-demo.com" for n in range(101)]

    assert say(klaviyo_api, SUBSCRIBE, ADA, historical_import=True, said=at).status_code == 202
    assert pointer(say(klaviyo_api, UNSUBSCRIBE, *many)) == "/data/attributes/profiles/data"
    assert pointer(say(klaviyo_api, SUBSCRIBE)) == "/data/attributes/profiles/data"


def test_only_what_there_is_may_be_asked_of_profiles(klaviyo_api):
    for name, value in (("additional-fields[profile]", "predictive_analytics"),
                        ("fields[profile]", "subscriptions")):  # fmt: skip
        response = klaviyo_api.get(f"/api/profiles?{urlencode({name: value})}")
        assert response.json["errors"][0]["source"] == {"parameter": name}


def test_who_is_forgotten_waits_for_nothing_and_is_on_no_list(klaviyo_api):
    variant = create_variant(klaviyo_api, "SKU-M", create_item(klaviyo_api, "i"))
    wait(klaviyo_api, variant)
    say(klaviyo_api, SUBSCRIBE, ADA)
    profile = {"data": {"type": "profile", "attributes": {"email": ADA}}}
    document = {"type": "data-privacy-deletion-job", "attributes": {"profile": profile}}
    klaviyo_api.post("/api/data-privacy-deletion-jobs", {"data": document})

    state = klaviyo_api.state()
    assert (state["back_in_stock"], state["lists"], state["subscriptions"]) == ([], {LIST: []}, {})


def test_an_order_that_makes_no_sense_suppresses_nobody(klaviyo_api):
    assert klaviyo_api.order("suppressions", {"emails": [ADA], "reason": "x"}).status_code == 400
    assert klaviyo_api.state()["profiles"] == []
