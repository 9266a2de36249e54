"""The arithmetic of ranking, written out on a corpus of a few records."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.corpus import KINDS, ROLES, Corpus, readable
from finder.documents import RankedRecords, rank_records
from finder.domain import Kind, Role
from finder.fusion import GRID, Part, Relevance
from finder.people import ROLE_WEIGHTS, RankedPeople, Voting, rank_people

TODAY = 20_000.0
AGING = Voting(
    steepness=6.0,
    half_life=1_000.0,
    recency_floor=0.5,
    share=0.5,
    further=1.0,
    presence=0.0,
    answering=0.0,
)
ALWAYS = replace(AGING, recency_floor=1.0)
"""Voting in which age counts for nothing. The tests hold whatever the shipped constants are."""


def relevance(*words: float) -> Relevance:
    return Relevance(parts={Part.WORDS: np.array(words), Part.MEANING: np.zeros(len(words))})


def corpus(associations: list[tuple[int, int, Role, int]], days: list[float]) -> Corpus:
    """A record for each day; associations as record row, person, role, sharers."""
    records = np.arange(len(days))
    columns = [np.array(column) for column in zip(*associations, strict=True)] or [records[:0]] * 4
    roles = [ROLES.index(role) for _, _, role, _ in associations]
    return Corpus(
        generation=1,
        passages=records + 1,
        passage_record=records,
        records=records + 1,
        record_kind=np.full(len(days), 2),
        record_rule=np.zeros(len(days), dtype=np.int64),
        record_day=np.array(days),
        record_language=np.zeros(len(days), dtype=np.int64),
        association_record=columns[0],
        association_person=columns[1],
        association_role=np.array(roles, dtype=np.int64),
        association_sharers=columns[3],
        reply=records[:0],
        reply_parent=records[:0],
        reply_accepted=np.zeros(0, dtype=np.bool_),
        reply_thanks=np.zeros(0, dtype=np.bool_),
        person_order=-np.arange(100),
    )


def people(
    associations: list[tuple[int, int, Role, int]],
    scores: list[float],
    voting: Voting = ALWAYS,
    days: list[float] | None = None,
    replies: Sequence[tuple[int, int, bool, bool]] = (),
) -> RankedPeople:
    """Rank people by records of these scores, best first; a record of score 0 is not found.

    Replies are given as their row, the row of what they reply to, whether they were accepted, and
    whether they thank.
    """
    made = corpus(associations, days or [TODAY] * len(scores))
    links = np.array(replies, dtype=np.int64).reshape(-1, 4)
    made = replace(
        made,
        reply=links[:, 0],
        reply_parent=links[:, 1],
        reply_accepted=links[:, 2] > 0,
        reply_thanks=links[:, 3] > 0,
    )
    found = np.flatnonzero(scores)
    ranked = rank_records(
        made, made.passages[found], relevance(*np.array(scores)[found]), breadth=0.2
    )
    return rank_people(
        readable(made, [True]),
        ranked,
        named=np.zeros(0, dtype=np.int64),
        voting=voting,
        today=TODAY,
    )


def scores(ranked: RankedPeople) -> dict[int, float]:
    return dict(zip(ranked.people.tolist(), ranked.scores.tolist(), strict=True))


class TestRecords:
    def ranked(self, passages: list[int], *words: float) -> RankedRecords:
        made = replace(
            corpus([], [TODAY] * 3),
            passages=np.array([1, 2, 3, 4, 5]),
            passage_record=np.array([0, 0, 1, 1, 2]),
        )
        found = np.array(passages, dtype=np.int64)
        return rank_records(made, found, relevance(*words), breadth=0.2)

    def test_a_record_is_as_relevant_as_its_best_passages(self) -> None:
        ranked = self.ranked([1, 2, 3, 4, 5], 0.5, 0.7, 0.8, 0.2, 0.75)
        assert ranked.records.tolist() == [2, 1, 0]
        assert ranked.best.tolist() == [5, 3, 2]
        expected = [0.75, 0.8 * 0.8 + 0.2 * (0.8 + 0.2) / 2, 0.8 * 0.7 + 0.2 * (0.7 + 0.5) / 2]
        assert ranked.relevance.total.tolist() == pytest.approx(expected, abs=2 * GRID)

    def test_of_a_long_record_three_passages_count(self) -> None:
        made = replace(
            corpus([], [TODAY] * 2),
            passages=np.arange(6),
            passage_record=np.array([0, 0, 0, 0, 0, 1]),
        )
        found = relevance(0.1, 0.9, 0.3, 0.6, 0.2, 0.8)
        ranked = rank_records(made, np.arange(6), found, breadth=0.2)
        expected = [0.8 * 0.9 + 0.2 * (0.9 + 0.6 + 0.3) / 3, 0.8]
        assert ranked.records.tolist() == [0, 1]
        assert ranked.relevance.total.tolist() == pytest.approx(expected, abs=2 * GRID)

    def test_of_a_profile_the_best_passage_alone_counts(self) -> None:
        made = replace(
            corpus([], [TODAY] * 2),
            passage_record=np.array([0, 0, 1, 1]),
            passages=np.arange(4),
            record_kind=np.array([KINDS.index(kind) for kind in (Kind.POST, Kind.PERSON)]),
        )
        ranked = rank_records(made, np.arange(4), relevance(0.8, 0.1, 0.8, 0.1), breadth=0.2)
        assert ranked.records.tolist() == [1, 0]
        assert ranked.relevance.total.tolist() == pytest.approx([0.8, 0.73], abs=2 * GRID)

    def test_equals_stand_in_the_order_of_arrival(self) -> None:
        ranked = self.ranked([5, 4, 3, 2, 1], 0.5, 0.5, 0.5, 0.5, 0.5)
        assert ranked.records.tolist() == [0, 1, 2]
        assert ranked.best.tolist() == [1, 3, 5]

    def test_the_parts_of_a_score_stay_with_it(self) -> None:
        both = Relevance(
            parts={Part.WORDS: np.array([0.25, 0.125]), Part.MEANING: np.array([0.125, 0.5])}
        )
        made = corpus([], [TODAY] * 2)
        ranked = rank_records(made, np.array([1, 2]), both, breadth=0.2)
        assert ranked.relevance.parts[Part.MEANING].tolist() == [0.5, 0.125]
        assert ranked.take(np.array([1])).relevance.parts[Part.WORDS].tolist() == [0.25]

    def test_nothing_found_ranks_nothing(self) -> None:
        assert len(self.ranked([]).records) == 0


class TestPeople:
    def test_a_vote_is_written_out(self) -> None:
        voting = Voting(steepness=2.0, half_life=100.0, recency_floor=0.5, share=0.5, presence=0.1)
        ranked = people(
            [(0, 1, Role.AUTHOR, 4), (1, 2, Role.REVIEWER, 1)],
            [0.8, 0.4],
            voting,
            days=[TODAY - 100, TODAY - 200],
        )
        expected = {
            1: ((0.8 / 0.8) ** 2 + 0.1 * 0.8 / 0.8) * 1.0 * 4**-0.5 * (0.5 + 0.5 * 0.5),
            2: ((0.4 / 0.8) ** 2 + 0.1 * 0.4 / 0.8) * 0.6 * 1 * (0.5 + 0.5 * 0.25),
        }
        assert scores(ranked) == pytest.approx(expected, abs=2 * GRID)

    def test_votes_for_one_person_add_up(self) -> None:
        ranked = people([(0, 1, Role.AUTHOR, 1), (1, 1, Role.MENTIONED, 1)], [1.0, 1.0])
        assert scores(ranked)[1] == pytest.approx(1.2)
        assert [ranked.votes.value[vote] for vote in ranked.votes_for(1)] == sorted(
            ranked.votes.value, reverse=True
        )

    def test_a_persons_next_vote_counts_less_whatever_their_role(self) -> None:
        written = [(0, 1, Role.MENTIONED, 1), (1, 1, Role.AUTHOR, 1), (2, 2, Role.AUTHOR, 1)]
        ranked = people([*written, (3, 1, Role.AUTHOR, 1)], [1.0] * 4, replace(ALWAYS, further=0.5))
        mentioned = ROLE_WEIGHTS[Role.MENTIONED]
        assert scores(ranked) == pytest.approx({1: 1.0 + 0.5 + 0.25 * mentioned, 2: 1.0})
        assert ranked.votes.order.tolist() == [0.25, 1.0, 1.0, 0.5]

    def test_any_number_of_further_votes_is_worth_a_few(self) -> None:
        weak = [(row, 2, Role.AUTHOR, 1) for row in range(1, 51)]
        voting = replace(ALWAYS, steepness=1.0, further=0.7)
        ranked = people([(0, 1, Role.AUTHOR, 1), *weak], [1.0] + [0.25] * 50, voting)
        assert ranked.people.tolist() == [1, 2]
        assert scores(ranked)[2] == pytest.approx(0.25 / 0.3, abs=1e-6)

    def test_presence_tells_apart_those_whose_best_evidence_is_alike(self) -> None:
        once = [(0, 1, Role.AUTHOR, 1), (1, 2, Role.AUTHOR, 1)]
        often = [(row, 2, Role.AUTHOR, 1) for row in range(2, 12)]
        voting = replace(ALWAYS, steepness=6.0, further=0.5, presence=0.05)
        ranked = people([*once, *often], [1.0, 0.98] + [0.3] * 10, voting)
        assert ranked.people.tolist() == [2, 1]
        without = people([*once, *often], [1.0, 0.98] + [0.3] * 10, replace(voting, presence=0.0))
        assert without.people.tolist() == [1, 2]
        assert ranked.votes.presence.tolist() == pytest.approx([0.05, 0.049] + [0.015] * 10)

    def test_an_answer_to_somebody_else_has_a_presence_of_its_own(self) -> None:
        asker, answerer, reader = 1, 2, 3
        authors = [asker, answerer, asker, reader]
        written = [(row, person, Role.AUTHOR, 1) for row, person in enumerate(authors)]
        replies = [(1, 0, False, False), (2, 0, False, False), (3, 0, False, True)]
        voting = replace(ALWAYS, presence=0.01, answering=0.1)
        votes = people(written, [1.0, 0.8, 0.8, 0.8], voting, replies=replies).votes
        presence = {
            (person, ROLES[role], round(value, 3))
            for person, role, value in zip(
                votes.person.tolist(), votes.role.tolist(), votes.presence.tolist(), strict=True
            )
        }
        assert presence == {
            (asker, Role.AUTHOR, 0.01),  # of the question
            (answerer, Role.ANSWERER, 0.1),
            (answerer, Role.AUTHOR, 0.08),
            (asker, Role.AUTHOR, 0.008),  # who goes on asking
            (asker, Role.THANKED, 0.01),
            (reader, Role.COMMENTER, 0.008),  # who only thanks
        }

    def test_an_answer_that_was_accepted_is_no_comment(self) -> None:
        written = [(0, 1, Role.AUTHOR, 1), (1, 2, Role.AUTHOR, 1)]
        thanking = people(written, [1.0, 0.8], replies=[(1, 0, False, True)]).votes
        accepted = people(written, [1.0, 0.8], replies=[(1, 0, True, True)]).votes
        of_reply = [votes.role[votes.position == 1].item() for votes in (thanking, accepted)]
        assert [ROLES[role] for role in of_reply] == [Role.COMMENTER, Role.AUTHOR]

    def test_much_weak_evidence_does_not_beat_strong_evidence(self) -> None:
        """With the constants as they are shipped."""
        strong = [(0, 1, Role.AUTHOR, 1), (1, 1, Role.AUTHOR, 1)]
        weak = [(row, 2, Role.AUTHOR, 1) for row in range(2, 14)]
        ranked = people([*strong, *weak], [1.0, 0.9] + [0.5] * 12, Voting())
        assert ranked.people.tolist() == [1, 2]

    def test_a_question_votes_for_who_answered_it(self) -> None:
        asker, answerer, solver = 1, 2, 3
        written = [(row, row + 1, Role.AUTHOR, 1) for row in range(3)]
        ranked = people(
            written, [0.8, 0.0, 0.0], replies=[(1, 0, False, False), (2, 0, True, False)]
        )
        assert scores(ranked) == pytest.approx(
            {
                asker: ROLE_WEIGHTS[Role.ASKER],
                answerer: ROLE_WEIGHTS[Role.ANSWERER],
                solver: ROLE_WEIGHTS[Role.SOLVER],
            }
        )

    def test_a_reply_that_thanks_is_no_answer_and_speaks_for_whom_it_thanks(self) -> None:
        author, reader = 1, 2
        written = [(0, author, Role.AUTHOR, 1), (1, reader, Role.AUTHOR, 1)]
        ranked = people(written, [0.8, 0.0], replies=[(1, 0, False, True)])
        thanked = ROLE_WEIGHTS[Role.AUTHOR] + ROLE_WEIGHTS[Role.THANKED]
        assert scores(ranked) == pytest.approx({author: thanked})
        accepted = people(written, [0.8, 0.0], replies=[(1, 0, True, True)])
        solver = {author: ROLE_WEIGHTS[Role.ASKER], reader: ROLE_WEIGHTS[Role.SOLVER]}
        assert scores(accepted) == pytest.approx(solver)

    def test_nobody_thanks_themselves(self) -> None:
        written = [(0, 1, Role.AUTHOR, 1), (1, 1, Role.AUTHOR, 1)]
        alone = people(written, [0.8, 0.0], replies=[(1, 0, False, True)])
        assert scores(alone) == pytest.approx({1: ROLE_WEIGHTS[Role.AUTHOR]})
        both = [*written, (2, 2, Role.AUTHOR, 1)]
        replies = [(1, 0, False, True), (2, 0, False, True)]
        thanked = people(both, [0.8, 0.0, 0.0], replies=replies)
        weight = ROLE_WEIGHTS[Role.AUTHOR] + ROLE_WEIGHTS[Role.THANKED]
        assert scores(thanked) == pytest.approx({1: weight})

    def test_nobody_answers_themselves_unless_that_is_what_helped(self) -> None:
        written = [(0, 1, Role.AUTHOR, 1), (1, 1, Role.AUTHOR, 1)]
        more = people(written, [0.8, 0.0], replies=[(1, 0, False, False)])
        assert scores(more) == pytest.approx({1: ROLE_WEIGHTS[Role.AUTHOR]})
        solved = people(written, [0.8, 0.0], replies=[(1, 0, True, False)])
        both = ROLE_WEIGHTS[Role.ASKER] + ROLE_WEIGHTS[Role.SOLVER]
        assert scores(solved) == pytest.approx({1: both})

    def test_who_opened_a_discussion_is_its_author(self) -> None:
        written = [(0, 1, Role.AUTHOR, 1), (1, 2, Role.AUTHOR, 1)]
        ranked = people(written, [0.8, 0.0], replies=[(1, 0, False, False)])
        assert scores(ranked)[1] == pytest.approx(1.0)

    def test_who_has_left_comes_last(self) -> None:
        profile = (2, 1, Role.FORMER, 1)
        written = [(0, 1, Role.AUTHOR, 1), (1, 2, Role.AUTHOR, 1), profile]
        assert people(written, [0.8, 0.4, 0.4]).people.tolist() == [2, 1]
        assert people(written[:2], [0.8, 0.4]).people.tolist() == [1, 2]

    def test_many_weak_records_do_not_beat_a_few_strong_ones(self) -> None:
        weak = [(row, 2, Role.AUTHOR, 1) for row in range(1, 51)]
        ranked = people([(0, 1, Role.AUTHOR, 1), *weak], [1.0] + [0.5] * 50)
        assert ranked.people.tolist() == [1, 2]
        assert scores(ranked)[2] == pytest.approx(50 * 0.5**6)

    @pytest.mark.parametrize("role", Role)
    def test_each_role_weighs_what_the_table_says(self, role: Role) -> None:
        found = people([(0, 1, role, 1)], [0.9], replace(ALWAYS, telling=1))
        assert scores(found) == pytest.approx({1: ROLE_WEIGHTS[role]})

    def test_a_profile_counts_the_more_the_fewer_texts_hold_what_is_asked(self) -> None:
        def weight_of_profile(held: float, *written: float) -> float:
            posts = [(row, 2, Role.AUTHOR, 1) for row in range(1, len(written) + 1)]
            made = corpus([(0, 1, Role.PROFILE, 1), *posts], [TODAY] * (len(posts) + 1))
            kinds = [Kind.PERSON] + [Kind.POST] * len(posts)
            made = replace(made, record_kind=np.array([KINDS.index(kind) for kind in kinds]))
            words, meaning = np.array([held, *written]), np.array([0.2] + [0.3] * len(posts))
            found = Relevance(parts={Part.WORDS: words, Part.MEANING: meaning})
            ranked = rank_people(
                readable(made, [True]),
                rank_records(made, made.passages, found, breadth=0.0),
                named=np.zeros(0, dtype=np.int64),
                voting=ALWAYS,
                today=TODAY,
            )
            return float(ranked.votes.weight[ranked.votes_for(1)].item())

        least, most = ROLE_WEIGHTS[Role.PROFILE], ALWAYS.declared
        assert weight_of_profile(0.5, 0.0, 0.0, 0.0) == weight_of_profile(0.5, 0.5, 0.5) == most
        assert weight_of_profile(0.4, 0.3, 0.5, 0.4) == pytest.approx(least + (most - least) * 0.4)
        assert weight_of_profile(0.3, 0.5, 0.5, 0.5) == weight_of_profile(0.0, 0.0) == least

    def test_nothing_outweighs_having_written_it(self) -> None:
        assert max(ROLE_WEIGHTS.values()) == ROLE_WEIGHTS[Role.AUTHOR]

    def test_equals_stand_in_the_order_that_the_corpus_gives(self) -> None:
        ranked = people([(0, 1, Role.AUTHOR, 2), (0, 2, Role.AUTHOR, 2)], [1.0])
        assert ranked.people.tolist() == [2, 1]

    def test_co_authors_share(self) -> None:
        shared = people([(0, 1, Role.AUTHOR, 2), (0, 2, Role.AUTHOR, 2)], [1.0])
        assert scores(shared) == pytest.approx({1: 2**-0.5, 2: 2**-0.5})

    def test_an_unknown_date_counts_as_one_half_life(self) -> None:
        associations = [(row, row, Role.AUTHOR, 1) for row in range(4)]
        days = [float("nan"), TODAY - AGING.half_life, TODAY, TODAY + 30]
        found = scores(people(associations, [1.0] * 4, AGING, days))
        assert found[0] == found[1] == pytest.approx(0.75)
        assert found[2] == found[3] == 1.0

    def test_knowledge_ages_to_the_floor_and_remains(self) -> None:
        found = scores(people([(0, 1, Role.AUTHOR, 1)], [1.0], AGING, [TODAY - 10**6]))
        assert found[1] == pytest.approx(AGING.recency_floor)

    def test_records_past_the_depth_do_not_vote(self) -> None:
        associations = [(row, row, Role.AUTHOR, 1) for row in range(3)]
        ranked = people(associations, [1.0, 0.9, 0.8], replace(ALWAYS, depth=2))
        assert ranked.people.tolist() == [0, 1]

    def test_nobody_is_ranked_for_nothing(self) -> None:
        assert len(people([(0, 1, Role.AUTHOR, 1)], [0.0]).people) == 0
        assert len(people([], []).people) == 0


ASSOCIATIONS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 4), st.sampled_from(Role), st.integers(1, 3)),
    max_size=20,
)


@given(ASSOCIATIONS, st.lists(st.floats(0.01, 1), min_size=5, max_size=5), st.data())
def test_a_score_is_exactly_the_sum_of_its_votes(
    associations: list[tuple[int, int, Role, int]], values: list[float], data: st.DataObject
) -> None:
    associations.sort(key=lambda association: association[0])
    days = data.draw(st.lists(st.floats(0, TODAY) | st.just(float("nan")), min_size=5, max_size=5))
    ranked = people(associations, values, AGING, days)
    for person, score in scores(ranked).items():
        assert sum(ranked.votes.value[ranked.votes_for(person)].tolist()) == score
    left = {person for _, person, role, _ in associations if role is Role.FORMER}
    order = [(person in left, -score) for person, score in scores(ranked).items()]
    assert order == sorted(order)
