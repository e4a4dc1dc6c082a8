"""Requests at a steady pace, over one connection a thread, and how long they took."""

import json
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection

from project.local.ports import HOST

CLIENTS = 16


@dataclass(frozen=True)
class Paced:
    """What came of it: requests a second, and the seconds that each took, the shortest first."""

    rate: float
    seconds: Sequence[float]

    @property
    def p95(self) -> float:
        """Seconds within which 95 of 100 were answered."""
        return self.seconds[int(len(self.seconds) * 0.95)]


class Poster:
    """Posts JSON to a server on this machine, as many browsers at many addresses would."""

    def __init__(self, port: int, path: str, expected: int) -> None:
        self._port, self._path, self._expected = port, path, expected
        self._local = threading.local()

    def post(self, number: int, body: Mapping[str, object]) -> float:
        """Post from the client with this number. Return the seconds until the answer.

        Raises RuntimeError for another answer than expected.
        """
        if not hasattr(self._local, "connection"):
            self._local.connection = HTTPConnection(HOST, self._port, timeout=30)
        connection: HTTPConnection = self._local.connection
        client = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        headers = {"Content-Type": "application/json", "X-Forwarded-For": client}
        begun = time.perf_counter()
        connection.request("POST", self._path, json.dumps(body), headers)
        response = connection.getresponse()
        said = response.read()
        if response.status != self._expected:
            raise RuntimeError(f"{self._path} answered {response.status}: {said[:200]!r}")
        return time.perf_counter() - begun


def at_pace(do: Callable[[int], float], total: int, pace: float) -> Paced:
    """Do something for each number, so many times a second. It returns the seconds it took."""
    begun = time.perf_counter()

    def at_its_time(number: int) -> float:
        time.sleep(max(0.0, begun + number / pace - time.perf_counter()))
        return do(number)

    with ThreadPoolExecutor(CLIENTS) as pool:
        seconds = sorted(pool.map(at_its_time, range(total)))
    return Paced(total / (time.perf_counter() - begun), seconds)


def spread(seconds: Sequence[float]) -> str:
    """Return the median and the 95th percentile in words."""
    cuts = statistics.quantiles(seconds, n=20)
    return f"median {cuts[9] * 1000:.0f} ms, p95 {cuts[18] * 1000:.0f} ms"
