from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from finder.corpus import NO_RULE, ROLES, Corpus, Directory, readable
from finder.domain import Role


def corpus(**columns: NDArray[Any]) -> Corpus:
    """Four records, of which the third is gone; five passages, with ids that skip."""
    given_columns: dict[str, Any] = {
        "generation": 1,
        "passages": np.array([2, 3, 5, 8, 9]),
        "passage_record": np.array([0, 0, 1, 2, 3]),
        "records": np.array([10, 11, 14, 20]),
        "record_kind": np.array([2, 2, 3, 0]),
        "record_rule": np.array([0, 1, NO_RULE, 1]),
        "record_day": np.array([1.0, np.nan, 3.0, 4.0]),
        "record_language": np.array([0, 1, 0, 2]),
        "association_record": np.array([0, 0, 1, 3]),
        "association_person": np.array([7, 8, 7, 9]),
        "association_role": np.array([1, 1, 1, 0]),
        "association_sharers": np.array([2, 2, 1, 1]),
        "reply": np.array([1, 3]),
        "reply_parent": np.array([0, 0]),
        "reply_accepted": np.array([False, True]),
        "reply_thanks": np.array([True, True]),
        "person_order": np.arange(10),
    }
    return Corpus(**(given_columns | columns))


def test_rules_let_in_what_carries_them() -> None:
    seen = readable(corpus(), [False, True])
    assert seen.records.tolist() == [False, True, False, True]
    assert seen.rules == {1}
    assert not seen.whole


def test_what_is_gone_is_read_by_nobody() -> None:
    seen = readable(corpus(), [True, True])
    assert seen.whole
    assert seen.contains(np.array([2, 3, 5, 8, 9])).tolist() == [True, True, True, False, True]
    assert [seen.holds(number) for number in (10, 11, 14, 20)] == [True, True, False, True]


def test_what_is_unknown_is_read_by_nobody() -> None:
    seen = readable(corpus(), [True, True])
    assert seen.contains(np.array([0, 4, 10, 10**12])).tolist() == [False] * 4
    assert not seen.holds(12)


def test_an_empty_catalogue_holds_nothing() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    empty = corpus(passages=nothing, passage_record=nothing, records=nothing, record_rule=nothing)
    assert not readable(empty, []).holds(1)


def test_associations_come_with_the_place_that_they_are_for() -> None:
    rows, position = corpus().associations_of(np.array([3, 2, 0]))
    assert rows.tolist() == [3, 0, 1]
    assert position.tolist() == [0, 2, 2]


@given(st.dictionaries(st.integers(0, 50), st.integers(0, 9)), st.lists(st.integers(0, 60)))
def test_a_directory_is_a_dictionary(numbers: dict[int, int], wanted: list[int]) -> None:
    ids, asked = np.array([*numbers], dtype=np.int64), np.array(wanted, dtype=np.int64)
    under = Directory(ids, np.array([*numbers.values()], dtype=np.int64))
    assert under.of(asked).tolist() == [numbers.get(id_, -1) for id_ in wanted]
    places = {id_: place for place, id_ in enumerate(numbers)}
    assert Directory(ids).of(asked).tolist() == [places.get(id_, -1) for id_ in wanted]


@given(st.lists(st.integers(0, 6), max_size=30), st.lists(st.integers(0, 6), max_size=10))
def test_associations_are_those_of_a_loop(of: list[int], wanted: list[int]) -> None:
    of.sort()
    made = corpus(association_record=np.array(of, dtype=np.int64))
    rows, position = made.associations_of(np.array(wanted, dtype=np.int64))
    expected = [
        (row, place)
        for place, record in enumerate(wanted)
        for row, owner in enumerate(of)
        if owner == record
    ]
    assert list(zip(rows.tolist(), position.tolist(), strict=True)) == expected


def test_replies_are_those_that_may_be_read() -> None:
    replies = readable(corpus(), [True, True]).replies_to(np.array([2, 0]))
    assert replies.rows.tolist() == [1, 3]
    assert replies.to.tolist() == [1, 1]
    assert replies.accepted.tolist() == [False, True]
    assert replies.thanks.tolist() == [True, False]  # what is accepted is an answer, thanks or not
    assert len(readable(corpus(), [True, False]).replies_to(np.array([2, 0])).rows) == 0


def test_what_is_answered_may_be_read_and_is_not_only_thanked_for() -> None:
    records = np.array([3, 1, 0])
    assert readable(corpus(), [True, True]).answered_by(records).tolist() == [0, -1, -1]
    asked_in_private = corpus(record_rule=np.array([1, 0, NO_RULE, 0]))
    assert readable(asked_in_private, [True, True]).answered_by(records).tolist() == [0, -1, -1]
    assert readable(asked_in_private, [True, False]).answered_by(records).tolist() == [-1, -1, -1]


def test_who_has_left_is_known_to_those_who_may_read_their_profile() -> None:
    left = corpus(association_role=np.array([1, 1, 1, ROLES.index(Role.FORMER)]))
    assert readable(left, [True, True]).former.tolist() == [9]
    assert readable(left, [True, False]).former.tolist() == []


def test_the_first_passage_of_each_record_is_known() -> None:
    assert corpus().first_passages.tolist() == [2, 5, 8, 9]
    silent = corpus(passages=np.array([3, 7]), passage_record=np.array([1, 1]))
    assert silent.first_passages.tolist() == [-1, 3, -1, -1]
