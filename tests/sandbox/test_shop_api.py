"""The shop over HTTP."""

from __future__ import annotations

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from project.sandbox.commercetools import Shop, blueprint

BASE = "/commercetools/demo-shop"
SECRET = "demo-secret"


class Strikes:
    """Fails the operations it is told to, and remembers all."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.failing = ""

    def __call__(self, operation: str) -> Response | None:
        self.seen.append(operation)
        return Response("down", 503) if operation == self.failing else None


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop()


@pytest.fixture
def strikes() -> Strikes:
    return Strikes()


@pytest.fixture
def anonymous(shop: Shop, strikes: Strikes) -> FlaskClient:
    app = Flask("project.sandbox.app")
    app.register_blueprint(blueprint(shop, None, strikes), url_prefix="/commercetools")
    return app.test_client()


@pytest.fixture
def client(anonymous: FlaskClient, strikes: Strikes) -> FlaskClient:
    answer = ask_token(anonymous)
    anonymous.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {answer.json['access_token']}"
    strikes.seen.clear()
    return anonymous


def ask_token(client: FlaskClient, secret: str = SECRET, **form: str):
    return client.post(
        "/commercetools/oauth/token",
        data={"grant_type": "client_credentials", **form},
        auth=("demo-client", secret),
    )


def test_a_token_is_good_for_two_days(anonymous: FlaskClient):
    answer = ask_token(anonymous, scope="view_orders:demo-shop")
    assert answer.status_code == 200
    assert answer.json["expires_in"] == 172800
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["scope"] == "view_orders:demo-shop"


def test_a_wrong_secret_gets_no_token(anonymous: FlaskClient):
    for answer in (
        ask_token(anonymous, secret="wrong"),
        anonymous.post("/commercetools/oauth/token", data={"grant_type": "client_credentials"}),
    ):
        assert answer.status_code == 401
        assert answer.json["error"] == "invalid_client"
        assert answer.json["errors"][0]["code"] == "invalid_client"


def test_other_grants_and_foreign_scopes_are_refused(anonymous: FlaskClient):
    grant = ask_token(anonymous, grant_type="password")
    assert (grant.status_code, grant.json["error"]) == (400, "unsupported_grant_type")
    scope = ask_token(anonymous, scope="view_orders:other-shop")
    assert (scope.status_code, scope.json["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("header", [None, "Bearer made-up", "Basic ZGVtbzpkZW1v"])
def test_nothing_is_shown_without_a_good_token(anonymous: FlaskClient, header: str | None):
    headers = {"Authorization": header} if header else {}
    for path in ("", "/", "/orders", "/orders/1"):
        answer = anonymous.get(BASE + path, headers=headers)
        assert answer.status_code == 401
        assert answer.json["error"] == answer.json["errors"][0]["code"] == "invalid_token"


def test_the_project_says_who_it_is(client: FlaskClient):
    for path in (BASE, BASE + "/"):
        project = client.get(path).json
        assert project["key"] == "demo-shop"
        assert project["currencies"] == ["EUR"]
        assert project["languages"] == ["en", "de"]
        assert project["messages"]["enabled"] is True
    assert client.get("/commercetools/other/").status_code == 404


@pytest.mark.parametrize(
    "kind",
    [
        "customers",
        "orders",
        "payments",
        "categories",
        "products",
        "product-projections",
        "inventory",
        "standalone-prices",
        "channels",
        "stores",
        "discount-codes",
    ],
)
def test_a_walk_by_id_visits_everything_once(client: FlaskClient, shop: Shop, kind: str):
    seen: list[str] = []
    question = {"sort": "id asc", "limit": 9, "withTotal": "false"}
    while True:
        answer = client.get(f"{BASE}/{kind}", query_string=question).json
        assert "total" not in answer
        seen += [entry["id"] for entry in answer["results"]]
        if answer["count"] < 9:
            break
        question["where"] = f'id > "{seen[-1]}"'
    assert seen == sorted({entry["id"] for entry in shop.documents(kind)})


def test_a_walk_by_change_visits_everything_once_though_times_are_equal(client: FlaskClient):
    seen: list[str] = []
    question = {"sort": ["lastModifiedAt asc", "id asc"], "limit": 7}
    while rows := client.get(f"{BASE}/categories", query_string=question).json["results"]:
        seen += [row["id"] for row in rows]
        at, id_ = rows[-1]["lastModifiedAt"], rows[-1]["id"]
        after = f'lastModifiedAt > "{at}" or (lastModifiedAt = "{at}" and id > "{id_}")'
        question["where"] = after
    assert len(seen) == len(set(seen)) == 12


def test_pages_have_twenty_rows_and_a_total_by_default(client: FlaskClient):
    answer = client.get(f"{BASE}/orders").json
    assert (answer["limit"], answer["offset"], answer["count"]) == (20, 0, 20)
    assert answer["total"] == 120
    last = client.get(f"{BASE}/orders?offset=110&limit=500&sort=createdAt desc").json
    assert last["count"] == 10
    assert client.get(f"{BASE}/orders?limit=0").json["results"] == []


@pytest.mark.parametrize(
    "question",
    [
        "limit=501",
        "limit=-1",
        "limit=many",
        "offset=10001",
        "sort=id up",
        "where=id is great",
        "expand=a[0",
        'where=id=:x&var.y="1"',
    ],
)
def test_what_commercetools_would_not_answer_is_refused(client: FlaskClient, question: str):
    answer = client.get(f"{BASE}/orders?{question}")
    assert answer.status_code == 400
    assert answer.json["errors"][0]["code"] == "InvalidInput"


def test_several_predicates_must_all_hold(client: FlaskClient, shop: Shop):
    order = shop.held("orders")[3]
    payment = order["paymentInfo"]["payments"][0]["id"]
    question = {"where": [f'paymentInfo(payments(id="{payment}"))', "orderNumber=:number"]}
    found = client.get(
        f"{BASE}/orders", query_string={**question, "var.number": order["orderNumber"]}
    ).json
    assert [entry["id"] for entry in found["results"]] == [order["id"]]
    other = client.get(f"{BASE}/orders", query_string={**question, "var.number": "no"}).json
    assert other["results"] == []


def test_references_are_filled_in_as_far_as_asked(client: FlaskClient):
    path = "masterData.current.categories[*].ancestors[*]"
    [product] = client.get(f"{BASE}/products?limit=1&expand={path}").json["results"]
    [leaf] = product["masterData"]["current"]["categories"]
    assert leaf["obj"]["name"]["en"] == "Tents"
    assert {above["obj"]["name"]["en"] for above in leaf["obj"]["ancestors"]} == {
        "Outdoor",
        "Camping",
    }
    [flat] = client.get(
        f"{BASE}/product-projections?limit=1&expand=categories[*].ancestors[*]"
    ).json["results"]
    assert flat["categories"] == [leaf]
    category = client.get(f"{BASE}/categories/{leaf['id']}?expand=parent&expand=ancestors[*]").json
    assert category["parent"]["obj"]["name"]["en"] == "Camping"
    assert "obj" in category["ancestors"][0]
    [order] = client.get(f"{BASE}/orders?limit=1&expand=paymentInfo.payments[*]").json["results"]
    assert order["paymentInfo"]["payments"][0]["obj"]["transactions"]


def test_a_reference_that_leads_nowhere_stays_as_it_is(client: FlaskClient):
    [product] = client.get(f"{BASE}/products?limit=1&expand=productType").json["results"]
    assert "obj" not in product["productType"]


def test_expanding_does_not_change_the_shop(client: FlaskClient, shop: Shop):
    client.get(f"{BASE}/categories?expand=ancestors[*]")
    assert all(
        "obj" not in above for entry in shop.held("categories") for above in entry["ancestors"]
    )


def test_only_published_products_are_projected(client: FlaskClient):
    assert client.get(f"{BASE}/products").json["total"] == 40
    answer = client.get(f"{BASE}/product-projections").json
    assert answer["total"] == 39
    assert "isOnStock" in answer["results"][0]["masterVariant"]["availability"]


def test_one_document_is_shown_or_said_to_be_missing(client: FlaskClient, shop: Shop):
    customer = shop.held("customers")[0]
    assert client.get(f"{BASE}/customers/{customer['id']}").json == customer
    for path in ("customers/nobody", "wishes/1", "wishes"):
        answer = client.get(f"{BASE}/{path}")
        assert answer.status_code == 404
        assert answer.json["errors"][0]["code"] == "ResourceNotFound"


def test_each_request_can_be_told_to_fail(client: FlaskClient, strikes: Strikes):
    strikes.failing = "query"
    assert client.get(f"{BASE}/orders").status_code == 503
    assert client.get(f"{BASE}/orders/1").status_code == 404
    ask_token(client)
    assert strikes.seen == ["query", "get", "token"]


def test_the_page_shows_the_shop_before_and_after_something_happened(anonymous: FlaskClient):
    before = anonymous.get("/commercetools/").text
    assert "Skerry two-person tent" in before
    assert "None yet." in before
    anonymous.post("/commercetools/_sandbox/notify", json={"type": "CustomerCreated"})
    after = anonymous.get("/commercetools/").text
    assert "CustomerCreated" in after
    assert "None yet." not in after
    assert "<script" not in after
