"""A store can come from a file, and go to one; secrets go in and never out."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from integration import store_file
from integration.models import Store

pytestmark = pytest.mark.django_db

FILE = """
slug: nordlicht
name: Nordlicht Outdoor
sending: live
locale: de-DE
currency: EUR
country: NO
timezone: Europe/Berlin
origins: [https://www.nordlicht.storewire-demo.com]
settings:
  metrics: {fulfilled_order: {enabled: false}}
connections:
  commercetools:
    project_key: nordlicht
    api_url: http://127.0.0.1:9001
    auth_url: http://127.0.0.1:9001
    client_id: reader
    client_secret: ${SHOP_SECRET}
    hook_secret: a hook secret
  klaviyo:
    base_url: http://127.0.0.1:9002
    private_key: pk_0123456789abcdef
    public_key: ABC123
    revision: 2026-07-15
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOP_SECRET", "from the environment")
    path = tmp_path / "store.yaml"
    path.write_text(FILE)
    return path


def refusal(document: dict) -> list[str]:
    with pytest.raises(store_file.StoreFileError) as refused:
        store_file.import_store(document)
    return refused.value.problems


def test_a_file_makes_a_store_with_its_connections(file: Path, capsys):
    call_command("store", "import", str(file))

    assert "Store “nordlicht” created." in capsys.readouterr().out
    store = Store.objects.get()
    assert (store.name, store.sending, store.country) == ("Nordlicht Outdoor", "live", "NO")
    shop = store.connections.get(kind="commercetools")
    assert shop.config["api_url"] == "http://127.0.0.1:9001"
    assert shop.secrets()["client_secret"] == "from the environment"
    klaviyo = store.connections.get(kind="klaviyo")
    assert klaviyo.config["revision"] == "2026-07-15"
    assert klaviyo.secrets() == {"private_key": "pk_0123456789abcdef"}
    assert not store.facts().settings["metrics"]["fulfilled_order"]["enabled"]
    assert store.facts().settings["metrics"]["placed_order"]["enabled"]


def test_secrets_lie_encrypted_in_the_database(file: Path):
    call_command("store", "import", str(file))

    sealed = " ".join(Store.objects.get().connections.values_list("sealed", flat=True))
    assert sealed
    assert "pk_0123456789abcdef" not in sealed


def test_a_second_file_changes_what_it_names_and_nothing_else(file: Path):
    call_command("store", "import", str(file))
    store_file.import_store(
        {"slug": "nordlicht", "connections": {"klaviyo": {"public_key": "XYZ999"}}}
    )

    store = Store.objects.get()
    assert store.name == "Nordlicht Outdoor"
    klaviyo = store.connections.get(kind="klaviyo")
    assert klaviyo.config["public_key"] == "XYZ999"
    assert klaviyo.config["base_url"] == "http://127.0.0.1:9002"
    assert klaviyo.secrets() == {"private_key": "pk_0123456789abcdef"}


def test_an_export_shows_no_secret_and_can_be_imported_again(file: Path, capsys, tmp_path: Path):
    call_command("store", "import", str(file))
    capsys.readouterr()
    call_command("store", "export", "nordlicht")
    text = capsys.readouterr().out

    assert "client_secret: PRESENT" in text
    assert "pk_0123456789abcdef" not in text
    assert "from the environment" not in text
    copy = tmp_path / "copy.yaml"
    copy.write_text(text)
    before = Store.objects.get().connections.get(kind="klaviyo").secrets()
    call_command("store", "import", str(copy))
    assert Store.objects.get().connections.get(kind="klaviyo").secrets() == before


@pytest.mark.parametrize(
    "text", ['{\n\t"slug": "tabs"\n}', '{"slug": "tabs", "name": "Zelt \\ud83c\\udfd5"}']
)
def test_json_is_read_as_json(tmp_path: Path, text: str):
    path = tmp_path / "store.json"
    path.write_text(text)

    call_command("store", "import", str(path))
    assert Store.objects.get().slug == "tabs"


def test_what_was_made_in_the_admin_can_be_exported_and_imported(tmp_path: Path, capsys):
    store = Store.objects.create(slug="My_Shop", name="Mine")
    store.connections.create(kind="commercetools")
    call_command("store", "export", "My_Shop")
    path = tmp_path / "store.yaml"
    path.write_text(capsys.readouterr().out)

    call_command("store", "import", str(path))
    assert "commercetools: still to fill in: Project key" in capsys.readouterr().out


def test_an_empty_secret_is_absent_in_an_export():
    store, _ = store_file.import_store({"slug": "new", "connections": {"klaviyo": {}}})

    assert store_file.export_store(store)["connections"]["klaviyo"]["private_key"] == "ABSENT"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"nam": "x"}, "/: “nam” is not known here"),
        ({"slug": "Not A Slug"}, "/slug: "),
        ({"sending": "now"}, "/sending: "),
        ({"currency": "euro"}, "/currency: "),
        ({"country": "Germany"}, "/country: "),
        ({"timezone": "Berlin"}, "/timezone: Write it like Europe/Berlin."),
        ({"origins": ["shop"]}, "/origins: “shop” is no origin."),
        ({"settings": {"metrics": {"placed": {}}}}, "/settings/metrics: “placed” is not known"),
        ({"connections": {"shopify": {}}}, "/connections: “shopify” is not known here"),
        ({"connections": {"klaviyo": {"key": "x"}}}, "/connections/klaviyo: “key” is not known"),
        ({"connections": {"klaviyo": {"base_url": "x"}}}, "/connections/klaviyo/base_url: "),
        ({"connections": {"klaviyo": {"private_key": 7}}}, "/connections/klaviyo/private_key: "),
    ],
)
def test_a_wrong_key_or_value_is_refused_with_its_path(change: dict, problem: str):
    assert refusal({"slug": "new", **change})[0].startswith(problem)
    assert not Store.objects.exists()


def test_a_file_without_a_slug_is_refused():
    assert refusal({"name": "x"}) == ["/: “slug” is missing"]


def test_a_variable_that_is_not_set_is_refused_with_its_path(file: Path, monkeypatch):
    monkeypatch.delenv("SHOP_SECRET")

    with pytest.raises(CommandError) as refused:
        call_command("store", "import", str(file))
    assert "/connections/commercetools/client_secret: the environment variable SHOP_SECRET" in str(
        refused.value
    )


@pytest.mark.parametrize("text", ["- a list", "slug: [", "just words"])
def test_what_is_no_store_file_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "x.yaml"
    path.write_text(text)

    with pytest.raises(CommandError):
        call_command("store", "import", str(path))


def test_a_file_that_is_not_there_is_said_plainly():
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("store", "import", "nowhere.yaml")


def test_a_store_that_is_not_there_cannot_be_exported():
    with pytest.raises(CommandError, match="There is no store “x”. Known: none yet."):
        call_command("store", "export", "x")
