"""Klaviyo forgets whom it is told to forget."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

ADA, BEA = "ada@storewire-demo.com", "bea@storewire-demo.com"
PHONE = "+491760406901"


def forget(api, id_: str | None = None, **attributes: object) -> TestResponse:
    given = {"id": id_} if id_ else {}
    profile = {"data": {"type": "profile", **given, "attributes": attributes}}
    document = {"type": "data-privacy-deletion-job", "attributes": {"profile": profile}}
    return api.post("/api/data-privacy-deletion-jobs", {"data": document})


@pytest.mark.parametrize("known", [{"email": ADA.upper()}, {"phone_number": PHONE}, {}])
def test_a_profile_goes_with_its_events(klaviyo_api, known: dict):
    ada = klaviyo_api.import_profile(email=ADA, phone_number=PHONE).json["data"]["id"]
    bea = klaviyo_api.import_profile(email=BEA).json["data"]["id"]
    klaviyo_api.send()
    klaviyo_api.send(profile={"data": {"type": "profile", "attributes": {"email": BEA}}})

    response = forget(klaviyo_api, None if known else ada, **known)

    assert (response.status_code, response.data) == (202, b"")
    state = klaviyo_api.state()
    assert [profile["id"] for profile in state["profiles"]] == [bea]
    assert [event["profile_id"] for event in state["events"]] == [bea]
    assert state["deleted_profiles"] == [ada]
    assert klaviyo_api.import_profile(email=ADA, phone_number=PHONE).status_code == 201


def test_whom_it_does_not_know_klaviyo_has_forgotten(klaviyo_api):
    klaviyo_api.import_profile(email=ADA)

    assert forget(klaviyo_api, email=BEA).status_code == 202
    assert forget(klaviyo_api, "NOBODY").status_code == 202

    state = klaviyo_api.state()
    assert (len(state["profiles"]), state["deleted_profiles"]) == (1, [])


def test_exactly_one_identifier_says_who_is_forgotten(klaviyo_api):
    ada = klaviyo_api.import_profile(email=ADA).json["data"]["id"]
    where = "/data/attributes/profile/data"

    for response, pointer in (
        (forget(klaviyo_api), where),
        (forget(klaviyo_api, email=None), where),
        (forget(klaviyo_api, email=ADA, phone_number=PHONE), where),
        (forget(klaviyo_api, ada, email=ADA), where),
        (forget(klaviyo_api, external_id="c-1"), f"{where}/attributes"),
        (forget(klaviyo_api, email="nobody"), f"{where}/attributes/email"),
    ):
        assert response.status_code == 400
        assert response.json["errors"][0]["source"] == {"pointer": pointer}
    assert len(klaviyo_api.state()["profiles"]) == 1


def test_only_three_a_second_are_forgotten(limited_api):
    answers = [forget(limited_api, email=ADA).status_code for _ in range(4)]

    assert answers == [202, 202, 202, 429]
