"""The queue from the command line: who works, what waits, what failed, and what a crash costs."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from random import Random

import psutil
import pytest
from command import COMMAND, Run

from api.assembly import Installation
from api.cli.console import ExitCode
from api.settings import EncoderSettings, Settings
from finder.query import Mode, understand
from indexers.mending import differences

KILLS = (
    (6, 0),
    pytest.param(50, 3, marks=[pytest.mark.long, pytest.mark.timeout(1_800)]),
)
"""How many, and of how many posts one goes through a parser, to be killed among the rest."""


def posts(path: Path, *numbers: int, text: str = "la facture") -> Path:
    path.write_text(
        "".join(
            json.dumps({"type": "post", "id": f"p{n}", "authors": ["ana"], "text": f"{text} n{n}"})
            + "\n"
            for n in numbers
        )
    )
    return path


def status(run: Run) -> dict[str, object]:
    told: dict[str, object] = json.loads(run("status", "--json").stdout)
    return told


def test_what_is_received_during_a_pause_waits_for_a_worker(run: Run, tmp_path: Path) -> None:
    run("ingest", posts(tmp_path / "first.ndjson", 1))
    run("pause")
    told = run("ingest", posts(tmp_path / "second.ndjson", 2, 3)).stdout
    assert "2 received" in told
    paused = status(run)
    assert (paused["received"], paused["meaning"], paused["paused"]) == (2, 1, True)
    run("resume")
    run("worker", "--until-done")
    done = status(run)
    assert (done["received"], done["words"], done["meaning"]) == (0, 3, 3)
    assert "3 found by words" in run("status").stdout


def test_what_failed_is_listed_with_advice_and_tried_again(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "plan.pdf").write_bytes(b"%PDF-1.7 cut short")
    (folder / ".hidden").write_text("no")
    run("ingest", folder, code=1)
    listed = [json.loads(line) for line in run("failures", "--json", code=1).stdout.splitlines()]
    assert [(each["state"], Path(each["source"]).name) for each in listed] == [
        ("skipped", ".hidden"),
        ("failed", "plan.pdf"),
    ]
    assert "save it again" in listed[1]["advice"]
    assert "plan.pdf" in run("failures", folder / "plan.pdf", code=1).stdout
    (folder / "plan.pdf").write_text("<html><p>Le plan est lisible.</p></html>")
    assert "1 are back" in run("failures", "--retry").stdout
    run("worker", "--until-done")
    assert (status(run)["failed"], status(run)["words"]) == (0, 1)


def test_ingest_leaves_the_work_to_whoever_works_already(
    run: Run, tmp_path: Path, environment: dict[str, str]
) -> None:
    worker = subprocess.Popen([*COMMAND, "worker"], env=environment, stdout=subprocess.PIPE)  # noqa: S603 - our own command
    try:
        assert worker.stdout
        assert b"Working on the queue" in worker.stdout.readline()
        done = run("--verbose", "ingest", posts(tmp_path / "posts.ndjson", *range(50)))
        assert "finder worker" in done.stderr
        assert "50 indexed" in done.stdout
        assert "0 awaiting vectors" in done.stdout
    finally:
        worker.terminate()
        assert worker.wait(30) == ExitCode.DONE
        worker.stdout.close()


def strike(filling: subprocess.Popen[bytes], random: Random) -> None:
    """Kill one of its parsers, if it has any yet, and a moment later all of it."""
    time.sleep(random.uniform(0.3, 2.0))
    if parsers := psutil.Process(filling.pid).children(recursive=True):
        random.choice(parsers).kill()
        time.sleep(random.uniform(0.0, 0.5))
    os.killpg(filling.pid, signal.SIGKILL)
    filling.communicate()


@pytest.mark.parametrize(("kills", "marked_up"), KILLS)
def test_a_kill_at_any_moment_loses_nothing_that_was_acknowledged(
    run: Run, tmp_path: Path, environment: dict[str, str], kills: int, marked_up: int
) -> None:
    random = Random(7)  # noqa: S311 - a repeatable test, no secret
    expected: dict[str, str] = {}
    for round_ in range(kills):
        lines, after = [], dict(expected)
        for _ in range(400):
            number = random.randrange(600)
            if random.random() < 0.25:
                after.pop(f"p{number}", None)
                lines.append({"type": "delete", "target": "post", "id": f"p{number}"})
            else:
                after[f"p{number}"] = f"tour{round_} facture{number}"
                text = after[f"p{number}"]
                is_plain = not marked_up or number % marked_up
                body = {"text": text} if is_plain else {"html": f"<p>{text}</p>"}
                lines.append({"type": "post", "id": f"p{number}", "authors": ["a"], **body})
        source = tmp_path / "round.ndjson"
        source.write_text("\n".join(map(json.dumps, lines)))
        filling = subprocess.Popen(  # noqa: S603 - our own command
            [*COMMAND, "ingest", str(source), "--json"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        strike(filling, random)
        run("ingest", source)  # whoever was not told everything hands it in again
        expected = after
    run("worker", "--until-done")
    settings = Settings(
        data=Path(environment["FINDER_DATA"]), encoder=EncoderSettings(name="hashing")
    )
    with Installation(settings) as installation:
        assert differences(installation.database) == []
        viewer = installation.viewer()
        for id_ in (f"p{number}" for number in range(600)):
            text = expected.get(id_, f"facture{id_[1:]}")
            query = understand(text, mode=Mode.WORDS, as_typed=True)
            found = [key for key, _ in installation.finder.ranked_records(query, viewer)]
            assert (found[:1] == [id_]) if id_ in expected else (id_ not in found), (id_, found)
        query = understand("facture", mode=Mode.MEANING)
        by_meaning = {key for key, _ in installation.finder.ranked_records(query, viewer)}
        assert by_meaning == expected.keys()
    assert status(run)["awaiting_vectors"] == 0
