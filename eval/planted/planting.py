"""Judged collections of a planted organisation."""

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path

import numpy as np

from eval.collection import DESCRIPTION, QRELS, RECORDS, TOPICS, Target
from eval.planted.organisation import TODAY, Organisation
from eval.planted.questions import (
    Question,
    ask_across_languages,
    ask_for_experts,
    ask_for_names,
    mistype,
)
from eval.planted.wording import load_wording
from finder.errors import InputError

FEWEST = 100
"""People: with fewer, everybody would be an expert on everything."""
POSTS = 4
"""How many everybody writes beside their parts."""

Judged = Callable[[Question], Mapping[str, int]]
"""Which of a question's truths a collection asks for."""


def plant(folder: Path, *, people: int, seed: int) -> list[Path]:
    """Write an organisation, and judged collections of it that share its records.

        people              who knows, and who has this name
        people-mistyped     who knows, asked with one mistake in one word
        people-inside       who knows, asked by somebody in the private groups
        people-languages    who knows, asked in the language that is written, and in the other
        documents           where what experts know is written

    Args:
        folder: Where to write; empty, or not there yet.
        people: How many there are; those with a part are as many in every organisation.
        seed: Another one makes another organisation.

    Returns:
        The folders of the collections.

    Raises:
        InputError: There are too few people, or the folder holds something.
    """
    if people < FEWEST:
        raise InputError(f"An organisation to plant has {FEWEST} people or more, not {people}.")
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise InputError(f"{folder} holds something already: name a folder that does not.")
    random = np.random.default_rng(seed)
    organisation = Organisation(load_wording(), people, random)
    every = load_wording().themes()
    themes = iter([every[place] for place in random.permutation(len(every)).tolist()])
    known = list(ask_for_experts(organisation, themes))
    translated = list(ask_across_languages(organisation, themes))
    organisation.talk(list(themes), posts=POSTS)
    folder.mkdir(parents=True, exist_ok=True)
    _write_records(organisation, folder / RECORDS[0])
    named = ask_for_names(organisation)
    mistaken = list(mistype(known, random))
    inside = [question for question in known if question.insiders]
    insider = f"user:{organisation.insider}"
    return [
        _write(folder / "people", [*known, *named]),
        _write(folder / "people-mistyped", mistaken),
        _write(folder / "people-inside", inside, judged=attrgetter("insiders"), viewer=insider),
        _write(folder / "people-languages", translated),
        _write(
            folder / "documents",
            [*known, *translated],
            judged=attrgetter("answers"),
            target="document",
        ),
    ]


def _write_records(organisation: Organisation, file: Path) -> None:
    # Neither the time nor the name of the file: the same seed gives the same bytes.
    with file.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
        for record in organisation.records():
            out.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")


def _write(
    folder: Path,
    questions: Sequence[Question],
    *,
    judged: Judged = attrgetter("people"),
    viewer: str = "members",
    target: Target = "person",
) -> Path:
    folder.mkdir()
    description = {
        "name": f"planted-{folder.name}",
        "target": target,
        "language": "fr",
        "viewer": viewer,
        "records_file": f"../{RECORDS[0]}",
        "today": TODAY.isoformat(),
    }
    topics = (f"{each.topic.id}\t{each.topic.text}" for each in questions)
    qrels = (
        f"{each.topic.id} 0 {found} {gain}"
        for each in questions
        for found, gain in judged(each).items()
    )
    files = {DESCRIPTION: [json.dumps(description, indent=1)], TOPICS: topics, QRELS: qrels}
    for name, lines in files.items():
        text = "".join(f"{line}\n" for line in lines)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return folder
