"""What the API says that it can do, and whether that is so."""

from __future__ import annotations

import re

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from integration.api.access import OftenEnoughToRead, OftenEnoughToRun
from integration.models import JobRun
from tests.integration.scripts import failure, token

ANY = list(HealthCheck)


@pytest.fixture
def api(db, monkeypatch):
    """The API that runs, as its document has it; schemathesis.toml says what is checked."""
    monkeypatch.setattr(OftenEnoughToRead, "rate", "100000/min")
    monkeypatch.setattr(OftenEnoughToRun, "rate", "100000/min")
    both = (signals.request_started, signals.request_finished)
    for signal in both:  # they would close the connection that the test's own rows are seen by
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
    for signal in both:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", GenerationMode)
def test_whatever_is_asked_is_answered_as_the_document_says(api, store, klaviyo, mode):
    run = JobRun.objects.create(store=store, kind="orders", state="stopped")
    failure(run, klaviyo, row="one")
    store.connections.create(kind="backinstock")
    shown = {"Authorization": f"Token {token(store)}"}

    for operation in (found.ok() for found in api.get_all_operations()):

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=ANY)
        def answers_as_it_says(case) -> None:
            if "public_id" in case.path_parameters and mode is GenerationMode.POSITIVE:
                case.path_parameters["public_id"] = str(run.public_id)
            # What is wrong may be that nobody shows a token: then we do not, either.
            case.call_and_validate(headers=shown if "Authorization" in case.headers else {})

        answers_as_it_says()


def test_the_document_has_every_call_with_examples(client, db):
    document = client.get("/api/schema/?format=json").json()

    assert document["openapi"].startswith("3.")
    assert {(path, method) for path, calls in document["paths"].items() for method in calls} == {
        ("/sync/{kind}", "post"),
        ("/sync/{kind}/stop", "post"),
        ("/sync/status", "get"),
        ("/sync/runs", "get"),
        ("/sync/runs/{public_id}", "get"),
        ("/sync/runs/{public_id}/failures", "get"),
        ("/sync/runs/{public_id}/resume", "post"),
        ("/sync/runs/{public_id}/retry", "post"),
        ("/backinstock/stock", "get"),
        ("/backinstock/stock", "post"),
        ("/backinstock/rehearsal", "get"),
    }
    for calls in document["paths"].values():
        for call in calls.values():
            assert call["security"] == [{"token": []}]
            for answer in call["responses"].values():
                assert answer["description"]


def test_the_pages_have_no_script_of_their_own(client, db):
    response = client.get("/api/docs/")

    page = response.content.decode()
    assert response.status_code == 200
    assert re.findall(r"<script(?! src=)", page) == []
    policy = response["Content-Security-Policy"].split("; ")
    assert "script-src 'self' 'unsafe-eval'" in policy
    for source in re.findall(r'<script src="([^"]+)"', page):
        assert source.startswith("/")
    assert "SwaggerUIBundle" in client.get("/api/docs/?script=").content.decode()
