"""What is made of the shop's answers before anybody sees them."""

from __future__ import annotations

import pytest
import requests

from integration.core import http
from integration.core.errors import Retry
from tests.integration.sources.collections_of import reader


@pytest.fixture
def answer(monkeypatch):
    """The shop answers this, whatever it is asked. Return what is read."""

    def answer(content: bytes) -> dict:
        def send(method: str, url: str, **_: object) -> requests.Response:
            response = requests.Response()
            response.status_code = 200
            response._content = b'{"access_token": "t"}' if url.endswith("/token") else content
            return response

        monkeypatch.setattr(http, "send", send)
        return reader("http://shop.test")("/orders")

    return answer


def test_nulls_are_left_out(answer):
    content = b'{"a": null, "b": [1, null, {"c": null, "d": "null"}], "e": ""}'

    assert answer(content) == {"b": [1, {"d": "null"}], "e": ""}


def test_what_cannot_be_stored_is_replaced(answer):
    content = '{"nul": "a\\u0000b", "half": "\\ud83d!", "whole": "\\ud83d\\ude00", "plain": "ä"}'

    assert answer(content.encode()) == {
        "nul": "a\ufffdb",
        "half": "?!",
        "whole": "😀",
        "plain": "ä",
    }


def test_a_text_that_only_looks_like_a_nul_stays(answer):
    assert answer(b'{"path": "C:\\\\u0000"}') == {"path": "C:\\u0000"}


@pytest.mark.parametrize("content", [b"", b"[1]", b"null", b"<html>", b'{"a": '])
def test_what_is_no_document_is_tried_again_later(answer, content: bytes):
    with pytest.raises(Retry) as failure:
        answer(content)

    assert failure.value.code == "not_json"
