"""Ports of the demo."""

import socket

import pytest

from project.local.errors import Refused
from project.local.ports import HOST, check_free, chosen_port, free_port


def test_a_port_in_use_is_named_with_a_way_out():
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Refused) as refused:
            check_free(port, "WEB_PORT")

    assert str(refused.value) == (
        f"Port {port} (WEB_PORT) is in use, maybe by another copy of this demo or by another "
        f"web server; `lsof -i :{port}` shows which. "
        f"Stop it, or choose another port: make demo WEB_PORT={port + 1}"
    )


def test_a_free_port_passes():
    check_free(free_port(), "WEB_PORT")


@pytest.mark.parametrize(("given", "port"), [({}, 8000), ({"P": ""}, 8000), ({"P": "81"}, 81)])
def test_a_given_port_counts_before_the_default(given, port):
    assert chosen_port(given, "P", 8000) == port


@pytest.mark.parametrize("given", ["web", "0", "65536", "-1", "80.5"])
def test_what_is_no_port_is_refused(given):
    with pytest.raises(Refused, match=f"^P must be a number from 1 to 65535, not '{given}'"):
        chosen_port({"P": given}, "P", 8000)
