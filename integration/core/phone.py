"""Phone numbers as the world writes them, to E.164 as Klaviyo wants them."""

from __future__ import annotations

import phonenumbers


def e164(number: str, *countries: str) -> str | None:
    """Return `number` as "+4915112345678", or None if it cannot be a phone number.

    `countries` (ISO 3166 alpha-2) say where a number without a country code may belong;
    the first under which it is valid wins.
    """
    known: list[str | None] = [code for code in countries if code]
    for country in known or [None]:
        try:
            parsed = phonenumbers.parse(number, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return None
