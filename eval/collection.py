"""Judged collections: records to fill an index with, topics to ask, and what should be found.

A collection is a folder of four files:

    collection.json     name, target (``person`` or ``document``), language; ``viewer``,
                        ``records_file`` and ``today`` where they are not the usual ones
    records.ndjson.gz   the records, or records.ndjson; the format is that of ``finder ingest``
    topics.tsv          ``qid<TAB>text``
    qrels.txt           TREC: ``qid 0 record-id gain``
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from eval.files import MalformedError, read_lines, read_text

DESCRIPTION = "collection.json"
RECORDS = ("records.ndjson.gz", "records.ndjson")
TOPICS = "topics.tsv"
QRELS = "qrels.txt"

Target = Literal["person", "document"]
"""What a collection's judgements are about; ``document`` stands for documents and posts."""

Qrels = Mapping[str, Mapping[str, int]]
"""For each judged topic, the gain of each judged id; 0 is judged and not relevant."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A question of a collection."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A judged collection.

    Attributes:
        name: What tables call it.
        target: What is to be found.
        language: The language of the records, as ``fr`` or ``en``.
        records: The file to fill an index from.
        topics: The questions, in the order of their file.
        qrels: The judgements; each judged topic is among ``topics``.
        viewer: The principal that asks, such as ``members`` or ``user:ID``; None where the
            judgements do not depend on who asks.
        today: When it is asked, for the age of evidence; None for the present.
    """

    name: str
    target: Target
    language: str
    records: Path
    topics: tuple[Topic, ...]
    qrels: Qrels
    viewer: str | None = None
    today: date | None = None


class _Description(BaseModel):
    """What ``collection.json`` must say; it may say more."""

    model_config = ConfigDict(strict=True)

    name: Annotated[str, StringConstraints(min_length=1)]
    target: Target
    language: str
    viewer: Annotated[str, StringConstraints(pattern="^(public|members|user:.+)$")] | None = None
    records_file: str | None = None
    today: date | None = None


def load_collection(folder: Path) -> Collection:
    """Read a collection; its records are only located.

    Judgements of topics that are not asked are left out, with a warning in the log: no system
    could answer them. Topics without judgements are asked, and not measured.

    Raises:
        MalformedError: A file is missing or wrong; the message names the file, line and field.
    """
    description = _read_description(folder / DESCRIPTION)
    topics = _read_topics(folder / TOPICS)
    return Collection(
        name=description.name,
        target=description.target,
        language=description.language,
        records=_locate_records(folder, description.records_file),
        topics=topics,
        qrels=_read_qrels(folder / QRELS, frozenset(topic.id for topic in topics)),
        viewer=description.viewer,
        today=description.today,
    )


def _read_description(file: Path) -> _Description:
    try:
        return _Description.model_validate_json(read_text(file))
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(map(str, fault["loc"])) or None
        raise MalformedError(file, fault["msg"], field=field) from None


def _locate_records(folder: Path, named: str | None) -> Path:
    candidates = [folder / name for name in ((named,) if named else RECORDS)]
    for file in candidates:
        if file.is_file():
            return file
    raise MalformedError(candidates[0], "there is no such file, and so no records")


def _read_topics(file: Path) -> tuple[Topic, ...]:
    topics: dict[str, Topic] = {}
    for number, line in read_lines(file):
        if "\t" not in line:
            raise MalformedError(file, "must be qid<TAB>text, and has no tab", line=number)
        qid, text = (part.strip() for part in line.split("\t", maxsplit=1))
        if not qid or len(qid.split()) > 1:
            reason = f"{qid!r} must be one word, as judgements and runs name it"
            raise MalformedError(file, reason, line=number, field="qid")
        if not text:
            raise MalformedError(file, "is empty", line=number, field="text")
        if qid in topics:
            raise MalformedError(file, f"{qid!r} stands twice", line=number, field="qid")
        topics[qid] = Topic(id=qid, text=text)
    if not topics:
        raise MalformedError(file, "holds no topic")
    return tuple(topics.values())


def _read_qrels(file: Path, asked: frozenset[str]) -> Qrels:
    qrels: dict[str, dict[str, int]] = {}
    for number, line in read_lines(file):
        qid, record, gain = _judgement(file, number, line)
        gains = qrels.setdefault(qid, {})
        if gains.setdefault(record, gain) != gain:
            reason = f"{record!r} is judged {gains[record]} and {gain} for topic {qid!r}"
            raise MalformedError(file, reason, line=number, field="gain")
    if unasked := qrels.keys() - asked:
        _log.warning("%s: left out judgements of %d unknown topics", file, len(unasked))
    judged = {qid: gains for qid, gains in qrels.items() if qid in asked}
    if not judged:
        raise MalformedError(file, f"judges no topic of {TOPICS}", field="qid")
    return judged


def _judgement(file: Path, number: int, line: str) -> tuple[str, str, int]:
    try:
        # Cut from both ends: an id of this record format may hold spaces.
        qid, _, rest = line.split(maxsplit=2)
        record, gain = rest.rsplit(maxsplit=1)
    except ValueError:
        reason = "must be: qid 0 record-id gain"
        raise MalformedError(file, reason, line=number) from None
    try:
        return qid, record, int(gain)
    except ValueError:
        reason = f"{gain!r} is not a whole number"
        raise MalformedError(file, reason, line=number, field="gain") from None
