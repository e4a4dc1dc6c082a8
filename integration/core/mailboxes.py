"""Addresses as people write them, checked as far as that can be done at once."""

from __future__ import annotations

from collections.abc import Collection

from email_validator import EmailNotValidError, validate_email

# Klaviyo takes these and records nothing; nobody reads them.
EXAMPLES = ("example.com", "example.net", "example.org", "test.com")


def mailbox(address: str) -> str | None:
    """Return an address as mail servers want it, None if it cannot be one.

    Whether anybody reads there is not asked: nobody waits for another server while signing up.
    """
    try:
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return found.ascii_email


def as_kept(written: str) -> str:
    """Return an address as sign-ups have it, as it is where it cannot be one."""
    address = written.strip()
    return mailbox(address) or address


def is_blocked(address: str, domains: Collection[str]) -> bool:
    """Return whether an address is in one of these domains, or below one."""
    labels = address.rpartition("@")[2].lower().split(".")
    above = {".".join(labels[place:]) for place in range(len(labels))}
    return not above.isdisjoint(domains) or not above.isdisjoint(EXAMPLES)
