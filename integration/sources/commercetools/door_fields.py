"""What a person fills in about the doors: the proofs of senders, and queues that we empty."""

from __future__ import annotations

from integration.core.plugins import Field

DOOR_FIELDS = (
    Field(
        name="hook_secret",
        label="Notification secret",
        help="A long random text of your choice, for senders that carry it in the header "
        "X-Storewire-Secret. Of this and the proofs below, fill in what your senders have.",
        required=False,
        secret=True,
    ),
    Field(
        name="google_audience",
        label="Google audience",
        help="Google Pub/Sub: the audience of the push subscription, word for word.",
        required=False,
    ),
    Field(
        name="google_account",
        label="Google service account",
        help="Google Pub/Sub: the e-mail address of the push subscription's service account.",
        required=False,
        pattern=r"^[^\s@]+@[^\s@]+$",
    ),
    Field(
        name="sns_topic_arn",
        label="SNS topic",
        help="Amazon SNS: the ARN of the topic, for example "
        "arn:aws:sns:eu-west-1:123456789012:storewire. Only what Amazon signed for it gets in.",
        required=False,
        pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$",
    ),
    Field(
        name="basic_user",
        label="User name",
        help="For senders that can only give a user name and a password (HTTP Basic).",
        required=False,
        pattern=r"^[^:]+$",
    ),
    Field(
        name="basic_password",
        label="Password",
        help="Goes with the user name.",
        required=False,
        secret=True,
    ),
    Field(
        name="sqs_queue_url",
        label="SQS queue",
        help="Amazon SQS: the queue's URL. “manage.py consume_sqs” empties it.",
        required=False,
        pattern=r"^https?://[^\s?#]+$",
    ),
    Field(
        name="sqs_region",
        label="SQS region",
        help="Amazon SQS: the queue's region, for example eu-west-1.",
        required=False,
        pattern=r"^[a-z0-9-]+$",
    ),
    Field(
        name="sqs_endpoint_url",
        label="SQS endpoint",
        help="Amazon SQS: only where it is not Amazon's own, for example a VPC endpoint.",
        required=False,
        pattern=r"^https?://[^\s?#]+$",
    ),
    Field(
        name="servicebus_queue_url",
        label="Service Bus queue",
        help="Azure Service Bus: https://<namespace>.servicebus.windows.net/<queue>. "
        "“manage.py consume_servicebus” empties it.",
        required=False,
        pattern=r"^https?://[^\s?#]+$",
    ),
    Field(
        name="servicebus_key_name",
        label="Service Bus key name",
        help="Azure Service Bus: the name of a shared access policy with the right to listen.",
        required=False,
    ),
    Field(
        name="servicebus_key",
        label="Service Bus key",
        help="Azure Service Bus: the policy's primary or secondary key.",
        required=False,
        secret=True,
    ),
)
