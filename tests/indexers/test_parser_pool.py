"""Parsers' processes: what one file can cost, and what happens to a process that misbehaves."""

import errno
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from itertools import count
from pathlib import Path

import psutil
import pytest

from indexers.parsing import FailureReason, Limits, ParsedFile, ParseFailure, ParserPool

ROOT = Path(__file__).parents[2]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.txt"
    path.write_text("Petit.")
    return path


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A small PDF that takes a minute: the same long page again and again."""
    pages, text = 25_000, b"(Un mot, puis un autre.) Tj 0 -1 Td " * 1_000
    path = tmp_path / "slow.pdf"
    path.write_bytes(
        b"%%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Count %d /Kids [%s] >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources"
        b" << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>\nendobj\n"
        b"4 0 obj\n<< /Length %d >>\nstream\nBT /F 12 Tf 72 700 Td %s ET\nendstream\nendobj\n"
        b"trailer\n<< /Root 1 0 R >>\n%%%%EOF" % (pages, b"3 0 R " * pages, len(text) + 27, text)
    )
    return path


def why(pool: ParserPool, path: Path) -> tuple[FailureReason, str]:
    outcome = pool.parse(path)
    assert isinstance(outcome, ParseFailure), outcome
    return outcome.reason, outcome.message


def text(pool: ParserPool, path: Path) -> str:
    outcome = pool.parse(path)
    assert isinstance(outcome, ParsedFile), outcome
    return "\n".join(block.text for block in outcome.blocks)


def pid_of(pool: ParserPool) -> int:
    [process] = pool._processes
    return process.pid


def wait_until(holds: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.02)


def ended(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def computed(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def confined(program: str, limits: Limits | None = None) -> "subprocess.CompletedProcess[str]":
    """Runs Python that is confined as parsers are; what it prints is to be looked at."""
    lifeline, end = os.pipe()
    prelude = (
        "import json, sys\n"
        "from indexers.parsing.confinement import confine\n"
        "from indexers.parsing.limits import Limits\n"
        "confine(Limits(**json.loads(sys.argv[1])), int(sys.argv[2]))\n"
    )
    values = json.dumps(asdict(limits or Limits()))
    try:
        return subprocess.run(  # noqa: S603 - the program above
            [sys.executable, "-c", prelude + program, values, str(lifeline)],
            cwd=ROOT,
            pass_fds=(lifeline,),
            start_new_session=True,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.close(lifeline)
        os.close(end)


class TestOneFile:
    def test_its_size_and_that_of_its_text_are_bounded(self, tmp_path: Path, small: Path) -> None:
        (tmp_path / "large.txt").write_text("mot " * 500_000)
        (tmp_path / "wide.txt").write_text("mot " * 50_000)
        with ParserPool(limits=Limits(file_bytes=2**20, output_bytes=2**16)) as pool:
            assert why(pool, tmp_path / "large.txt") == (
                FailureReason.TOO_LARGE,
                "it is larger than 1 MB",
            )
            assert why(pool, tmp_path / "wide.txt")[0] is FailureReason.TOO_LARGE
            assert text(pool, small) == "Petit."

    def test_it_takes_too_long(self, slow: Path, small: Path) -> None:
        with ParserPool(limits=Limits(seconds=1.5)) as pool:
            assert why(pool, slow) == (
                FailureReason.TIMED_OUT,
                "it takes longer than 1.5 seconds",
            )
            assert text(pool, small) == "Petit."

    def test_it_computes_too_long(self, slow: Path, small: Path) -> None:
        with ParserPool(limits=Limits(cpu_seconds=1)) as pool:
            assert text(pool, small) == "Petit."
            assert why(pool, slow) == (
                FailureReason.TIMED_OUT,
                "it takes more than 1 seconds of computing",
            )
            assert text(pool, small) == "Petit."

    def test_computing_is_counted_for_each_file(self, tmp_path: Path, small: Path) -> None:
        (tmp_path / "large.txt").write_text("mot\n\n" * 100_000)
        with ParserPool(limits=Limits(cpu_seconds=1)) as pool:
            text(pool, small)
            while computed(pid_of(pool)) < 3.0:
                text(pool, tmp_path / "large.txt")

    def test_it_runs_out_of_memory(self, tmp_path: Path, small: Path) -> None:
        (tmp_path / "large.txt").write_text("mot " * 25_000_000)
        with ParserPool(limits=Limits(memory_bytes=150 * 2**20)) as pool:
            assert why(pool, tmp_path / "large.txt")[0] is FailureReason.OUT_OF_MEMORY
            assert text(pool, small) == "Petit."

    def test_its_worker_stops_and_does_not_answer(self, slow: Path, small: Path) -> None:
        with ParserPool(limits=Limits(seconds=2.0)) as pool, ThreadPoolExecutor(1) as threads:
            text(pool, small)
            first = pid_of(pool)
            psutil.Process(first).suspend()
            # Larger than a pipe holds: nobody takes it, and nobody waits for ever.
            assert pool.parse_html("<p>mot</p>" * 100_000) == ParseFailure(
                reason=FailureReason.TIMED_OUT, message="it takes longer than 2 seconds"
            )
            failing = threads.submit(why, pool, slow)
            wait_until(lambda: {process.pid for process in list(pool._processes)} - {first})
            os.kill(pid_of(pool), signal.SIGSEGV)
            assert failing.result() == (
                FailureReason.CRASHED,
                "the parser stopped while reading it (SIGSEGV)",
            )
            assert text(pool, small) == "Petit."


class TestWorkers:
    def test_they_are_replaced_after_so_many_files(self, small: Path) -> None:
        with ParserPool(limits=Limits(files_per_worker=2)) as pool:
            pids = []
            for _ in range(3):
                text(pool, small)
                pids.append(pid_of(pool))
            assert pids[0] == pids[1] != pids[2]
            assert ended(pids[0])

    def test_one_that_bloated_is_replaced(self, small: Path) -> None:
        with ParserPool() as pool:
            text(pool, small)
            resident = psutil.Process(pid_of(pool)).memory_info().rss
        for memory_bytes, pids in (3 * resident, 1), (int(1.7 * resident), 2):
            with ParserPool(limits=Limits(memory_bytes=memory_bytes)) as pool:
                found = set()
                for _ in range(2):
                    text(pool, small)
                    found.add(pid_of(pool))
                assert len(found) == pids

    def test_one_that_is_killed_is_replaced(self, small: Path) -> None:
        with ParserPool() as pool:
            text(pool, small)
            pid = pid_of(pool)
            psutil.Process(pid).kill()
            wait_until(lambda: ended(pid))
            assert text(pool, small) == "Petit."

    def test_they_end_with_the_pool(self, slow: Path, small: Path) -> None:
        with ThreadPoolExecutor(1) as threads:
            with ParserPool() as pool:
                text(pool, small)
                pid = pid_of(pool)
                before = computed(pid)
                parsing = threads.submit(pool.parse, slow)
                wait_until(lambda: computed(pid) > before + 0.2)
            assert ended(pid)
            outcome = parsing.result()
        assert isinstance(outcome, ParseFailure)
        with pytest.raises(RuntimeError, match="closed"):
            pool.parse(small)

    @pytest.mark.parametrize("busy", [False, True])
    def test_they_end_with_the_process_that_started_them(
        self, slow: Path, small: Path, *, busy: bool
    ) -> None:
        program = (
            "import sys, time\n"
            "from pathlib import Path\n"
            "from indexers.parsing import ParserPool\n"
            "pool = ParserPool()\n"
            "pool.parse(Path(sys.argv[2]))\n"
            "print(*(process.pid for process in pool._processes), flush=True)\n"
            "pool.parse(Path(sys.argv[1]))\n"
            "time.sleep(60)\n"
        )
        parent = subprocess.Popen(  # noqa: S603 - the program above
            [sys.executable, "-c", program, str(slow if busy else small), str(small)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.5)  # so that the second file is at hand
        assert not ended(pid)
        parent.kill()
        parent.communicate()
        wait_until(lambda: ended(pid), seconds=2.0)

    def test_they_live_on_when_the_thread_that_started_them_ends(self, small: Path) -> None:
        with ParserPool() as pool:
            with ThreadPoolExecutor(1) as threads:
                threads.submit(pool.parse, small).result()
            pid = pid_of(pool)
            assert text(pool, small) == "Petit."
            assert pid_of(pool) == pid


class TestMany:
    def test_they_come_in_order_from_several_workers(self, tmp_path: Path) -> None:
        paths = [tmp_path / f"{number}.txt" for number in range(20)]
        for number, path in enumerate(paths):
            path.write_text(f"numéro {number}", encoding="utf-8")
        with ParserPool(workers=2) as pool:
            found = [
                (path, outcome.blocks[0].text)
                for path, outcome in pool.parse_many(paths)
                if isinstance(outcome, ParsedFile)
            ]
        assert found == [(path, f"numéro {number}") for number, path in enumerate(paths)]

    def test_only_a_few_are_taken_ahead(self, small: Path) -> None:
        taken = count()

        def endless() -> Iterator[Path]:
            while True:
                next(taken)
                yield small

        with ParserPool(workers=2) as pool:
            outcomes = pool.parse_many(endless())
            for _ in range(10):
                next(outcomes)
            outcomes.close()
        assert next(taken) <= 10 + 4

    def test_a_slow_one_does_not_hold_up_the_others(self, slow: Path, small: Path) -> None:
        with ParserPool(workers=2, limits=Limits(seconds=2.0)) as pool:
            outcomes = [outcome for _, outcome in pool.parse_many([small, slow, small, small])]
        assert [isinstance(outcome, ParsedFile) for outcome in outcomes] == [
            True,
            False,
            True,
            True,
        ]


class TestConfinement:
    def test_a_process_cannot_outgrow_its_memory(self) -> None:
        done = confined(
            "from indexers.parsing.confinement import peak_memory\n"
            "held = []\n"
            "try:\n"
            "    while True: held.append(b'x' * 2**20)\n"
            "except MemoryError:\n"
            "    held.clear()\n"
            "print(peak_memory())\n"
        )
        assert 1.2e9 < int(done.stdout) < 1.5e9, done.stderr

    def test_a_process_cannot_write_large_files(self, tmp_path: Path) -> None:
        done = confined(
            "try:\n"
            f"    open({str(tmp_path / 'file')!r}, 'wb', 0).write(b'x' * 3_000)\n"
            f"    open({str(tmp_path / 'file')!r}, 'ab', 0).write(b'x')\n"
            "except OSError as error:\n"
            "    print(error.errno)\n",
            Limits(scratch_bytes=2_000),
        )
        assert done.stdout.split() == [str(errno.EFBIG)], done.stderr
        assert (tmp_path / "file").stat().st_size == 2_000

    @pytest.mark.parametrize(
        "attempt",
        [
            "socket.create_connection(('127.0.0.1', {port}), 5)",
            "socket.getaddrinfo('localhost', {port})",
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))",
            "urllib.request.urlopen('http://127.0.0.1:{port}/')",
        ],
    )
    def test_python_reaches_no_network(self, attempt: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(0)
            port = server.getsockname()[1]
            done = confined(
                "import socket, urllib.request\n"
                "try:\n"
                f"    {attempt.format(port=port)}\n"
                "except OSError as error:\n"
                "    print(getattr(getattr(error, 'reason', error), 'errno', None))\n"
            )
            assert done.stdout.split() == [str(errno.EACCES)], done.stderr
            with pytest.raises(BlockingIOError):
                server.accept()

    @pytest.mark.skipif(
        platform.machine() not in {"x86_64", "aarch64"}, reason="no filter for this processor"
    )
    def test_neither_native_code_nor_a_program_makes_a_socket(self) -> None:
        done = confined(
            "import ctypes, socket, subprocess\n"
            "library = ctypes.CDLL(None, use_errno=True)\n"
            "def tried(call, *arguments):\n"
            "    number = getattr(library, call)(*arguments)\n"
            "    print(number >= 0, ctypes.get_errno() if number < 0 else 0)\n"
            "for family in socket.AF_INET, socket.AF_INET6, socket.AF_PACKET, socket.AF_NETLINK:\n"
            "    tried('socket', family, socket.SOCK_DGRAM, 0)\n"
            "tried('syscall', 425, 8, ctypes.create_string_buffer(256))  # io_uring_setup\n"
            "tried('socket', socket.AF_UNIX, socket.SOCK_STREAM, 0)\n"
            "program = 'import socket; socket.socket()'\n"
            "print(subprocess.run([sys.executable, '-c', program], capture_output=True).stderr"
            ".decode().split()[-3:])\n"
        )
        refused = f"False {errno.EACCES}"
        assert done.stdout.splitlines() == [
            *[refused] * 5,
            "True 0",
            str(["13]", "Permission", "denied"]),
        ], done.stderr
