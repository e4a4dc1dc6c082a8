"""The three ways work can fail, named by what can be done about it. There is no fourth."""

from __future__ import annotations


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
        self.reason = reason
        self.code = code
        self.pointer = pointer
        self.status = status
        self.answer = answer


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
    """Nothing on this connection works until a person acts: a wrong key, a missing scope."""
