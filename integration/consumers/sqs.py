"""Amazon SQS. Credentials come from where boto3 looks for them, not from the connection."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from integration.consumers.queues import Taken, filled_in
from integration.core.errors import Retry
from integration.core.exchange import Access

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient

logger = logging.getLogger(__name__)

ADDRESS = "sqs_queue_url"
BATCH = 10  # the most that SQS gives and takes
WAIT_SECONDS = 20  # the longest that SQS lets one wait
OPTIONS = Config(
    connect_timeout=5,
    read_timeout=WAIT_SECONDS + 10,
    retries={"mode": "standard", "total_max_attempts": 2},  # the loop has a patience of its own
)


class SqsQueue:
    """A standard queue, of which several processes may take."""

    def __init__(self, access: Access) -> None:
        self._url = filled_in(access.config, ADDRESS, "SQS queue")
        self._client: SQSClient = _answer(
            boto3.client,
            "sqs",
            region_name=filled_in(access.config, "sqs_region", "SQS region"),
            endpoint_url=access.config.get("sqs_endpoint_url") or None,
            config=OPTIONS,
        )

    def take(self) -> list[Taken]:
        """Return up to ten messages. They come again after the queue's visibility timeout."""
        answer = _answer(
            self._client.receive_message,
            QueueUrl=self._url,
            MaxNumberOfMessages=BATCH,
            WaitTimeSeconds=WAIT_SECONDS,
        )
        return [
            Taken(id=one["MessageId"], body=one["Body"].encode(), receipt=one["ReceiptHandle"])
            for one in answer.get("Messages", [])
        ]

    def remove(self, messages: Sequence[Taken]) -> None:
        """Delete them. One that is not deleted comes again, and is known then."""
        if not messages:
            return
        entries = [
            {"Id": str(place), "ReceiptHandle": message.receipt}
            for place, message in enumerate(messages)
        ]
        answer = _answer(self._client.delete_message_batch, QueueUrl=self._url, Entries=entries)
        for failed in answer.get("Failed", []):
            logger.warning("SQS message %s not deleted", messages[int(failed["Id"])].id)

    def put_back(self, messages: Sequence[Taken]) -> None:
        """Leave them: put back at once, a short failure would use up the receives before the
        dead-letter queue."""


def _answer(ask: Callable[..., Any], *args: Any, **parameters: Any) -> Any:
    try:
        return ask(*args, **parameters)
    except ClientError as exc:
        code = str(exc.response.get("Error", {}).get("Code", ""))
        raise Retry("SQS refused.", code=code or "sqs") from exc
    except BotoCoreError as exc:
        raise Retry("SQS cannot be reached or used.", code=type(exc).__name__) from exc
