"""The preference for the recent and the vouched for, written out and as a whole."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from organisation import NOW, Organisation

from finder.documents import Scoring
from finder.domain import Contribution, Document, PersonId, Post
from finder.fusion import GRID, Part
from finder.preference import HALF_LIFE
from finder.query import Mode, understand
from finder.retrieval import Retriever
from finder.service import Finder

MOST = Scoring().preference


def document(name: str, *, days: float | None = None, **fields: object) -> Document:
    """Its age is in days."""
    changed = None if days is None else NOW.replace(hour=0) - timedelta(days=days)
    made = Document(id=name, title="", text="la facture d'eau", language="fr", updated_at=changed)
    return replace(made, **fields)


def parts(organisation: Organisation) -> dict[str, float]:
    found = organisation.search("facture", mode=Mode.WORDS).items
    return {item.key.id: item.parts[Part.PREFERENCE] for item in found}


def test_a_recent_one_gains_half_of_it_and_half_of_that_a_year_later(
    organisation: Organisation,
) -> None:
    organisation.take(document("new", days=0), document("old", days=HALF_LIFE), document("undated"))
    assert parts(organisation) == pytest.approx(
        {"new": MOST / 2, "old": MOST / 4, "undated": 0.0}, abs=GRID
    )
    assert organisation.found("facture", mode=Mode.WORDS) == ["new", "old", "undated"]


def test_the_reviewed_and_the_accepted_gain_the_other_half(organisation: Organisation) -> None:
    bob = PersonId("bob")
    asked = Post(id="question", text="la facture d'eau", language="fr")
    reply = replace(asked, id="reply", reply_to="question")
    organisation.take(
        document("plain", contributors=(Contribution(person=bob, role="commenter"),)),
        document("reviewed", contributors=(Contribution(person=bob, role="reviewer"),)),
        document("approved", contributors=(Contribution(person=bob, role="approver"),)),
        asked,
        reply,
        replace(reply, id="solution", accepted=True),
    )
    gained = parts(organisation)
    vouched = {"reviewed", "approved", "solution"}
    assert gained == pytest.approx(
        {name: MOST / 2 * (name in vouched) for name in gained}, abs=GRID
    )
    assert set(organisation.found("facture", mode=Mode.WORDS)[:3]) == vouched


def test_a_question_that_may_not_be_read_vouches_for_nothing(organisation: Organisation) -> None:
    answer = Post(id="answer", text="la facture", language="fr", reply_to="question", accepted=True)
    organisation.take(answer)
    alone = parts(organisation)
    organisation.take(Post(id="question", text="qui sait ?", language="fr", acl=("user:zoe",)))
    assert parts(organisation) == alone == {"answer": 0.0}


def test_what_answers_better_stays_first(organisation: Organisation) -> None:
    organisation.take(
        document("better", days=3_650, text="la facture, la facture et la facture"),
        document("newer", days=0, text="la facture et beaucoup d'autres choses, dont la pluie"),
    )
    assert organisation.found("facture", mode=Mode.WORDS) == ["better", "newer"]


def test_it_can_be_switched_off(organisation: Organisation) -> None:
    organisation.take(document("first"), document("second", days=0))
    retriever = Retriever(organisation.words, organisation.meaning, encoder=organisation.encoder)
    finder = Finder(organisation.library, retriever, scoring=Scoring(preference=0.0))
    found = finder.search(understand("facture", mode=Mode.WORDS), organisation.viewer()).items
    assert [item.key.id for item in found] == ["first", "second"]
    assert not any(Part.PREFERENCE in item.parts for item in found)


def test_a_date_in_the_future_is_no_newer_than_today(organisation: Organisation) -> None:
    organisation.take(
        document("tomorrow", updated_at=datetime(9000, 1, 1, tzinfo=UTC)), document("now", days=0)
    )
    assert len(set(parts(organisation).values())) == 1
