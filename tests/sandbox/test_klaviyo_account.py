"""What Klaviyo does with what it takes."""

from __future__ import annotations

ADA, BEA = "ada@storewire-demo.com", "bea@storewire-demo.com"


def person(**attributes: object) -> dict:
    return {"data": {"type": "profile", "attributes": attributes}}


def id_of(response) -> str:
    return response.json["data"]["id"]


def test_an_upsert_creates_then_updates_and_null_clears(klaviyo_api):
    created = klaviyo_api.import_profile(
        email=ADA, first_name="Ada", title="Dr", location={"city": "Kiel", "zip": "24103"}
    )
    updated = klaviyo_api.import_profile(
        email=ADA.upper(), title=None, location={"city": "Bremen"}, properties={"tier": "leaf"}
    )

    assert (created.status_code, updated.status_code) == (201, 200)
    assert id_of(created) == id_of(updated)
    [held] = klaviyo_api.state()["profiles"]
    assert (held["first_name"], held["title"]) == ("Ada", None)
    assert held["location"] == {"city": "Bremen", "zip": "24103"}
    assert updated.json["data"]["attributes"]["properties"] == {"tier": "leaf"}


def test_properties_come_back_after_they_were_cleared(klaviyo_api):
    for properties in ({"a": 1}, None, {"b": 2}):
        assert klaviyo_api.import_profile(email=ADA, properties=properties).status_code < 300

    assert klaviyo_api.state()["profiles"][0]["properties"] == {"b": 2}


def test_a_profile_is_found_by_each_of_its_identifiers(klaviyo_api):
    id_ = id_of(
        klaviyo_api.import_profile(email=ADA, phone_number="+491760406901", external_id="c-1")
    )

    for known in ({"email": ADA}, {"phone_number": "+491760406901"}, {"external_id": "c-1"}):
        assert id_of(klaviyo_api.import_profile(**known)) == id_
    assert id_of(klaviyo_api.import_by_id(id_, title="Dr")) == id_
    assert klaviyo_api.import_by_id("NOBODY", title="Dr").status_code == 404


def test_an_address_that_was_given_up_is_free_again(klaviyo_api):
    first = id_of(klaviyo_api.import_profile(email=ADA, external_id="c-1"))
    assert klaviyo_api.update(first, email=BEA, external_id=None).status_code == 200

    second = klaviyo_api.import_profile(email=ADA, external_id="c-1")

    assert second.status_code == 201
    assert id_of(klaviyo_api.import_profile(email=BEA)) == first != id_of(second)


def test_identifiers_of_two_profiles_clash(klaviyo_api):
    first = id_of(klaviyo_api.import_profile(email=ADA))
    second = id_of(klaviyo_api.import_profile(external_id="c-1"))

    for clash, other in (
        (klaviyo_api.import_profile(email=ADA, external_id="c-1"), first),
        (klaviyo_api.update(second, email=ADA), first),
        (klaviyo_api.import_by_id(first, external_id="c-1"), second),
    ):
        [error] = clash.json["errors"]
        assert (clash.status_code, error["code"]) == (409, "duplicate_profile")
        assert error["meta"]["duplicate_profile_id"] == other
    assert [set(p) for p in klaviyo_api.state()["profiles"]] == [
        {"id", "email"},
        {"id", "external_id"},
    ]


def test_an_update_needs_a_profile_and_its_own_id(klaviyo_api):
    id_ = id_of(klaviyo_api.import_profile(email=ADA))

    assert klaviyo_api.update("NOBODY", title="Dr").status_code == 404
    wrong = klaviyo_api.update(id_, body_id="OTHER", title="Dr")
    assert wrong.json["errors"][0]["source"] == {"pointer": "/data/id"}


def test_patch_operators_change_single_properties(klaviyo_api):
    klaviyo_api.import_profile(email=ADA, properties={"seen": ["a", "b"], "old": 1})
    operators = {"append": {"seen": ["b", "c"]}, "unappend": {"seen": "a"}, "unset": "old"}

    klaviyo_api.import_profile(email=ADA, meta={"patch_properties": operators})

    assert klaviyo_api.state()["profiles"][0]["properties"] == {"seen": ["b", "c"]}


def test_the_first_of_a_unique_id_is_kept_by_profile_and_metric(klaviyo_api):
    klaviyo_api.send()
    klaviyo_api.send(value=5)
    klaviyo_api.send(metric="Fulfilled Order")
    klaviyo_api.send("u-2")
    klaviyo_api.send(profile=person(email=BEA))

    state = klaviyo_api.state()
    assert [(e["metric"], e["unique_id"], e["value"]) for e in state["events"]] == [
        ("Placed Order", "u-1", None),
        ("Fulfilled Order", "u-1", None),
        ("Placed Order", "u-2", None),
        ("Placed Order", "u-1", None),
    ]
    assert state["counts"]["dropped_unique_ids"] == 1
    assert state["counts"]["answers"] == {"create_event": {"202": 5}}


def test_an_event_brings_its_profile_and_never_clashes(klaviyo_api):
    ada = id_of(klaviyo_api.import_profile(email=ADA))
    bea = id_of(klaviyo_api.import_profile(email=BEA, external_id="c-1"))
    both = person(email=ADA, external_id="c-1", first_name="Ada")

    assert klaviyo_api.send(profile=both, backfill=True).status_code == 202

    state = klaviyo_api.state()
    assert [(e["profile_id"], e["backfill"]) for e in state["events"]] == [(ada, True)]
    assert state["profiles"] == [
        {"id": ada, "email": ADA, "first_name": "Ada"},
        {"id": bea, "email": BEA, "external_id": "c-1"},
    ]


def test_addresses_for_examples_are_taken_and_dropped(klaviyo_api):
    for email in ("a@example.com", "A@Test.com"):
        assert klaviyo_api.send(profile=person(email=email)).status_code == 202

    state = klaviyo_api.state()
    assert (state["events"], state["profiles"]) == ([], [])
    assert state["counts"]["dropped_addresses"] == 2


def test_following_the_pages_shows_every_profile_once(klaviyo_api):
    made = [id_of(klaviyo_api.import_profile(external_id=f"c-{n}")) for n in range(7)]
    seen, path = [], "/api/profiles?page[size]=3"
    while path:
        page = klaviyo_api.get(path).json
        seen.append([profile["id"] for profile in page["data"]])
        path = page["links"]["next"]

    assert seen == [made[:3], made[3:6], made[6:]]


def test_a_page_that_makes_no_sense_is_refused(klaviyo_api):
    for question in ("page[size]=0", "page[size]=101", "page[cursor]=x", "filter=any(id,[])"):
        response = klaviyo_api.get(f"/api/profiles?{question}")
        assert response.status_code == 400
        assert response.json["errors"][0]["source"]["parameter"] == question.partition("=")[0]


def test_metrics_and_the_account_are_shown(klaviyo_api):
    klaviyo_api.send(metric="Placed Order")
    klaviyo_api.send(metric="Back In Stock Alert")

    metrics = klaviyo_api.get("/api/metrics").json["data"]
    assert [metric["attributes"]["name"] for metric in metrics] == [
        "Back In Stock Alert",
        "Placed Order",
    ]
    [account] = klaviyo_api.get("/api/accounts").json["data"]
    assert account["attributes"]["contact_information"]["organization_name"]


def test_requests_are_kept_without_the_key_until_all_is_emptied(klaviyo_api):
    klaviyo_api.import_profile(email=ADA)
    klaviyo_api.get("/api/profiles?page[size]=1")

    first, second = klaviyo_api.client.get("/_sandbox/requests").json
    assert (first["operation"], first["method"], first["status"]) == ("profile_import", "POST", 201)
    assert first["body"]["data"]["attributes"] == {"email": ADA}
    assert "pk_sandbox" not in str(first)
    assert second["path"] == "/api/profiles?page[size]=1"
    klaviyo_api.client.delete("/_sandbox/state")
    assert klaviyo_api.client.get("/_sandbox/requests").json == []
    assert klaviyo_api.state() == {
        "profiles": [],
        "deleted_profiles": [],
        "events": [],
        "catalog_items": [],
        "catalog_variants": [],
        "catalog_categories": [],
        "back_in_stock": [],
        "lists": {},
        "subscriptions": {},
        "counts": {
            "requests": {},
            "bytes": {},
            "answers": {},
            "dropped_unique_ids": 0,
            "dropped_addresses": 0,
            "throttled": 0,
        },
    }


def test_the_page_shows_people_and_what_happened_without_trusting_them(klaviyo_api):
    assert "No profile yet" in klaviyo_api.client.get("/").text
    klaviyo_api.import_profile(email=ADA, first_name="<b>Ada</b>")
    klaviyo_api.send(value=12.5, value_currency="EUR")

    page = klaviyo_api.client.get("/").text
    assert "&lt;b&gt;Ada" in page
    assert "Placed Order 12.50 EUR" in page
    assert 'http-equiv="refresh"' in page
