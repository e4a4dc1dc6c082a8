"""The `_kx` of a profile: an exchange id, by which a browser knows somebody without knowing who."""

from __future__ import annotations

from project.sandbox.klaviyo.account import EXCHANGE_ID, IDENTIFIERS, Account
from project.sandbox.klaviyo.checks import Refused, invalid
from project.sandbox.klaviyo.schemas import Json

OTHERS = (*IDENTIFIERS, "anonymous_id")


def resolved(account: Account, profile: Json, base: str) -> Json:
    """Return a profile as it was sent, with its exchange id replaced by the id it stands for.

    Klaviyo does not say what counts if there are others: here an exchange id counts where nothing
    else says who it is. `base` is the pointer to the profile. Raises Refused if nobody is meant.
    """
    if EXCHANGE_ID not in profile["attributes"]:
        return profile
    attributes = {**profile["attributes"]}
    exchange_id = attributes.pop(EXCHANGE_ID)
    made = {**profile, "attributes": attributes}
    if made.get("id") or any(attributes.get(name) for name in OTHERS):
        return made
    found = account.find(EXCHANGE_ID, [exchange_id])
    if not found:
        raise Refused(invalid("One or more identifiers is required", f"{base}/attributes"))
    return {**made, "id": found[0]}
