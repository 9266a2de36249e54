"""The queue from the command line: who works, what waits, and what failed."""

import json
import signal
import subprocess
from pathlib import Path

from command import COMMAND, Run

from api.cli.console import ExitCode


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


def test_the_queue_is_watched_as_it_empties(
    run: Run, tmp_path: Path, environment: dict[str, str]
) -> None:
    run("pause")
    run("ingest", posts(tmp_path / "posts.ndjson", 1, 2))
    command = [*COMMAND, "status", "--watch", "--json"]
    watching = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)  # noqa: S603 - our own command
    try:
        assert watching.stdout
        first = json.loads(watching.stdout.readline())
        assert (first["received"], first["eta_seconds"], first["paused"]) == (2, None, True)
        run("resume")
        run("worker", "--until-done")
        then = first
        while then["received"]:
            assert then["lag_seconds"] > 0.0
            then = json.loads(watching.stdout.readline())
        while then["meaning"] < 2:  # looked at between the two
            then = json.loads(watching.stdout.readline())
        assert (then["words"], then["meaning"], then["lag_seconds"]) == (2, 2, 0.0)
        assert then["records_per_second"] > 0.0
    finally:
        watching.send_signal(signal.SIGINT)
        assert watching.wait(30) == ExitCode.INTERRUPTED
        watching.stdout.close()


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
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    assert "plan.pdf" in run("failures", tmp_path / "link" / "plan.pdf", code=1).stdout
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
