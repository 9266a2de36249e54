"""Synonyms suggested from what was opened."""

from math import sqrt
from pathlib import Path

import pytest
from organisation import Organisation

from finder.domain import Kind, RecordKey
from indexers.clicks import Opened
from indexers.lexical.expansion import no_expansion
from indexers.taxonomy.excluded import STANDARD_FILE, read_excluded
from indexers.taxonomy.expander import SkillExpander
from indexers.taxonomy.store import keep_taxonomy
from indexers.taxonomy.suggesting import Suggestion, suggested
from indexers.taxonomy.synonyms import SYNONYMS, read_synonyms


def opened(**by_query: dict[str, int]) -> list[Opened]:
    """For each query, its underscores spaces, on how many days it led to which posts."""
    return [
        Opened(query=query.replace("_", " "), record=RecordKey(Kind.POST, name), days=days)
        for query, records in by_query.items()
        for name, days in records.items()
    ]


def names(log: list[Opened]) -> list[tuple[str, str]]:
    return [each.names for each in suggested(log, no_expansion)]


OTHERS = {"parking": {"p": 9}, "cantine": {"c": 9}}
"""A log holds more than two subjects."""


def test_the_arithmetic() -> None:
    log = opened(
        badgeuse={"clock": 4, "hall": 1, "home": 5},
        pointeuse={"clock": 3, "home": 5},
        cantine={"home": 5},
        parking={"home": 5},
    )
    # log(4/2) for "clock", twice that, log(4/1), for "hall", and log(4/4) for "home", which every
    # query leads to: the first is (4, 2), the second (3, 0), and both led to one record on 3 days.
    assert suggested(log, no_expansion) == [
        Suggestion(
            names=("badgeuse", "pointeuse"),
            days=3,
            records=1,
            likeness=pytest.approx(4 * 3 / (sqrt(4**2 + 2**2) * 3)),
        )
    ]


def test_what_is_opened_from_everything_suggests_nothing() -> None:
    words = [f"{letters}ette" for letters in ("b", "ch", "d", "f", "g", "m", "p", "r", "s", "t")]
    few = {word: {"home": 9, word: 1} for word in words}
    many = few | {f"{word[:-4]}arium": {"home": 9} for word in words} | {"zèbre": {"home": 9}}
    assert len(many) == 21
    assert names(opened(**few)) == []
    assert names(opened(**many, **OTHERS)) == []


def test_fewer_days_or_mostly_other_records_suggest_nothing() -> None:
    assert names(opened(badgeuse={"clock": 2}, pointeuse={"clock": 9}, **OTHERS)) == []
    elsewhere = {"clock": 3, "x": 3, "y": 3, "z": 3}
    assert names(opened(badgeuse=elsewhere, pointeuse={"clock": 9}, **OTHERS)) == []


def test_days_add_up_over_records_and_forms_of_a_word() -> None:
    log = opened(
        badgeuse={"clock": 1},
        badgeuses={"clock": 2},
        pointeuse={"clock": 2, "hall": 1},
        pointeuses={"hall": 1},
        la_badgeuse={"hall": 1},
        **OTHERS,
    )
    (found,) = suggested(log, no_expansion)
    assert found.names == ("badgeuses", "pointeuse")
    assert (found.days, found.records) == (3, 2)  # 2 of "clock" and 1 of "hall"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("panne_badgeuse", "badgeuses"),
        ("développer", "développement"),
        ("dsi", "direction_des_systemes_d'information"),  # an acronym that is shipped
    ],
)
def test_names_that_share_a_word_find_each_other_already(one: str, other: str) -> None:
    assert names(opened(**{one: {"r": 5}, other: {"r": 5}}, **OTHERS)) == []


@pytest.mark.parametrize(
    "line", ["badgeuse, pointeuse", "pointeuse => badgeuses", "badgeuse => horloge, pointeuse"]
)
def test_what_is_a_synonym_is_not_suggested_again(
    organisation: Organisation, tmp_path: Path, line: str
) -> None:
    log = opened(badgeuse={"clock": 3}, pointeuse={"clock": 3}, **OTHERS)
    expand = SkillExpander(organisation.database, read_excluded([STANDARD_FILE]))
    assert [each.names for each in suggested(log, expand)] == [("badgeuse", "pointeuse")]
    file = tmp_path / "list.txt"
    file.write_text(line, encoding="utf-8")
    keep_taxonomy(organisation.database, SYNONYMS, read_synonyms(file).skills)
    assert suggested(log, expand) == []
