"""The fingerprint by which browsers know the script."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from django.contrib.staticfiles import finders

from storefront import script
from tests.storefront.admin import PUBLIC_URL, new_store, switch_on


def test_the_fingerprint_is_that_of_the_file_that_is_served():
    served = Path(str(finders.find("storefront/storewire.js"))).read_bytes()

    digest = base64.b64encode(hashlib.sha384(served).digest()).decode()
    assert script.integrity() == f"sha384-{digest}"


def test_collected_files_are_what_is_served_and_read_anew_when_they_change(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    collected = tmp_path / "storefront" / "storewire.js"
    collected.parent.mkdir()
    collected.write_text("one")
    first = script.integrity()

    collected.write_text("two, longer")

    digest = base64.b64encode(hashlib.sha384(b"two, longer").digest()).decode()
    assert script.integrity() == f"sha384-{digest}" != first


def test_a_release_has_a_name_and_a_fingerprint_of_its_own(db, settings, tmp_path):
    settings.PUBLIC_URL = PUBLIC_URL
    named = "storefront/storewire.0123456789ab.js"
    (tmp_path / "storefront").mkdir()
    (tmp_path / named).write_text("as it is served")
    manifest = {"version": "1.1", "hash": "", "paths": {script.NAME: named}}
    (tmp_path / "staticfiles.json").write_text(json.dumps(manifest))
    storage = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": storage},
    }
    store = new_store()
    switch_on(store)

    facts = script.facts_of(store)

    digest = base64.b64encode(hashlib.sha384(b"as it is served").digest()).decode()
    assert facts.script == f"{PUBLIC_URL}/static/{named}"
    assert facts.integrity == f"sha384-{digest}"
