"""Two hundred real files of ten formats, some broken or locked, in one run."""

import shutil
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from organisation import Organisation

from indexers.members import MARK
from indexers.outcomes import Status
from indexers.sources.folder import FolderSource

FORMATS = ("docx", "pptx", "xlsx", "odt", "html", "pdf", "txt", "eml", "msg", "csv", "md")
EACH = 20


@pytest.mark.shared
def test_every_file_is_indexed_or_listed_with_its_reason(
    shared: Path, tmp_path: Path, organisation: Organisation
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for format_ in FORMATS:
        found = (
            path for path in sorted((shared / "files").rglob(f"*.{format_}")) if path.is_file()
        )
        for number, path in enumerate(islice(found, EACH)):
            shutil.copyfile(path, folder / f"{number:02} {path.name}")
    given = {str(path) for path in folder.iterdir()}
    assert len(given) >= 190

    outcomes = list(organisation.pipeline.ingest(FolderSource(folder)))

    inside = [outcome for outcome in outcomes if MARK in str(outcome.source)]
    assert {outcome.source for outcome in outcomes if outcome not in inside} == given
    assert {str(outcome.source).partition(MARK)[0] for outcome in inside} <= given
    counts = Counter(outcome.status for outcome in outcomes)
    assert set(counts) <= {Status.INDEXED, Status.FAILED, Status.REFUSED}
    assert counts[Status.INDEXED] >= 150
    assert all(outcome.reason for outcome in outcomes if outcome.status is not Status.INDEXED)
    assert all(outcome.passages for outcome in outcomes if outcome.status is Status.INDEXED)
