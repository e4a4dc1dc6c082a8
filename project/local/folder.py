"""The folder of a local run: one run at a time, and keys that outlive it."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

from project.local.errors import Refused


@contextmanager
def locked(folder: Path, what: str) -> Iterator[None]:
    """Makes the folder and keeps it for this process; raises `Refused` if another one has it.

    The system lets go of the lock with the process, however it ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Refused(
                f"{what} is already running in this checkout (process {file.read().strip()}). "
                "Stop that one first, or use another clone of the project."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def kept_keys(file: Path) -> dict[str, str]:
    """The keys of this folder by name, made at the first start and the same ever after.

    What the first start encrypted, the second one must be able to read.
    """
    kept = _read(file) if file.exists() else {}
    keys = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "DEMO_HOOK_SECRET": secrets.token_urlsafe(24),
        "VALKEY_PASSWORD": secrets.token_urlsafe(24),
    } | kept
    if keys != kept:
        write_private(file, "".join(f"{name}={value}\n" for name, value in keys.items()))
    return keys


def write_private(file: Path, text: str) -> None:
    """Writes a file that only its owner can read; it is there whole or not at all."""
    draft = file.with_name(f"{file.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        output.write(text)
    draft.replace(file)


def _read(file: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in file.read_text().splitlines())
    return {name: value for name, equals, value in lines if equals}
