"""Answers that come with their questions, written out and as a whole."""

from collections.abc import Sequence

import numpy as np
import pytest
from organisation import Organisation

from finder.corpus import Corpus, Readable, readable
from finder.documents import RankedRecords, Scoring
from finder.domain import PersonId, Post
from finder.fusion import GRID, Part, Relevance, on_grid
from finder.neighbours import LOOKED_AT
from finder.query import Mode
from finder.threads import with_answers

REPLY, ACCEPTED = Scoring().reply, Scoring().accepted

Link = tuple[int, int]
"""A reply, and what it replies to, as rows."""


def thread(  # noqa: PLR0913 - a post may be many things
    records: int,
    links: Sequence[Link],
    *,
    accepted: Sequence[int] = (),
    thanks: Sequence[int] = (),
    hidden: Sequence[int] = (),
    silent: Sequence[int] = (),
) -> Readable:
    """Posts, row by row, each of one passage whose id is the row's and 100, but for silent ones."""
    rows = np.arange(records)
    speaking = np.setdiff1d(rows, silent)
    none = rows[:0]
    reply = np.array([one for one, _ in links], dtype=np.int64)
    corpus = Corpus(
        generation=1,
        passages=speaking + 100,
        passage_record=speaking,
        records=rows + 1,
        record_kind=np.full(records, 2),
        record_rule=np.isin(rows, hidden).astype(np.int64),
        record_day=np.zeros(records),
        record_language=np.zeros(records, dtype=np.int64),
        association_record=none,
        association_person=none,
        association_role=none,
        association_sharers=none,
        reply=reply,
        reply_parent=np.array([other for _, other in links], dtype=np.int64),
        reply_accepted=np.isin(reply, accepted),
        reply_thanks=np.isin(reply, thanks),
        person_order=none,
    )
    return readable(corpus, [True, False])


def ranked(scores: dict[int, float]) -> RankedRecords:
    rows = np.array(list(scores), dtype=np.int64)
    parts = {Part.WORDS: on_grid(np.array([*scores.values()]))}
    return RankedRecords(records=rows, best=rows + 100, relevance=Relevance(parts=parts))


def scored(within: Readable, scores: dict[int, float]) -> dict[int, float]:
    """The scores afterwards, best first."""
    after = with_answers(within, ranked(scores), reply=REPLY, accepted=ACCEPTED)
    assert after.best.tolist() == [row + 100 for row in after.records.tolist()]
    return dict(zip(after.records.tolist(), after.relevance.total.tolist(), strict=True))


def test_what_was_not_found_comes_behind_its_question() -> None:
    within = thread(4, [(1, 0), (2, 0)], accepted=[2])
    after = scored(within, {0: 0.8, 3: 0.1})
    expected = {0: 0.8, 2: 0.8 * ACCEPTED, 1: 0.8 * REPLY, 3: 0.1}
    assert after == pytest.approx(expected, abs=GRID)
    assert list(after) == list(expected)


def test_what_was_found_is_raised_by_a_share_of_what_it_lacks() -> None:
    after = scored(thread(3, [(1, 0), (2, 0)]), {2: 0.9, 0: 0.8, 1: 0.5})
    assert after == pytest.approx({2: 0.9, 0: 0.8, 1: 0.5 + REPLY * 0.3}, abs=GRID)


def test_the_parts_tell_it_and_sum_to_the_score() -> None:
    within = thread(3, [(1, 0)])
    after = with_answers(within, ranked({0: 0.7, 2: 0.3}), reply=REPLY, accepted=ACCEPTED)
    assert after.records.tolist() == [0, 1, 2]
    assert after.relevance.parts[Part.WORDS].tolist() == on_grid(np.array([0.7, 0, 0.3])).tolist()
    assert after.relevance.parts[Part.QUESTION].tolist() == pytest.approx([0, 0.7 * REPLY, 0])


def test_thanks_are_not_raised_unless_they_were_accepted() -> None:
    assert scored(thread(2, [(1, 0)], thanks=[1]), {0: 0.8}) == {0: pytest.approx(0.8)}
    assert 1 in scored(thread(2, [(1, 0)], thanks=[1], accepted=[1]), {0: 0.8})


def test_what_may_not_be_read_or_says_nothing_is_not_added() -> None:
    assert list(scored(thread(3, [(1, 0), (2, 0)], hidden=[1], silent=[2]), {0: 0.8})) == [0]


def test_only_answers_to_the_first_are_raised() -> None:
    scores = {row: 1.0 - row / 1000 for row in range(LOOKED_AT + 1)}
    last, more = LOOKED_AT, LOOKED_AT + 1
    assert more not in scored(thread(more + 1, [(more, last)]), scores)
    assert more in scored(thread(more + 1, [(more, last - 1)]), scores)


def test_nothing_changes_where_nobody_answered() -> None:
    before = ranked({0: 0.8, 1: 0.7})
    assert with_answers(thread(2, []), before, reply=REPLY, accepted=ACCEPTED) is before
    empty = ranked({})
    assert with_answers(thread(0, []), empty, reply=REPLY, accepted=ACCEPTED) is empty


@pytest.fixture
def canteen(organisation: Organisation) -> Organisation:
    bob, eve = PersonId("bob"), PersonId("eve")
    organisation.take(
        Post(id="asked", text="Quand ouvre la cantine ?", authors=(bob,)),
        Post(id="told", text="À midi", authors=(eve,), reply_to="asked", accepted=True),
        Post(id="also", text="Il faut un badge", authors=(bob,), reply_to="asked"),
        Post(id="secret", text="Personne n’y va", reply_to="asked", acl=("user:zoe",)),
        Post(id="hidden", text="Que vaut la cafétéria ?", acl=("user:zoe",)),
        Post(id="judged", text="Peu de chose", reply_to="hidden"),
    )
    return organisation


@pytest.mark.parametrize("mode", list(Mode))
def test_an_answer_without_the_words_is_found(canteen: Organisation, mode: Mode) -> None:
    found = canteen.found("cantine", mode=mode)
    assert found.index("asked") < found.index("told") < found.index("also")
    assert "secret" not in found


def test_conditions_hold_for_answers(canteen: Organisation) -> None:
    assert canteen.found("cantine auteur:eve") == []
    assert canteen.found("cantine auteur:bob") == ["asked", "also"]
    assert canteen.found("cantine -badge") == ["asked", "told"]


def test_a_question_that_may_not_be_read_brings_no_answer(canteen: Organisation) -> None:
    assert canteen.found("cafétéria") == []
    assert canteen.found("cafétéria", "zoe") == ["hidden", "judged"]
