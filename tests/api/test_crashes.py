"""A fill that is killed, runs out of disk or is torn loses nothing that was acknowledged."""

import json
import os
import signal
import sqlite3
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from random import Random

import psutil
import pytest
from command import COMMAND, Run
from mounts import mounted, unmounting

from api.assembly import Installation
from api.cli.console import ExitCode
from api.settings import EncoderSettings, Settings
from finder.query import Mode, understand
from indexers.mending import differences

CATALOGUE = "catalogue.sqlite"
RECORDS, LINES = 400, 1_500
"""Of the records, no more than a search by meaning proposes."""
ON_DISK = {"received", "indexed", "unchanged", "superseded", "deleted"}
"""Statuses that promise that a line will not be lost."""

_LOG_HEADER = struct.Struct(">IIIIIIII")
_FRAME_HEADER = struct.Struct(">IIIIII")
"""Of SQLite's write-ahead log: https://www.sqlite.org/fileformat2.html#walformat"""

Filling = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class Strike:
    """How a fill ended: what it had told by then, and whether it was cut off."""

    told: bytes
    met: bool


Hurt = Callable[[Filling, Path, Random], Strike]
"""Makes a fill end at a random moment."""


def await_moment(filling: Filling, data: Path, random: Random) -> None:
    """Some time after it has begun to write."""
    log = data / f"{CATALOGUE}-wal"
    while filling.poll() is None and not (log.exists() and log.stat().st_size):
        time.sleep(0.01)
    time.sleep(random.uniform(0.0, 2.0))


def killed(filling: Filling, data: Path, random: Random) -> Strike:
    """One of its processes dies, if it has any yet, and a moment later all of it."""
    await_moment(filling, data, random)
    if helpers := psutil.Process(filling.pid).children(recursive=True):
        random.choice(helpers).kill()
        time.sleep(random.uniform(0.0, 0.5))
    met = filling.poll() is None
    os.killpg(filling.pid, signal.SIGKILL)
    return Strike(filling.communicate()[0], met)


def torn(filling: Filling, data: Path, random: Random) -> Strike:
    """The power fails: the page that was being written is half there, in log and catalogue."""
    strike = killed(filling, data, random)
    log, catalogue = data / f"{CATALOGUE}-wal", data / CATALOGUE
    frames = log.read_bytes() if log.exists() else b""
    last = last_commit(frames)
    if last is None:
        return Strike(strike.told, met=False)
    with log.open("r+b") as file:
        file.seek(last.end)
        file.write(frames[_LOG_HEADER.size :][: random.randrange(1, last.page_size)])
    half = last.page_size // 2
    middle = last.page * last.page_size - half
    if middle + half <= catalogue.stat().st_size:
        with catalogue.open("r+b") as file:
            file.seek(middle)
            file.write(random.randbytes(half))
    return strike


@dataclass(frozen=True, slots=True)
class Commit:
    """The last frame of a transaction in the log: a page of the catalogue, from 1, and its end."""

    page: int
    page_size: int
    end: int


def last_commit(log: bytes) -> Commit | None:
    """What comes after it in the log was still being written."""
    last = None
    if len(log) >= _LOG_HEADER.size:
        _, _, page_size, _, *salts, _, _ = _LOG_HEADER.unpack_from(log)
        size = _FRAME_HEADER.size + page_size
        for start in range(_LOG_HEADER.size, len(log) - size + 1, size):
            page, pages_after, *frame_salts, _, _ = _FRAME_HEADER.unpack_from(log, start)
            if frame_salts != salts:
                break
            if pages_after:
                last = Commit(page, page_size, start + size)
    return last


def out_of_disk(filling: Filling, data: Path, random: Random) -> Strike:
    """Another program takes all the room there is, for as long as the fill goes on."""
    await_moment(filling, data, random)
    ballast = data / "ballast"
    with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        file.writelines(repeat(bytes(4_096)))
    told = filling.communicate()[0]
    ballast.unlink()
    assert filling.returncode in {ExitCode.DONE, ExitCode.OPERATOR}
    return Strike(told, met=filling.returncode == ExitCode.OPERATOR)


@contextmanager
def small_disk(data: Path) -> Iterator[None]:
    mounted("-t", "tmpfs", "-o", "size=64m", "tmpfs", data)
    with unmounting(data):
        yield


def some_lines(random: Random, round_: int, marked_up: int) -> Iterator[dict[str, object]]:
    """Inserts, updates and deletes; of how many posts one goes through a parser, if any."""
    for _ in range(LINES):
        number = random.randrange(RECORDS)
        if random.random() < 0.25:
            yield {"type": "delete", "target": "post", "id": f"p{number}"}
            continue
        text = f"tour{round_} facture{number}"
        is_plain = not marked_up or number % marked_up
        body = {"text": text} if is_plain else {"html": f"<p>{text}</p>"}
        yield {"type": "post", "id": f"p{number}", "authors": ["a"], **body}


def written(line: dict[str, object]) -> str | None:
    """The text of a line; none for a deletion."""
    text = line.get("text") or line.get("html")
    return text if isinstance(text, str) else None


def held(data: Path) -> dict[str, str]:
    """The texts in the catalogue."""
    rows = "SELECT id, coalesce(html, text) FROM records JOIN bodies ON record = number"
    with closing(sqlite3.connect(data / CATALOGUE)) as database:
        return dict(database.execute(rows).fetchall())


def promised(
    before: dict[str, str], lines: list[dict[str, object]], told: bytes
) -> dict[str, set[str | None]]:
    """What may be held of each record after a fill that told so much, and no more."""
    # The last line may have been cut off; a summary has no line number.
    whole = [json.loads(line) for line in told.splitlines(keepends=True) if line.endswith(b"\n")]
    kept = {each["line"] for each in whole if each.get("status") in ON_DISK}
    may: dict[str, set[str | None]] = {
        f"p{number}": {before.get(f"p{number}")} for number in range(RECORDS)
    }
    for number, line in enumerate(lines, 1):
        id_ = str(line["id"])
        may[id_] = {written(line)} if number in kept else {*may[id_], written(line)}
    return may


@pytest.mark.parametrize("hurt", [killed, torn, out_of_disk])
@pytest.mark.parametrize(
    ("times", "marked_up"),
    [
        (3, 0),
        pytest.param(50, 3, marks=[pytest.mark.long, pytest.mark.timeout(1_800)]),
    ],
)
def test_a_fill_that_ends_at_any_moment_loses_nothing_that_was_acknowledged(
    run: Run, environment: dict[str, str], hurt: Hurt, times: int, marked_up: int
) -> None:
    random = Random(7)  # noqa: S311 - a repeatable test, no secret
    data = Path(environment["FINDER_DATA"])
    data.mkdir()
    source = data.with_name("round.ndjson")
    with nullcontext() if hurt is not out_of_disk else small_disk(data):
        expected: dict[str, str] = {}
        met = 0
        for round_ in range(times):
            lines = list(some_lines(random, round_, marked_up))
            source.write_text("\n".join(map(json.dumps, lines)))
            filling = subprocess.Popen(  # noqa: S603 - our own command
                [*COMMAND, "ingest", str(source), "--json"],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            strike = hurt(filling, data, random)
            met += strike.met
            run("worker", "--until-done")
            may, now = promised(expected, lines, strike.told), held(data)
            assert {id_: now.get(id_) for id_ in may if now.get(id_) not in may[id_]} == {}
            run("ingest", source)  # whoever was not told everything hands it in again
            for line in lines:
                expected.pop(str(line["id"]), None)
                if text := written(line):
                    expected[str(line["id"])] = text
        assert met > times / 3, "the strikes came too late, or too early"
        assert held(data) == expected
        assert_found(data, expected)


def assert_found(data: Path, expected: dict[str, str]) -> None:
    """By words and by meaning: what is expected, and nothing else."""
    settings = Settings(data=data, encoder=EncoderSettings(name="hashing"))
    with Installation(settings) as installation:
        assert differences(installation.database) == []
        viewer = installation.viewer()
        for id_ in (f"p{number}" for number in range(RECORDS)):
            text = expected.get(id_, f"facture{id_[1:]}").removeprefix("<p>").removesuffix("</p>")
            query = understand(text, mode=Mode.WORDS, as_typed=True)
            found = [key for key, _ in installation.finder.ranked_records(query, viewer)]
            assert (found[:1] == [id_]) if id_ in expected else (id_ not in found), (id_, found)
        query = understand("facture", mode=Mode.MEANING)
        by_meaning = {key for key, _ in installation.finder.ranked_records(query, viewer)}
        assert by_meaning == expected.keys()
