"""Timings and the report of them."""

import io
import os
import sys
from mmap import PAGESIZE, mmap
from subprocess import PIPE, Popen
from threading import Barrier
from time import sleep

import pytest
from rich.console import Console

from eval.bench.report import Figure, exit_status, to_table
from eval.bench.timing import (
    Latency,
    latency,
    latency_of,
    resident_bytes,
    resident_bytes_of_all,
    throughput,
)


def figure(value: float, *, target: float = 1.5, at_most: bool = True) -> Figure:
    return Figure(name="search", value=value, unit="x", target=target, at_most=at_most)


def test_percentiles_are_interpolated() -> None:
    # Of 1..21, place 0.5 * 20 = 10 holds 11, and place 0.95 * 20 = 19 holds 20.
    assert latency_of(range(21, 0, -1)) == Latency(median=11.0, p95=20.0)
    # Of 0 and 1: halfway, and 0.95 of the way.
    assert latency_of([0.0, 1.0]) == Latency(median=0.5, p95=pytest.approx(0.95))


def test_latency_times_each_query_once() -> None:
    asked: list[str] = []

    def ask(query: str) -> None:
        asked.append(query)
        sleep(0.02 if query == "slow" else 0.0)

    measured = latency(ask, ["fast", "slow", "fast"])
    assert asked == ["fast", "slow", "fast"]
    assert measured.median < 0.02 <= measured.p95 / 0.9


def test_clients_ask_at_the_same_time() -> None:
    together = Barrier(4, timeout=10)  # breaks, and fails the test, unless four ask at once
    assert throughput(lambda _: together.wait(), ["q"] * 8, clients=4) > 0.0


def test_throughput_is_answers_over_seconds() -> None:
    # Two rounds of at least 50 ms for 4 queries and 2 clients: at most 40 a second.
    assert 4.0 < throughput(lambda _: sleep(0.05), ["q"] * 4, clients=2) <= 40.0


def test_an_error_of_a_client_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        throughput(lambda query: 1 // len(query), ["q", "", "q"], clients=2)


def test_resident_memory_holds_what_is_allocated() -> None:
    before = resident_bytes()
    with mmap(-1, 64_000_000) as held:  # fresh from the system: nothing that was freed before
        held[::PAGESIZE] = b"1" * len(range(0, len(held), PAGESIZE))
        grown = resident_bytes(os.getpid()) - before
    assert 50e6 < grown < 100e6


@pytest.mark.parametrize(
    ("measured", "reached"),
    [
        (figure(1.5), True),
        (figure(1.501), False),
        (figure(1.5, at_most=False), True),
        (figure(1.499, at_most=False), False),
        (figure(float("nan")), False),
        (figure(float("nan"), at_most=False), False),
    ],
)
def test_a_target_is_reached_or_missed(measured: Figure, *, reached: bool) -> None:
    assert measured.reached is reached
    assert exit_status([figure(0.0), measured]) == (0 if reached else 1)


def test_the_table_says_what_was_missed() -> None:
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as captured:
        console.print(to_table([figure(1.2), figure(1_234.5)]))
    cells = [line.split() for line in captured.get().splitlines()]
    assert ["search", "1.200", "x", "≤", "1.500", "x", "reached"] in cells
    assert ["search", "1,234.500", "x", "≤", "1.500", "x", "MISSED"] in cells


def test_memory_of_all_is_that_of_what_was_started_too() -> None:
    holding = "held = b'1' * 64_000_000; print(flush=True); input()"
    with Popen([sys.executable, "-c", holding], stdin=PIPE, stdout=PIPE) as child:  # noqa: S603 - our own code
        assert child.stdout is not None
        child.stdout.readline()
        assert resident_bytes_of_all(os.getpid()) > resident_bytes() + 64_000_000
        child.kill()
