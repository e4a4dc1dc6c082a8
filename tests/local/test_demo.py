"""The demo's set-up."""

import os
from pathlib import Path

import pytest

from project.local.demo import STORE_FILE, _moved_store
from project.local.postgres import socket_folder
from project.local.supervisor import Supervisor

EXPORTED = """\
slug: demo
origins:
- http://127.0.0.1:8090
- http://127.0.0.1:80900
connections:
  commercetools:
    api_url: http://127.0.0.1:8090/commercetools
    client_secret: PRESENT
  klaviyo:
    base_url: https://a.klaviyo.com
"""


@pytest.fixture
def supervisor(tmp_path):
    made = Supervisor(tmp_path, dict(os.environ))
    made.log_of("export-store").write_text(EXPORTED)
    return made


def test_a_store_follows_the_sandbox_to_another_port_and_changes_nothing_else(supervisor):
    supervisor.environment["SANDBOX_URL"] = "http://127.0.0.1:8091"

    moved = _moved_store(supervisor)

    assert moved is not None
    assert moved.read_text() == EXPORTED.replace(":8090\n", ":8091\n").replace(":8090/", ":8091/")


def test_a_store_whose_sandbox_stayed_is_left_alone(supervisor):
    supervisor.environment["SANDBOX_URL"] = "http://127.0.0.1:8090"

    assert _moved_store(supervisor) is None


def test_the_demo_store_names_no_address_outside_this_machine():
    assert "://" not in STORE_FILE.read_text()


def test_a_deep_folder_gets_a_short_one_for_its_socket(tmp_path):
    deep = tmp_path / ("folder" * 20)
    with socket_folder(deep) as sockets:
        assert len(str(sockets)) < 60
        assert sockets.is_dir()
    assert not sockets.exists()

    with socket_folder(Path("/srv/storewire/pgdata")) as sockets:
        assert sockets == Path("/srv/storewire/pgdata")
