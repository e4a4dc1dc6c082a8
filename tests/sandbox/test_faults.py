"""Both sides fail as they are told, in their own words."""

from __future__ import annotations

import pytest

from project.sandbox.app import Options, create

ADA = "ada@storewire-demo.com"


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("400", "invalid"),
        ("401", "authentication_failed"),
        ("403", "permission_denied"),
        ("409", "duplicate_profile"),
        ("429", "throttled"),
        ("500", "error"),
        ("503", "error"),
    ],
)
def test_klaviyo_fails_as_told_and_recovers(klaviyo_api, how: str, code: str):
    klaviyo_api.fail(how, operation="create_event", times=1, pointer="/data", detail="No.")

    response = klaviyo_api.send()

    [error] = response.json["errors"]
    assert (response.status_code, error["status"], error["code"]) == (int(how), int(how), code)
    assert (error["source"], error["detail"]) == ({"pointer": "/data"}, "No.")
    assert klaviyo_api.state()["events"] == []
    assert klaviyo_api.send().status_code == 202
    assert klaviyo_api.state()["counts"]["answers"] == {"create_event": {how: 1, "202": 1}}


@pytest.mark.parametrize(
    ("order", "header"),
    [
        ({"how": "429"}, "1"),
        ({"how": "429", "retry_after": 30}, "30"),
        ({"how": "503", "retry_after": 30}, "30"),
        ({"how": "503"}, None),
    ],
)
def test_how_long_to_wait_is_said_as_told(klaviyo_api, order: dict, header: str | None):
    klaviyo_api.fail(**order)

    assert klaviyo_api.send().headers.get("Retry-After") == header


def test_a_clash_names_the_profile_that_it_was_told(klaviyo_api):
    klaviyo_api.fail("409", duplicate_profile_id="P-1")

    [error] = klaviyo_api.import_profile(email=ADA).json["errors"]

    assert error["meta"] == {"duplicate_profile_id": "P-1"}


def test_a_proxy_answers_with_a_page(klaviyo_api):
    klaviyo_api.fail("html")

    response = klaviyo_api.send()

    assert (response.status_code, response.mimetype) == (502, "text/html")
    assert "Bad Gateway" in response.text


def test_only_the_operation_that_was_named_fails_until_told_otherwise(klaviyo_api):
    klaviyo_api.fail("500", operation="create_event")

    assert klaviyo_api.import_profile(email=ADA).status_code == 201
    assert [klaviyo_api.send().status_code for _ in range(3)] == [500] * 3
    [order] = klaviyo_api.client.get("/_sandbox/fail").json
    assert (order["how"], order["operation"], order["times"]) == ("500", "create_event", None)
    assert klaviyo_api.client.delete("/_sandbox/fail").status_code == 204
    assert klaviyo_api.send().status_code == 202
    assert klaviyo_api.client.get("/_sandbox/fail").json == []


def test_a_share_of_the_requests_fails(klaviyo_api):
    klaviyo_api.fail("503", operation="create_event", share=0.1)

    answers = [klaviyo_api.send(f"u-{n}").status_code for n in range(300)]

    assert 15 <= answers.count(503) <= 45
    assert answers.count(202) == 300 - answers.count(503) == len(klaviyo_api.state()["events"])
    assert klaviyo_api.import_profile(email=ADA).status_code == 200


def test_a_share_fails_only_as_often_as_told(klaviyo_api):
    klaviyo_api.fail("429", share=0.5, times=3)

    answers = [klaviyo_api.send(f"u-{n}").status_code for n in range(30)]

    assert answers.count(429) == 3


@pytest.mark.parametrize(
    "order",
    [
        {"when": "now"},
        {},
        {"how": "teapot"},
        {"how": "200"},
        {"how": 500},
        {"how": "500", "times": 0},
        {"how": "500", "times": "1"},
        {"how": "hang", "seconds": -1},
        {"how": "503", "share": 0},
        {"how": "503", "share": 1.5},
        {"how": "503", "share": "0.1"},
    ],
)
def test_an_order_to_fail_that_makes_no_sense_is_refused(klaviyo_api, order: dict):
    assert klaviyo_api.client.post("/_sandbox/fail", json=order).status_code == 400
    assert klaviyo_api.send().status_code == 202


@pytest.mark.parametrize(
    ("how", "code"), [("401", "invalid_token"), ("503", "OverCapacity"), ("500", "General")]
)
def test_the_shop_fails_in_its_own_words_and_klaviyo_does_not(how: str, code: str):
    client = create(Options())[0].test_client()
    client.post("/commercetools/_sandbox/fail", json={"how": how, "operation": "token"})

    response = client.post("/commercetools/oauth/token")

    assert (response.status_code, response.json["statusCode"]) == (int(how), int(how))
    assert response.json["errors"][0]["code"] == code
    assert client.get("/klaviyo/_sandbox/fail").json == []


def test_project_and_client_can_be_chosen():
    options = Options(project_key="other", client_id="me", client_secret="mine")
    client = create(options)[0].test_client()
    form = {"grant_type": "client_credentials"}

    assert "/klaviyo/" in client.get("/").text
    token = client.post("/commercetools/oauth/token", data=form, auth=("me", "mine")).json
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    assert client.get("/commercetools/other/", headers=bearer).json["key"] == "other"
    refused = client.post(
        "/commercetools/oauth/token", data=form, auth=("demo-client", "demo-secret")
    )
    assert refused.status_code == 401
