"""Runs: what was found for each topic, in TREC's form."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np

from eval.files import MalformedError, read_lines

DEPTH = 1_000
"""How many results of a topic a run keeps; TREC's custom."""

_WHITE_SPACE = re.compile(r"\s")

Ranking = tuple[tuple[str, float], ...]
"""Ids and scores, best first; see :func:`ranking`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A system's answers, topic by topic.

    Attributes:
        tag: What names the system.
        rankings: For each topic, what was found; empty where nothing was.
    """

    tag: str
    rankings: Mapping[str, Ranking]


def ranking(found: Iterable[tuple[str, float]]) -> Ranking:
    """Make what was found fit for a run: each id once, `DEPTH` of them, scores that fall.

    Evaluation tools ignore the order of a run. They sort by score, held in single precision, and
    break ties by id, so that results which we order otherwise would trade places. Each score is
    therefore rounded to single precision and, where it would not fall, lowered to the next
    number below the one before it.

    Args:
        found: Ids and scores, best first; of an id that stands twice the first is kept.
    """
    lowest = np.float32(-np.inf)
    ceiling = np.float32(np.inf)
    falling: dict[str, float] = {}
    for found_id, score in found:
        if len(falling) == DEPTH:
            break
        if found_id not in falling:
            lowered = min(np.float32(score), ceiling)
            falling[found_id] = float(lowered)
            ceiling = np.nextafter(lowered, lowest)
    return tuple(falling.items())


def word_of(found_id: str) -> str:
    """An id as a run holds it: its white space, which separates fields there, percent-encoded."""
    return _WHITE_SPACE.sub(lambda space: quote(space[0]), found_id)


def write_run(run: Run, file: Path) -> None:
    """Write lines of ``qid Q0 id rank score tag``, each id as :func:`word_of` gives it."""
    with file.open("w", encoding="utf-8", newline="\n") as out:
        for qid, results in run.rankings.items():
            for rank, (found_id, score) in enumerate(results, start=1):
                # Nine digits give a single-precision number back exactly.
                out.write(f"{qid} Q0 {word_of(found_id)} {rank} {score:.9g} {run.tag}\n")


def read_run(file: Path) -> Run:
    """Read a run, ids as they stand; the tag is that of the last line.

    Raises:
        MalformedError: The file cannot be read, or a line of it is not TREC's.
    """
    found: dict[str, list[tuple[str, float]]] = {}
    tag = ""
    for number, line in read_lines(file):
        try:
            qid, _, found_id, _, score, tag = line.split()
            found.setdefault(qid, []).append((found_id, float(score)))
        except ValueError:
            reason = "must be: qid Q0 id rank score tag"
            raise MalformedError(file, reason, line=number) from None
    by_score = {
        qid: sorted(results, key=lambda result: -result[1]) for qid, results in found.items()
    }
    return Run(tag=tag, rankings={qid: ranking(results) for qid, results in by_score.items()})
