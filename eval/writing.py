"""Writing judged collections, in the format that ``eval/collection.py`` reads."""

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from eval.collection import DESCRIPTION, QRELS, TOPICS, Qrels, Topic
from finder.errors import InputError


def make_folder(folder: Path) -> None:
    """Make a folder to write into.

    Raises:
        InputError: It holds something, which would be lost or mixed up.
    """
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise InputError(f"{folder} holds something already: name a folder that does not.")
    folder.mkdir(parents=True, exist_ok=True)


def write_records(records: Iterable[Mapping[str, object]], file: Path) -> None:
    """Write records, gzipped; the same records give the same bytes."""
    # Neither the time nor the name of the file.
    with file.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
        for record in records:
            out.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")


def write_questions(
    folder: Path, description: Mapping[str, str], topics: Iterable[Topic], qrels: Qrels
) -> None:
    """Write what a collection is beside its records.

    Args:
        folder: Where it is.
        description: What ``collection.json`` says.
        topics: What is asked.
        qrels: What should be found.
    """
    judgements = (
        f"{topic} 0 {found} {gain}"
        for topic, gains in qrels.items()
        for found, gain in gains.items()
    )
    files = {
        DESCRIPTION: [json.dumps(description, indent=1)],
        TOPICS: (f"{topic.id}\t{topic.text}" for topic in topics),
        QRELS: judgements,
    }
    for name, lines in files.items():
        text = "".join(f"{line}\n" for line in lines)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
