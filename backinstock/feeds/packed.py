"""Files that are fetched, and what is in those that come packed."""

from __future__ import annotations

import gzip
import zlib
from tempfile import SpooledTemporaryFile
from typing import IO

from integration.core.errors import Reject

IN_MEMORY = 1_000_000  # bytes; what is larger lies on the disk
PIECE = 64 * 1024
GZIP = b"\x1f\x8b"

File = IO[bytes]


def new_file() -> SpooledTemporaryFile[bytes]:
    """Return a file that is gone once it is closed."""
    return SpooledTemporaryFile(max_size=IN_MEMORY)


def unpacked(file: File, into: File, most_bytes: int) -> File:
    """Return the file, or what is in it where it is a gzip file. Raises Reject for too much."""
    file.seek(0)
    if file.read(2) != GZIP:
        return file
    file.seek(0)
    written = 0
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as inside:
            while piece := inside.read(PIECE):
                written += len(piece)
                if written > most_bytes:
                    reason = f"Unpacked, the file has more than {most_bytes // 1_000_000} MB."
                    raise Reject(reason, code="too_large")
                into.write(piece)
    except (OSError, EOFError, zlib.error) as exc:
        raise Reject("The file is packed with gzip, and damaged.", code="damaged") from exc
    return into
