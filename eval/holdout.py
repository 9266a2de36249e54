"""A judged collection of a dump of questions and answers, whose last questions are held out.

A dump of a Stack Exchange site (``Posts.xml`` and ``Users.xml``) tells who answered what. What was
asked and answered first is what Finder reads, and who answered what was asked afterwards is who
should be found: nobody has to judge anything. So is question routing evaluated (Li & King,
"Routing Questions to Appropriate Answerers in Community Question Answering Services", CIKM 2010).
It favours whoever is there: who answers most is often right, whatever is asked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree

from eval.collection import RECORDS, Qrels, Topic
from eval.files import MalformedError
from eval.writing import make_folder, write_questions, write_records
from finder.errors import InputError

READ: Final = 0.7
"""The share of the questions that are read; those after them are asked."""
KNOWN: Final = 2
"""Answers among what is read, for somebody to be one who can be found."""

_QUESTION, _ANSWER = "1", "2"
_ANSWERED, _ACCEPTED = 1, 2
"""Gains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    """A question, or what answers one."""

    id: str
    author: str | None
    at: str
    html: str
    title: str
    parent: str | None
    accepted: str | None


def hold_out(dump: Path, folder: Path, *, name: str) -> None:
    """Write a judged collection: who will answer, asked the title of a question.

    Args:
        dump: The folder of the dump.
        folder: Where to write; empty, or not there yet.
        name: What the collection is called.

    Raises:
        InputError: Nobody who answered at first did later, or the folder holds something.
        MalformedError: A file of the dump is missing, or is not as it should be.
    """
    users = _rows(dump / "Users.xml")
    names = {row["Id"]: row["DisplayName"] for row in users if "DisplayName" in row}
    posts = sorted(_posts(dump / "Posts.xml"), key=lambda post: post.at)
    questions = [post for post in posts if not post.parent]
    read, asked = _split(questions)
    read_ids = {post.id for post in read}
    before = asked[0].at if asked else ""
    answers = [post for post in posts if post.parent in read_ids and post.at < before]
    qrels = _judged(asked, posts, known=_known(answers))
    if not qrels:
        raise InputError(f"{dump}: nobody who answered the first questions answered a later one.")
    make_folder(folder)
    write_records(_records(read, answers, names), folder / RECORDS[0])
    description = {"name": name, "target": "person", "language": "en", "today": before[:10]}
    topics = [Topic(id=post.id, text=post.title) for post in asked if post.id in qrels]
    write_questions(folder, description, topics, qrels)


def _split(questions: list[_Post]) -> tuple[list[_Post], list[_Post]]:
    first = int(len(questions) * READ)
    return questions[:first], questions[first:]


def _known(answers: Iterable[_Post]) -> set[str]:
    written = Counter(post.author for post in answers if post.author)
    return {person for person, count in written.items() if count >= KNOWN}


def _judged(asked: Iterable[_Post], posts: Iterable[_Post], *, known: set[str]) -> Qrels:
    """Who of those who are known answered each question; nobody answers their own."""
    by_id = {post.id: post for post in asked}
    qrels: dict[str, dict[str, int]] = {}
    for answer in posts:
        question = by_id.get(answer.parent or "")
        if question is None or answer.author not in known or answer.author == question.author:
            continue
        gain = _ACCEPTED if answer.id == question.accepted else _ANSWERED
        gains = qrels.setdefault(question.id, {})
        gains[answer.author] = max(gain, gains.get(answer.author, 0))
    return qrels


def _records(
    questions: Iterable[_Post], answers: Iterable[_Post], names: Mapping[str, str]
) -> Iterator[Mapping[str, object]]:
    accepted = {post.accepted for post in questions}
    posts = [*questions, *answers]
    for person in sorted({post.author for post in posts if post.author} & names.keys()):
        yield {"type": "person", "id": person, "name": names[person]}
    for post in posts:
        told = {"title": post.title} if post.title else {}
        if post.parent:
            told |= {"reply_to": post.parent, "thread": post.parent}
        yield {
            "type": "post",
            "id": post.id,
            "authors": [post.author] if post.author else [],
            "html": post.html,
            "created_at": f"{post.at}Z",
            "accepted": post.id in accepted,
            **told,
        }


def _posts(file: Path) -> Iterator[_Post]:
    for row in _rows(file, "PostTypeId", "CreationDate"):
        kind, title, parent = row["PostTypeId"], row.get("Title", ""), row.get("ParentId")
        if (kind == _QUESTION and title) or (kind == _ANSWER and parent):
            yield _Post(
                id=row["Id"],
                author=row.get("OwnerUserId"),
                at=row["CreationDate"],
                html=row.get("Body", ""),
                title=" ".join(title.split()),
                parent=parent,
                accepted=row.get("AcceptedAnswerId"),
            )


def _rows(file: Path, *needed: str) -> Iterator[Mapping[str, str]]:
    """The attributes of each row, which has an ``Id`` and what else is needed."""
    try:
        with file.open("rb") as dump:
            for _, row in etree.iterparse(dump, tag="row", resolve_entities=False, no_network=True):
                for name in ("Id", *needed):
                    if name not in row.attrib:
                        raise MalformedError(file, "is missing", line=row.sourceline, field=name)
                yield {str(name): str(value) for name, value in row.attrib.items()}
                row.clear()
    except etree.XMLSyntaxError as error:
        raise MalformedError(file, f"is not XML: {error.msg}", line=error.lineno) from None
    except OSError:
        raise MalformedError(file, "cannot be read: name the folder of a dump") from None
