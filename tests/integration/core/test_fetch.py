"""What is fetched from addresses that somebody else has chosen, and what is not."""

from __future__ import annotations

import gzip
import io
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from certifi import where
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from integration.core import http
from integration.core.addresses import is_internal, judged
from integration.core.errors import Reject, Retry
from tests.web import Server

HERE = ("127.0.0.1",)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def names(monkeypatch) -> Callable[..., list[str]]:
    """Hosts have these addresses, one after the other. Return the list of who was looked up."""
    looked_up: list[str] = []

    def names(*addresses: str) -> list[str]:
        left = list(addresses)

        def getaddrinfo(host: str, *args: object, **more: object) -> list:
            looked_up.append(host)
            address = left.pop(0) if len(left) > 1 else left[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

        _resolve_with(getaddrinfo, monkeypatch)
        return looked_up

    return names


def _resolve_with(getaddrinfo: Callable[..., list], monkeypatch) -> None:
    """Only the guard looks names up like this, and not who connects."""
    resolver = SimpleNamespace(getaddrinfo=getaddrinfo, SOCK_STREAM=socket.SOCK_STREAM)
    monkeypatch.setattr("integration.core.addresses.socket", resolver)


def fetch(url: str, *, most: int = 1000, seconds: float = 5, hosts=HERE, **headers: str):
    into = io.BytesIO()
    bounds = http.Bounds(most_bytes=most, seconds=seconds, internal_hosts=hosts)
    answer = http.fetch(url, into, bounds, headers)
    return answer.status, into.getvalue(), answer.headers


def test_what_is_there_is_written_into_the_file(server):
    server.pages["/feed?a=1"] = (200, {"ETag": '"1"'}, b"sku\nA")

    status, body, headers = fetch(f"{server.url}/feed?a=1", Accept="text/csv")

    assert (status, body, headers["etag"]) == (200, b"sku\nA", '"1"')
    [(path, sent)] = server.asked
    assert path == "/feed?a=1"
    assert sent["Host"] == f"127.0.0.1:{server.port}"
    assert sent["Accept"] == "text/csv"
    assert "Authorization" not in sent


def test_an_answer_is_unpacked_and_nothing_but_a_200_is_kept(server):
    packed = gzip.compress(b"sku\nA")
    server.pages["/packed"] = (200, {"Content-Encoding": "gzip"}, packed)
    server.pages["/page"] = (403, {}, b"<html>")

    assert fetch(f"{server.url}/packed")[:2] == (200, b"sku\nA")
    assert fetch(f"{server.url}/page")[:2] == (403, b"")
    assert fetch(f"{server.url}/nowhere")[:2] == (404, b"")


@pytest.mark.parametrize("packed", [False, True])
def test_more_than_is_wanted_is_refused_also_if_it_is_small_when_packed(server, packed: bool):
    body = b"x" * 300_000
    headers = {"Content-Encoding": "gzip"} if packed else {}
    server.pages["/"] = (200, headers, gzip.compress(body) if packed else body)

    assert len(fetch(f"{server.url}/", most=300_000)[1]) == 300_000
    with pytest.raises(Reject) as failure:
        fetch(f"{server.url}/", most=299_999)
    assert failure.value.code == "too_large"


def test_what_takes_too_long_is_left_for_later(server):
    server.pages["/"] = (200, {}, b"x" * 200_000)

    with pytest.raises(Retry) as failure:
        fetch(f"{server.url}/", most=10**6, seconds=-1)
    assert failure.value.code == "timeout"


def test_three_redirects_are_followed_and_a_fourth_is_not(server):
    for step in range(5):
        server.pages[f"/{step}"] = (302, {"Location": f"/{step + 1}"}, b"")
    server.pages["/5"] = (200, {}, b"here")

    assert fetch(f"{server.url}/2")[:2] == (200, b"here")
    with pytest.raises(Reject) as failure:
        fetch(f"{server.url}/1")
    assert failure.value.code == "redirects"


def test_a_redirect_into_an_internal_network_is_not_followed(server):
    server.pages["/"] = (302, {"Location": "http://169.254.169.254/latest/meta-data"}, b"")

    with pytest.raises(Reject) as failure:
        fetch(f"{server.url}/")

    assert failure.value.code == "internal_address"
    assert failure.value.reason == (
        "“169.254.169.254” leads into an internal network, where nobody may send Storewire."
    )


def test_a_host_that_is_allowed_lets_no_other_in(server):
    server.pages["/"] = (302, {"Location": f"http://localhost:{server.port}/secret"}, b"")
    server.pages["/secret"] = (200, {}, b"secret")

    with pytest.raises(Reject):
        fetch(f"{server.url}/")
    assert [path for path, _ in server.asked] == ["/"]


def test_the_address_that_was_judged_is_the_one_that_is_asked(server, names):
    server.pages["/"] = (200, {}, b"here")
    looked_up = names("127.0.0.1", "10.0.0.1")  # another one from the second time on

    assert fetch(f"http://feeds.test:{server.port}/", hosts=("feeds.test",))[1] == b"here"
    assert looked_up == ["feeds.test"]
    assert server.asked[0][1]["Host"] == f"feeds.test:{server.port}"


def test_a_name_that_is_public_and_internal_is_internal(monkeypatch):
    found = [(2, 1, 6, "", (address, 0)) for address in ("93.184.216.34", "10.0.0.1")]
    _resolve_with(lambda *args, **more: found, monkeypatch)

    with pytest.raises(Reject):
        judged("https://feeds.test/")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://0/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[fe80::1%25eth0]/",
        "http://169.254.169.254/",
        "https://10.0.0.8:8443/",
    ],
)
def test_however_it_is_written_an_internal_address_is_refused(url: str):
    with pytest.raises((Reject, Retry)) as failure:
        judged(url)
    assert failure.value.code in ("internal_address", "unknown_host", "not_an_address")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://feeds.test/a",
        "gopher://127.0.0.1/",
        "feeds.test/a.csv",
        "https://user:secret@feeds.test/",
        "https:///a",
        "https://feeds.test:port/",
    ],
)
def test_what_is_no_address_of_a_file_is_refused(url: str):
    with pytest.raises(Reject) as failure:
        judged(url)
    assert failure.value.code == "not_an_address"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", False),
        ("2a00:1450:4001:80b::200e", False),
        ("127.8.9.1", True),
        ("10.1.2.3", True),
        ("172.16.0.1", True),
        ("192.168.1.1", True),
        ("100.100.100.200", True),
        ("169.254.169.254", True),
        ("168.63.129.16", True),
        ("0.1.2.3", True),
        ("224.0.0.1", True),
        ("255.255.255.255", True),
        ("::", True),
        ("::1", True),
        ("fd00:ec2::254", True),
        ("fe80::1", True),
        ("ff02::1", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:8.8.8.8", False),
        ("::7f00:1", True),
        ("64:ff9b::a9fe:a9fe", True),
        ("64:ff9b::808:808", False),
        ("2002:7f00:1::", True),
    ],
)
def test_an_address_is_internal(address: str, expected: bool):
    assert is_internal(address) is expected


def test_who_does_not_answer_is_asked_later(server):
    server.stop()

    with pytest.raises(Retry) as failure:
        fetch(f"{server.url}/")
    assert failure.value.code == "connection_failed"


def test_a_host_that_does_not_exist_is_said(monkeypatch):
    def nobody(*args: object, **more: object) -> list:
        raise socket.gaierror("no such host")

    _resolve_with(nobody, monkeypatch)
    with pytest.raises(Retry) as failure:
        fetch("https://feeds.test/")
    assert failure.value.reason == "The host “feeds.test” cannot be found."


# --- TLS ----------------------------------------------------------------------------------------


@pytest.fixture
def secure(server, tmp_path, monkeypatch) -> Server:
    """The server speaks TLS, with a certificate for feeds.test that counts here."""
    file = tmp_path / "feeds.pem"
    file.write_bytes(_certificate("feeds.test"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.server.socket = context.wrap_socket(server.server.socket, server_side=True)
    monkeypatch.setattr(http, "where", lambda: str(file))
    return server


def _certificate(name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    moment = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    hidden = serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, hidden)
    return private + made.public_bytes(pem)


def test_the_certificate_is_to_be_good_for_the_name_and_not_for_the_address(secure, names):
    secure.pages["/"] = (200, {}, b"here")
    names("127.0.0.1")
    hosts = ("feeds.test", "other.test")

    assert fetch(f"https://feeds.test:{secure.port}/", hosts=hosts)[:2] == (200, b"here")
    with pytest.raises(Retry) as failure:
        fetch(f"https://other.test:{secure.port}/", hosts=hosts)
    assert failure.value.code == "tls"


def test_a_certificate_that_nobody_vouches_for_is_not_believed(secure, names, monkeypatch):
    secure.pages["/"] = (200, {}, b"here")
    names("127.0.0.1")
    monkeypatch.setattr(http, "where", where)

    with pytest.raises(Retry) as failure:
        fetch(f"https://feeds.test:{secure.port}/", hosts=("feeds.test",))
    assert failure.value.code == "tls"
