"""Nobody gets in without a proof, and nobody gets in with a forged one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from integration.core import http
from integration.core.errors import Retry
from integration.core.exchange import Access
from integration.core.plugins import Knock, Reply
from integration.sources.commercetools import certificates, google
from integration.sources.commercetools.greeting import greet
from integration.sources.commercetools.verify import verify

AUDIENCE = "https://storewire.my-shop.com/hooks/commercetools/shop/"
ACCOUNT = "push@my-project.iam.gserviceaccount.com"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:storewire"
AMAZON = "https://sns.eu-west-1.amazonaws.com"
CERTIFICATE = f"{AMAZON}/SimpleNotificationService-0123abcd.pem"
CONFIRM = f"{AMAZON}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=t"
SECRET = "a-long-hook-secret"
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
HASHES = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303 - what SNS signs with


class Signer:
    """A key, and a certificate for it."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public, now = self.key.public_key(), datetime.now(UTC)
        builder = x509.CertificateBuilder(NAME, NAME, public, x509.random_serial_number())
        builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
        certificate = builder.sign(self.key, hashes.SHA256())
        self.pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
        self.public_pem = public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, text: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
        return self.key.sign(text, padding.PKCS1v15(), algorithm)


OURS, FOREIGN = Signer(), Signer()


class Cloud:
    """A web server with certificates, which counts who asks."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        self.cache = "public, max-age=20000"
        cloud = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                cloud.asked.append(self.path)
                page = cloud.pages.get(self.path)
                self.send_response(200 if page else 404)
                self.send_header("Cache-Control", cloud.cache)
                self.end_headers()
                self.wfile.write((page or "").encode())

            def log_message(self, *args: object) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def cloud(monkeypatch) -> Iterator[Cloud]:
    """Google and Amazon, both on this machine."""
    cloud, send, fetch = Cloud(), http.send, http.fetch
    cloud.pages["/google"] = json.dumps({"key-1": OURS.pem})
    cloud.pages["/SimpleNotificationService-0123abcd.pem"] = OURS.pem
    cloud.pages[CONFIRM.removeprefix(AMAZON)] = "<ok/>"
    monkeypatch.setattr(google, "CERTIFICATES_URL", f"{cloud.url}/google")
    monkeypatch.setattr(
        http,
        "send",
        lambda method, url, **more: send(method, url.replace(AMAZON, cloud.url), **more),
    )
    bounds = http.Bounds(most_bytes=1000, seconds=5, internal_hosts=("127.0.0.1",))
    monkeypatch.setattr(
        http,
        "fetch",
        lambda url, into, _, headers: fetch(url.replace(AMAZON, cloud.url), into, bounds, headers),
    )
    certificates.forget()
    yield cloud
    cloud.server.shutdown()
    cloud.server.server_close()
    certificates.forget()


def access(**values: str) -> Access:
    hidden = ("hook_secret", "basic_password")
    return Access(
        config={name: value for name, value in values.items() if name not in hidden},
        secrets={name: value for name, value in values.items() if name in hidden},
        memory=None,
        limiter=None,
    )


BY_GOOGLE = access(google_audience=AUDIENCE, google_account=ACCOUNT)
BY_AMAZON = access(sns_topic_arn=TOPIC)


def knock(body: bytes | dict = b"{}", query: dict | None = None, **headers: str) -> Knock:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Knock(headers=named, body=content, query=query or {})


def part(content: object) -> str:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def claims(**changes: object) -> dict:
    now = int(time.time())
    return {
        "aud": AUDIENCE,
        "iss": "https://accounts.google.com",
        "email": ACCOUNT,
        "email_verified": True,
        "iat": now,
        "exp": now + 3600,
        **changes,
    }


def token(says: dict, signer: Signer = OURS, **header: object) -> str:
    head = {"alg": "RS256", "kid": "key-1", "typ": "JWT", **header}
    signed = f"{part(head)}.{part(says)}"
    return f"{signed}.{part(signer.sign(signed.encode(), hashes.SHA256()))}"


def bearer(text: str) -> Knock:
    return knock(Authorization=f"Bearer {text}")


def message(signer: Signer = OURS, **changes: object) -> dict:
    """Return what SNS posts, signed after the changes."""
    document = {
        "Type": "Notification",
        "MessageId": "1",
        "TopicArn": TOPIC,
        "Message": '{"notificationType": "Message", "id": "m-1"}',
        "Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE,
        "UnsubscribeURL": f"{AMAZON}/?Action=Unsubscribe",
        **changes,
    }
    names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    if document["Type"] != "Notification":
        document |= {"Token": "t", "SubscribeURL": CONFIRM, **changes}
        names = sorted([*names[:2], "SubscribeURL", "Token", *names[3:]])
    text = "".join(f"{name}\n{document[name]}\n" for name in names if name in document)
    algorithm = HASHES.get(str(document["SignatureVersion"]), hashes.SHA256())
    signature = signer.sign(text.encode("utf-8", "replace"), algorithm)
    return {"Signature": base64.b64encode(signature).decode(), **document}


# --- A secret, a password ------------------------------------------------------------------------


def test_a_connection_that_asks_for_nothing_lets_nobody_in(cloud):
    basic = base64.b64encode(b":").decode()
    for anybody in (
        knock(),
        knock(X_Storewire_Secret=""),
        knock(query={"secret": ""}),
        knock(Authorization=f"Basic {basic}"),
        knock(Authorization="Basic "),
        bearer(token(claims())),
        bearer(token(claims(aud=None))),
        bearer(token(claims(aud="", email=""))),
        knock(message()),
        knock(message(TopicArn="")),
    ):
        assert not verify(anybody, access())
    assert cloud.asked == []


def test_a_secret_in_the_header_or_in_the_address_lets_in():
    asks = access(hook_secret=SECRET)

    assert verify(knock(X_Storewire_Secret=SECRET), asks)
    assert verify(knock(query={"secret": SECRET}), asks)
    for wrong in ("", "wrong", SECRET[:-1], SECRET + "x", "ä"):
        assert not verify(knock(X_Storewire_Secret=wrong), asks)
        assert not verify(knock(query={"secret": wrong}), asks)
    assert not verify(knock(query={"Secret": SECRET}), asks)


def test_a_password_lets_in():
    asks = access(basic_user="shop", basic_password="pass:wörd")

    def given(text: str, scheme: str = "Basic") -> Knock:
        return knock(Authorization=f"{scheme} {base64.b64encode(text.encode()).decode()}")

    assert verify(given("shop:pass:wörd"), asks)
    assert verify(given("shop:pass:wörd", "basic"), asks)
    for wrong in ("", ":", "shop", "shop:", "shop:pass", "Shop:pass:wörd", "shop:pass:wörd "):
        assert not verify(given(wrong), asks)
    assert not verify(given("shop:pass:wörd", "Bearer"), asks)
    assert not verify(knock(Authorization="Basic ***"), asks)
    assert not verify(given("shop:"), access(basic_user="shop"))
    assert not verify(given(":pass"), access(basic_password="pass"))


def test_any_one_of_several_proofs_lets_in(cloud):
    asks = Access(
        config={**BY_GOOGLE.config, **BY_AMAZON.config, "basic_user": "u"},
        secrets={"hook_secret": SECRET, "basic_password": "p"},
        memory=None,
        limiter=None,
    )

    assert verify(knock(X_Storewire_Secret=SECRET), asks)
    assert verify(knock(X_Storewire_Secret="wrong", Authorization="Basic dTpw"), asks)
    assert verify(bearer(token(claims())), asks)
    assert verify(knock(message()), asks)
    assert not verify(knock(message(FOREIGN), Authorization="Basic eDp5"), asks)


# --- Google --------------------------------------------------------------------------------------


@pytest.mark.parametrize("issuer", ["accounts.google.com", "https://accounts.google.com"])
def test_googles_token_lets_in(cloud, issuer: str):
    assert verify(bearer(token(claims(iss=issuer))), BY_GOOGLE)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://other.my-shop.com/"},
        {"aud": None},
        {"aud": ""},
        {"iss": "https://accounts.evil.com"},
        {"iss": None},
        {"email": "other@my-project.iam.gserviceaccount.com"},
        {"email": None},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"exp": int(time.time()) - 60, "iat": int(time.time()) - 3660},
        {"exp": None},
        {"exp": "never"},
        {"iat": int(time.time()) + 3600},
    ],
)
def test_a_token_for_something_else_does_not(cloud, changes: dict):
    assert not verify(bearer(token(claims(**changes))), BY_GOOGLE)


def test_a_token_without_a_claim_does_not(cloud):
    for name in claims():
        says = {key: value for key, value in claims().items() if key != name}
        assert not verify(bearer(token(says)), BY_GOOGLE)


def test_an_audience_or_an_account_that_is_not_filled_in_is_not_any(cloud):
    good = bearer(token(claims()))

    assert not verify(good, access(google_audience=AUDIENCE))
    assert not verify(good, access(google_account=ACCOUNT))
    assert not verify(good, access(google_audience="", google_account=ACCOUNT))


def unsigned(algorithm: str) -> str:
    return f"{part({'alg': algorithm, 'kid': 'key-1'})}.{part(claims())}."


def signed_with_the_public_key() -> str:
    text = f"{part({'alg': 'HS256', 'kid': 'key-1'})}.{part(claims())}"
    made = [
        hmac.new(key, text.encode(), hashlib.sha256).digest()
        for key in (OURS.public_pem, OURS.pem.encode())
    ]
    return f"{text}.{part(made[0])} {text}.{part(made[1])}"


def tampered() -> str:
    head, _, signature = token(claims(email="x@y.z")).split(".")
    return f"{head}.{part(claims())}.{signature}"


@pytest.mark.parametrize(
    "forged",
    [
        token(claims(), FOREIGN),
        token(claims(), FOREIGN, kid=None),
        token(claims(), kid="unknown"),
        token(claims(), kid={"a": 1}),
        token(claims(), alg="none"),
        token(claims(), alg="HS256"),
        token(claims(), alg="ES256"),
        token(claims(), alg=["RS256"]),
        token(claims()) + "x",
        token(claims())[:-4],
        token(claims()).rpartition(".")[0] + ".",
        unsigned("none"),
        unsigned("None"),
        unsigned("RS256"),
        *signed_with_the_public_key().split(" "),
        tampered(),
        "",
        "a",
        "a.b",
        "a.b.c",
        "ä.ö.ü",
        f"{part([])}.{part([])}.x",
        f"{part(b'[' * 100_000)}.{part(claims())}.x",
        f"{part(b'{' + bytes([255]))}.{part(claims())}.x",
    ],
)
def test_a_forged_token_does_not(cloud, forged: str):
    assert not verify(bearer(forged), BY_GOOGLE)


def test_a_token_that_is_no_bearer_does_not(cloud):
    assert not verify(knock(Authorization=token(claims())), BY_GOOGLE)
    assert not verify(knock(Authorization=f"Basic {token(claims())}"), BY_GOOGLE)
    assert not verify(knock(query={"token": token(claims())}), BY_GOOGLE)


def test_thousands_of_tokens_ask_for_the_certificates_once(cloud):
    good = bearer(token(claims()))
    answers: list[bool] = []

    def many() -> None:
        answers.extend([verify(good, BY_GOOGLE) for _ in range(250)])

    threads = [threading.Thread(target=many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [True] * 2000
    assert cloud.asked == ["/google"]


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    clock = [1000.0]
    monkeypatch.setattr(certificates.time, "monotonic", lambda: clock[0])
    return clock


def test_the_certificates_are_kept_as_long_as_google_says(cloud, clock):
    good = bearer(token(claims()))

    assert verify(good, BY_GOOGLE)
    clock[0] += 19_999
    assert verify(good, BY_GOOGLE)
    assert len(cloud.asked) == 1
    clock[0] += 2
    assert verify(good, BY_GOOGLE)
    assert len(cloud.asked) == 2


@pytest.mark.parametrize("cache", ["no-store", "max-age=0", "max-age=x", ""])
def test_the_certificates_are_kept_for_minutes_whatever_the_answer_says(cloud, clock, cache: str):
    cloud.cache = cache
    for _ in range(5):
        assert verify(bearer(token(claims())), BY_GOOGLE)
        clock[0] += 59

    assert len(cloud.asked) == 1


def test_a_new_key_is_found_and_an_invented_one_asked_for_once_a_minute(cloud, clock):
    assert verify(bearer(token(claims())), BY_GOOGLE)
    cloud.pages["/google"] = json.dumps({"key-2": FOREIGN.pem})
    clock[0] += 61

    assert verify(bearer(token(claims(), FOREIGN, kid="key-2")), BY_GOOGLE)
    assert len(cloud.asked) == 2
    for number in range(50):
        assert not verify(bearer(token(claims(), kid=f"invented-{number}")), BY_GOOGLE)
        clock[0] += 1
    assert len(cloud.asked) == 2
    clock[0] += 10
    assert not verify(bearer(token(claims(), kid="invented")), BY_GOOGLE)
    assert len(cloud.asked) == 3


def test_while_google_is_away_nobody_is_refused_for_good_and_google_is_left_in_peace(cloud, clock):
    del cloud.pages["/google"]
    for _ in range(20):
        with pytest.raises(Retry):
            verify(bearer(token(claims())), BY_GOOGLE)
    assert len(cloud.asked) == 1

    cloud.pages["/google"] = json.dumps({"key-1": OURS.pem})
    clock[0] += certificates.FAILURE_SECONDS
    assert verify(bearer(token(claims())), BY_GOOGLE)


def test_certificates_that_still_hold_outlive_a_failed_renewal(cloud, clock):
    assert verify(bearer(token(claims())), BY_GOOGLE)
    del cloud.pages["/google"]
    clock[0] += 61

    assert not verify(bearer(token(claims(), kid="invented")), BY_GOOGLE)
    assert verify(bearer(token(claims())), BY_GOOGLE)
    assert len(cloud.asked) == 2


# --- Amazon --------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("more", [{}, {"Subject": "a subject"}], ids=["plain", "with a subject"])
def test_what_amazon_signed_for_the_topic_gets_in(cloud, version: str, more: dict):
    for _ in range(3):
        assert verify(knock(message(SignatureVersion=version, **more)), BY_AMAZON)

    assert cloud.asked == ["/SimpleNotificationService-0123abcd.pem"]


def ago(**time_ago: float) -> str:
    return (datetime.now(UTC) - timedelta(**time_ago)).isoformat()


@pytest.mark.parametrize(
    "changes",
    [
        {"TopicArn": TOPIC + "x"},
        {"TopicArn": ""},
        {"TopicArn": "\ud800"},
        {"Timestamp": ago(minutes=121)},
        {"Timestamp": ago(minutes=-150)},
        {"Timestamp": "yesterday"},
        {"SignatureVersion": "3"},
        {"SignatureVersion": 2},
        {"Type": "Other"},
        {"SigningCertURL": "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"},
        {"SigningCertURL": "https://evil.com/SimpleNotificationService-1.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.com/a.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com@evil.com/a.pem"},
        {"SigningCertURL": "https://evil.com/https://sns.eu-west-1.amazonaws.com/a.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com:8443/a.pem"},
        {"SigningCertURL": "https://bucket.s3.amazonaws.com/a.pem"},
        {"SigningCertURL": "https://xsns.eu-west-1.amazonaws.com/a.pem"},
        {"SigningCertURL": "https://sns.evil.com?.amazonaws.com/a.pem"},
        {"SigningCertURL": "https://sns.evil.com/.amazonaws.com/a.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com/a.pem\n"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com/?Action=x&a=.pem"},
        {"SigningCertURL": ["https://sns.eu-west-1.amazonaws.com/a.pem"]},
    ],
)
def test_what_is_old_foreign_or_signed_elsewhere_does_not_and_nobody_is_asked(cloud, changes: dict):
    assert not verify(knock(message(**changes)), BY_AMAZON)
    assert cloud.asked == []


@pytest.mark.parametrize(
    "changes",
    [
        {"Message": '{"notificationType": "Message", "id": "m-2"}'},
        {"MessageId": "2"},
        {"Subject": "added"},
        {"Timestamp": ago(minutes=5)},
        {"Type": "SubscriptionConfirmation"},
        {"SignatureVersion": "1"},
        {"Signature": ""},
        {"Signature": "***"},
        {"Message": "\ud800"},
    ],
)
def test_a_message_that_was_changed_on_the_way_does_not(cloud, changes: dict):
    assert not verify(knock({**message(), **changes}), BY_AMAZON)


def test_a_message_that_somebody_else_signed_does_not(cloud):
    assert not verify(knock(message(FOREIGN)), BY_AMAZON)


def test_a_body_that_is_no_message_of_amazon_does_not(cloud):
    for body in (b"", b"[]", b"7", b"\xff", b"[" * 100_000, b"{}", b'{"Type": "Notification"}'):
        assert not verify(knock(body), BY_AMAZON)
    for name in ("TopicArn", "Message", "Signature", "SigningCertURL", "Type", "Timestamp"):
        assert not verify(knock({**message(), name: {}}), BY_AMAZON)
    cloud.pages["/SimpleNotificationService-0123abcd.pem"] = "no certificate"
    assert not verify(knock(message()), BY_AMAZON)


def test_a_certificate_that_cannot_be_fetched_refuses_nobody_for_good(cloud):
    cloud.pages.clear()

    with pytest.raises(Retry):
        verify(knock(message()), BY_AMAZON)


def test_who_invents_certificates_is_stopped(cloud):
    for number in range(certificates.MOST_KEPT + 10):
        with pytest.raises(Retry):
            verify(knock(message(SigningCertURL=f"{AMAZON}/invented-{number}.pem")), BY_AMAZON)

    assert len(cloud.asked) == certificates.MOST_KEPT


# --- Greetings -----------------------------------------------------------------------------------


def test_event_grids_handshake_is_answered():
    handshake = Knock(
        method="OPTIONS",
        body=b"",
        headers={"WebHook-Request-Origin": "eventgrid.azure.net", "WebHook-Request-Rate": "120"},
    )

    assert greet(handshake, access()) == Reply(
        status=200,
        headers={
            "WebHook-Allowed-Origin": "eventgrid.azure.net",
            "WebHook-Allowed-Rate": "*",
            "Allow": "POST",
        },
    )
    assert greet(Knock(method="OPTIONS", body=b"", headers={}), access()) is None


def test_event_grids_validation_is_answered_with_its_code():
    event = {
        "id": "1",
        "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
        "data": {"validationCode": "512d38b6", "validationUrl": "https://evil.com/"},
    }

    for body in (event, [event]):
        answer = greet(knock(json.dumps(body).encode()), access())
        assert answer == Reply(status=200, body={"validationResponse": "512d38b6"})
    for other in ({**event, "data": {}}, {**event, "data": 7}, {**event, "eventType": "Other"}):
        assert greet(knock(json.dumps([other]).encode()), access()) is None


def test_amazons_subscription_is_confirmed(cloud):
    asks = message(Type="SubscriptionConfirmation")

    assert greet(knock(asks), BY_AMAZON) == Reply(status=204)
    assert cloud.asked[-1] == CONFIRM.removeprefix(AMAZON)


@pytest.mark.parametrize(
    "address",
    [
        "http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
        "https://169.254.169.254/latest/meta-data/",
        "https://sns.eu-west-1.amazonaws.com.evil.com/?a",
        "https://sns.eu-west-1.amazonaws.com@evil.com/?a",
        "https://sns.eu-west-1.amazonaws.com:22/?a",
        "https://sns.eu-west-1.amazonaws.com",
        "https://sns.eu-west-1.amazonaws.com/?a\n",
        "",
    ],
)
def test_a_subscription_is_not_confirmed_anywhere_else(cloud, address: str):
    asks = message(Type="SubscriptionConfirmation", SubscribeURL=address)

    assert greet(knock(asks), BY_AMAZON) is None
    assert all(path.endswith(".pem") for path in cloud.asked)


@pytest.mark.parametrize(
    ("asks", "access"),
    [
        (message(FOREIGN, Type="SubscriptionConfirmation"), BY_AMAZON),
        (message(Type="SubscriptionConfirmation", TopicArn=TOPIC + "x"), BY_AMAZON),
        (message(Type="SubscriptionConfirmation"), access(hook_secret=SECRET)),
        ({**message(Type="SubscriptionConfirmation"), "Token": "other"}, BY_AMAZON),
    ],
    ids=["signed by another", "another topic", "no topic", "tampered"],
)
def test_nor_without_amazons_signature_for_the_topic(cloud, asks: dict, access: Access):
    assert greet(knock(asks), access) is None
    assert CONFIRM.removeprefix(AMAZON) not in cloud.asked


def test_a_confirmation_that_fails_is_asked_for_again(cloud):
    del cloud.pages[CONFIRM.removeprefix(AMAZON)]

    with pytest.raises(Retry):
        greet(knock(message(Type="SubscriptionConfirmation")), BY_AMAZON)


def test_the_end_of_a_subscription_is_taken_note_of():
    assert greet(knock({"Type": "UnsubscribeConfirmation"}), BY_AMAZON) == Reply(status=204)


def test_a_notification_is_no_greeting(cloud):
    named = {"customer": {"firstName": "SubscriptionConfirmation"}, "Type": "x", "eventType": "y"}

    assert greet(knock(message()), BY_AMAZON) is None
    assert greet(knock(named), BY_AMAZON) is None
    assert greet(knock(b"SubscriptionValidationEvent"), BY_AMAZON) is None
    assert greet(knock(b'["SubscriptionValidationEvent"]'), BY_AMAZON) is None
