"""Judged collections of a planted organisation."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path

import numpy as np

from eval.collection import RECORDS, Target
from eval.planted.organisation import TODAY, Organisation
from eval.planted.questions import (
    Question,
    ask_across_languages,
    ask_for_experts,
    ask_for_names,
    mistype,
)
from eval.planted.wording import load_wording
from eval.writing import make_folder, write_questions, write_records
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
    make_folder(folder)
    random = np.random.default_rng(seed)
    organisation = Organisation(load_wording(), people, random)
    every = load_wording().themes()
    themes = iter([every[place] for place in random.permutation(len(every)).tolist()])
    known = list(ask_for_experts(organisation, themes))
    translated = list(ask_across_languages(organisation, themes))
    organisation.talk(list(themes), posts=POSTS)
    write_records(organisation.records(), folder / RECORDS[0])
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
    qrels = {each.topic.id: judged(each) for each in questions}
    write_questions(folder, description, [each.topic for each in questions], qrels)
    return folder
