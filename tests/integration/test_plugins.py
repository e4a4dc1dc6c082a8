"""Every plugin, old or new, is held to this.

A recorded message in `samples/` goes in at the front; what comes out is compared with the files
beside it: `<sample>.records.json`, and for Klaviyo `golden/<kind>-<sample>.json`. After a change
that is meant, look at what `GOLDEN=write make test ARGS="-k sample"` wrote before committing it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from integration import registry
from integration.core.errors import Reject
from integration.core.exchange import Skip, StoreFacts
from integration.core.plugins import Look, Shop, Source
from integration.core.records import Record

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def folder(source: Source) -> Path:
    return Path(import_module(f"integration.sources.{source.kind}").__file__).parent / "samples"


def samples(source: Source) -> list[Path]:
    return [file for file in sorted(folder(source).glob("*.json")) if file.name.count(".") == 1]


SOURCES = list(registry.sources().values())
DESTINATIONS = list(registry.destinations().values())
SAMPLES = [pytest.param(s, f, id=f"{s.kind}-{f.stem}") for s in SOURCES for f in samples(s)]


def reader(sample: Path) -> Callable[[str], dict]:
    """What the shop holds besides: the answers in `<sample>.reads.json`, by path without query."""
    file = sample.with_suffix(".reads.json")
    answers = json.loads(file.read_text()) if file.exists() else {}

    def read(path: str) -> dict:
        answer = answers[path.partition("?")[0]]
        if answer is None:
            raise Reject("not there", code="not_found")
        return answer

    return read


def outcome_of(source: Source, sample: Path) -> list[Record] | Look | Skip:
    notification = source.unwrap({}, sample.read_bytes())
    shop = Shop(store=facts(), read=reader(sample), at=NOW)
    return source.handlers[notification.type].handler(notification.payload, shop)


def records_of(source: Source, sample: Path) -> list[Record]:
    outcome = outcome_of(source, sample)
    if isinstance(outcome, Look):
        return outcome.records
    return [] if isinstance(outcome, Skip) else outcome


def facts() -> StoreFacts:
    chosen = {
        "links": {"product": "https://shop.storewire-demo.com/{locale}/{slug}?sku={sku}"},
        "privacy": {"erase": True},
    }
    return StoreFacts(
        locale="en-GB",
        country="DE",
        currency="EUR",
        settings=registry.complete_settings(chosen),
    )


def as_json(value: Any) -> Any:
    def plain(thing: object) -> object:
        return thing.isoformat() if isinstance(thing, datetime) else str(Decimal(thing))

    return json.loads(json.dumps(value, default=plain))


def agrees(document: Any, file: Path) -> bool:
    if os.environ.get("GOLDEN") == "write":
        file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return document == json.loads(file.read_text())


@pytest.mark.parametrize(("source", "sample"), SAMPLES)
def test_a_sample_becomes_the_records_beside_it(source: Source, sample: Path):
    outcome = outcome_of(source, sample)
    records = [
        # The source's own document is passed through whole: no need to see it twice.
        {"type": type(record).__name__, **asdict(replace(record, document={}))}
        for record in records_of(source, sample)
    ]
    if isinstance(outcome, Skip):
        records = [{"skipped": outcome.reason}]

    for record in records:
        for line in record.get("lines", []):
            del line["document"]
    assert agrees(as_json(records), sample.with_suffix(".records.json"))


@pytest.mark.parametrize(("source", "sample"), SAMPLES)
def test_a_sample_becomes_the_requests_in_the_golden_file(source: Source, sample: Path):
    klaviyo = registry.destinations()["klaviyo"]

    requests = [
        asdict(request)
        for record in records_of(source, sample)
        for request in klaviyo.mappers[type(record)](record, facts())
    ]

    shown = [{k: v for k, v in one.items() if v or k == "body"} for one in requests]
    assert agrees(as_json(shown), GOLDEN / f"{source.kind}-{sample.stem}.json")
    for request in requests:
        assert klaviyo.check(request["operation"], request["body"]) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.kind)
def test_every_handler_has_a_sample(source: Source):
    assert {source.unwrap({}, f.read_bytes()).type for f in samples(source)} == set(source.handlers)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.kind)
def test_nothing_is_both_handled_and_ignored(source: Source):
    assert not set(source.ignored) & set(source.handlers)


@pytest.mark.parametrize("plugin", [*SOURCES, *DESTINATIONS], ids=lambda plugin: plugin.kind)
def test_every_plugin_explains_itself(plugin):
    package = "sources" if plugin in SOURCES else "destinations"
    own = plugin.kind == "backinstock"  # an app of its own
    module = plugin.kind if own else f"integration.{package}.{plugin.kind}"
    readme = Path(import_module(module).__file__).parent
    text = (readme / "README.md").read_text()

    for field in plugin.fields:
        assert field.help
        assert f"`{field.name}`" in text
    for group in plugin.settings:
        assert f"`{group}" in text
    for message_type in getattr(plugin, "handlers", {}):
        assert f"`{message_type}`" in text
