"""A log line never carries what is personal, even where somebody forgot."""

from __future__ import annotations

import json
import logging

import pytest

from project.logs import MaskingJsonFormatter


@pytest.mark.parametrize(
    "secret",
    [
        "mara.lindqvist@storewire-demo.com",
        "o'hara+news@shop.co.uk",
        "+4915123456789",
        "+44 (0)7911 123456",
        "pk_0123456789abcdef",
        "Bearer abc.def.ghi",
    ],
)
def test_what_slips_in_is_masked_in_messages_and_tracebacks(secret: str):
    record = logging.LogRecord("x", logging.ERROR, "", 0, f"about {secret} here", None, None)
    record.exc_text = f"ValueError: {secret}"

    line = MaskingJsonFormatter("%(levelname)s %(message)s").format(record)

    assert secret not in line
    assert json.loads(line)["levelname"] == "ERROR"


def test_the_row_that_postgresql_quotes_is_masked():
    record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", None, None)
    record.exc_text = "IntegrityError\nDETAIL:  Failing row contains (7, Mara, Lindqvist).\n"

    line = MaskingJsonFormatter("%(message)s").format(record)

    assert "Lindqvist" not in line
    assert json.loads(line)["message"] == "failed"


def test_ids_and_times_stay_readable():
    record = logging.LogRecord("x", logging.INFO, "", 0, "message 1234567890123: done", None, None)

    line = MaskingJsonFormatter("%(message)s").format(record)

    assert json.loads(line)["message"] == "message 1234567890123: done"
