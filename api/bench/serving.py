"""How a server starts, what it weighs, and what it answers to many at once."""

import json
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter, sleep
from urllib.parse import urlencode

from api.bench.starting import FINDER
from api.progress import Progress
from eval.bench.report import Figure
from eval.bench.timing import resident_bytes_of_all, throughput
from finder.errors import OperatorError

CLIENTS = 8
_HOST = "127.0.0.1"
_PATIENCE = 120.0
"""Seconds after which a server that is not ready, or an answer that is not there, never will be."""
_ROUNDS = (1, CLIENTS, CLIENTS, 1)
"""Clients of each round: a machine that slows down or speeds up favours neither."""


class _Server:
    """A server that runs, as its clients see it."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.failures = 0
        self._port = port

    def get(self, path: str) -> bytes:
        """A body.

        Raises:
            OSError: There is no answer.
            HTTPException: The answer is none of HTTP, or its status is not 200.
        """
        connection = HTTPConnection(_HOST, self._port, timeout=_PATIENCE)
        try:
            connection.request("GET", f"/api/v1/{path}")
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        if response.status != HTTPStatus.OK:
            raise HTTPException(f"{path}: status {response.status}")
        return body

    def search(self, query: str) -> None:
        """Search; what goes wrong is counted."""
        try:
            self.get(f"search?{urlencode({'q': query})}")
        except (OSError, HTTPException):
            self.failures += 1

    def alive(self) -> bool:
        """Whether it answers at all."""
        try:
            return bool(self.get("health/live"))
        except (OSError, HTTPException):
            return False

    def ready(self) -> bool:
        """Whether everything is loaded."""
        try:
            return bool(json.loads(self.get("health/ready"))["status"] == "ready")
        except (OSError, HTTPException):
            return False


def serve(data: Path, queries: Sequence[str], progress: Progress) -> list[Figure]:
    """Serve a data folder in a process of its own, and ask each query once, over HTTP."""
    first, *rest = queries
    size = len(rest) // len(_ROUNDS)
    answered: dict[int, list[float]] = {1: [], CLIENTS: []}
    start = perf_counter()
    with _running(data, progress) as server:
        server.search(first)
        started = perf_counter() - start
        with progress("Loading the model", None, unit=""):
            _await(server, server.ready)
        loaded = perf_counter() - start
        with progress("Asking the server", len(rest), unit="queries") as advance:
            for number, clients in enumerate(_ROUNDS):
                part = rest[number * size : (number + 1) * size]
                answered[clients].append(throughput(server.search, part, clients=clients))
                advance(size)
        resident = resident_bytes_of_all(server.process.pid) / 1e9
    ratio = sum(answered[CLIENTS]) / sum(answered[1])
    return [
        Figure(
            name="finder serve, to the first answer",
            value=started,
            unit="s",
            target=10.0,
            at_most=True,
        ),
        Figure(
            name="finder serve, to the model being loaded",
            value=loaded,
            unit="s",
            target=30.0,
            at_most=True,
        ),
        Figure(
            name=f"resident memory after {size * len(_ROUNDS)} searches",
            value=resident,
            unit="GB",
            target=1.5,
            at_most=True,
        ),
        Figure(
            name=f"errors, {CLIENTS} clients",
            value=server.failures,
            unit="errors",
            target=0,
            at_most=True,
        ),
        Figure(
            name=f"throughput of {CLIENTS} clients, to that of one",
            value=ratio,
            unit="x",
            target=1.0,
            at_most=False,
        ),
    ]


@contextmanager
def _running(data: Path, progress: Progress) -> Iterator[_Server]:
    """A server, from the moment at which it answers."""
    port = _free_port()
    command = (*FINDER, "serve", "--data", str(data), "--port", str(port))
    with TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 - our own command
        try:
            server = _Server(process, port)
            with progress("Starting the server", None, unit=""):
                _await(server, server.alive)
            yield server
        except OperatorError as error:
            log.seek(0)
            raise OperatorError(
                f"{error}: {log.read().decode(errors='replace')[-2_000:]}"
            ) from None
        finally:
            process.terminate()
            process.wait()


def _await(server: _Server, condition: Callable[[], bool]) -> None:
    given_up = perf_counter() + _PATIENCE
    while not condition():
        if server.process.poll() is not None:
            raise OperatorError("The server ended before it was ready")
        if perf_counter() > given_up:
            raise OperatorError(f"The server was not ready within {_PATIENCE:.0f} s")
        sleep(0.02)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((_HOST, 0))
        port: int = free.getsockname()[1]
        return port
