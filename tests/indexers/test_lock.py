import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from finder.errors import BusyError
from indexers.lock import current_holder, writing

_HOLD = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from indexers.lock import writing
with writing(Path(sys.argv[1]), "ingest records.ndjson"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that writes in the folder."""
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", _HOLD, str(tmp_path), root], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_whoever_writes_second_is_told_who_writes(
    tmp_path: Path, holder: "subprocess.Popen[str]"
) -> None:
    told = rf"written by ingest records\.ndjson \(process {holder.pid}, since 20"
    with pytest.raises(BusyError, match=told), writing(tmp_path, "rebuild"):
        pass


def test_the_lock_goes_with_a_holder_that_is_killed(
    tmp_path: Path, holder: "subprocess.Popen[str]"
) -> None:
    holder.kill()
    holder.wait()
    with writing(tmp_path, "rebuild"):
        found = current_holder(tmp_path)
        assert found is not None
        assert found.purpose == "rebuild"
    assert current_holder(tmp_path) is None


def test_nobody_holds_it_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path, "ingest"):
        raise ZeroDivisionError
    with writing(tmp_path, "ingest again"):
        pass


@pytest.mark.parametrize("left", ["", "{", "[1]", '{"purpose": "x"}'])
def test_a_damaged_note_of_the_holder_names_nobody(tmp_path: Path, left: str) -> None:
    (tmp_path / "writer.json").write_text(left)
    assert current_holder(tmp_path) is None
