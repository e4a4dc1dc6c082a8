"""The three ways work can fail, named by what can be done about it. There is no fourth."""

from __future__ import annotations

from integration.core.text import storable

THROTTLED = "throttled"  # the code of a Retry that is about the rate, not about the request
PARKED = "parked"  # the code of a Retry that waits for something else to happen first


class Failure(Exception):
    """What went wrong, in words for a person, with what a program needs beside them.

    `reason` is a sentence, `code` a stable slug, `pointer` the JSON pointer of the culprit,
    `status` the HTTP status and `answer` what the other side said, where there are such.
    """

    def __init__(
        self,
        reason: str,
        *,
        code: str = "",
        pointer: str = "",
        status: int | None = None,
        answer: str = "",
    ) -> None:
        super().__init__(reason)
        # Parts of these come from outside, and all of them are going to be stored.
        self.reason: str = storable(reason)
        self.code: str = storable(code)
        self.pointer: str = storable(pointer)
        self.status = status
        self.answer: str = storable(answer)


class Retry(Failure):
    """It may work later: network, 429, 5xx. `after` is the wait in seconds that was asked for."""

    def __init__(
        self,
        reason: str,
        *,
        code: str = "unavailable",
        after: float | None = None,
        status: int | None = None,
        answer: str = "",
    ) -> None:
        super().__init__(reason, code=code, status=status, answer=answer)
        self.after = after


class Reject(Failure):
    """This will never work as it is: a bad value, a thing that does not exist."""


class Misconfigured(Failure):
    """Nothing on this connection works until a person acts: a wrong key, a missing scope.

    `remedy` is a sentence that says what to do.
    """

    def __init__(
        self,
        reason: str,
        *,
        remedy: str,
        code: str = "",
        status: int | None = None,
        answer: str = "",
    ) -> None:
        super().__init__(reason, code=code, status=status, answer=answer)
        self.remedy = remedy
