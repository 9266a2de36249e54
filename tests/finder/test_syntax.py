from datetime import UTC, datetime

import pytest

from finder.corpus import SECONDS_A_DAY
from finder.domain import Kind, Language
from finder.errors import QueryError
from finder.query import understand
from finder.syntax import Field, Filter, Parsed, Wording, parse


def day(year: int, month: int = 1, day: int = 1) -> float:
    return datetime(year, month, day, tzinfo=UTC).timestamp() / SECONDS_A_DAY


@pytest.mark.parametrize(
    ("typed", "field", "value"),
    [
        ("auteur:marie", Field.AUTHOR, "marie"),
        ('author:"Anne Marie"', Field.AUTHOR, "Anne Marie"),
        ("groupe:numerique", Field.GROUP, "numerique"),
        ("Group:numerique", Field.GROUP, "numerique"),
        ("type:documents", Field.TYPE, Kind.DOCUMENT),
        ("type:Message", Field.TYPE, Kind.POST),
        ("unité:DSI", Field.UNIT, "DSI"),
        ("unite:DSI", Field.UNIT, "DSI"),
        ("unit:DSI", Field.UNIT, "DSI"),
        ("site:Lyon", Field.SITE, "Lyon"),
        ("langue:français", Field.LANGUAGE, Language.FRENCH),
        ("lang:en", Field.LANGUAGE, Language.ENGLISH),
        ("avant:2026", Field.BEFORE, day(2026)),
        ("before:2026-03", Field.BEFORE, day(2026, 3)),
        ("après:2026-03-15", Field.AFTER, day(2026, 3, 15)),
        ("apres:2026", Field.AFTER, day(2026)),
        ("after:2026-12", Field.AFTER, day(2026, 12)),
    ],
)
def test_a_field_has_names_in_both_languages(typed: str, field: Field, value: object) -> None:
    for excluded in (False, True):
        sign = "-" if excluded else ""
        parsed = parse(f"eau {sign}{typed} pluie")
        assert parsed.text == "eau pluie"
        assert parsed.filters == (Filter(field=field, value=value, excluded=excluded),)


@pytest.mark.parametrize(
    ("typed", "parsed"),
    [
        (
            'budget "plan de crise" -audit',
            Parsed(
                text="budget plan de crise",
                wordings=(
                    Wording(text="plan de crise", phrase=True),
                    Wording(text="audit", excluded=True),
                ),
            ),
        ),
        ("+eau potable", Parsed(text="eau potable", wordings=(Wording(text="eau"),))),
        (
            'eau -"eau de pluie"',
            Parsed(
                text="eau", wordings=(Wording(text="eau de pluie", phrase=True, excluded=True),)
            ),
        ),
    ],
)
def test_words_and_phrases_are_required_and_excluded(typed: str, parsed: Parsed) -> None:
    assert parse(typed) == parsed


@pytest.mark.parametrize(
    "text",
    [
        "10:30",
        "https://intranet.example/paie",
        "paie : qui ?",
        "paie: qui ?",
        "std::vector",
        "e-mail R&D C++ .NET",
        "5 - 3",
        "-- -",
        'écran 24" large',
        '""',
        "autor:marie eau",
        "image:tag",
        "température -5 degrés",
        "+33 6 12",
        'Qui a écrit "La Disparition" ?',
    ],
)
def test_what_only_looks_like_syntax_is_text(text: str) -> None:
    assert parse(text) == Parsed(text=text)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("type:video", "no type 'video': it is one of document"),
        ("lang:klingon", "no language 'klingon'"),
        ("avant:hier", "'hier' is no date: write 2026, 2026-03 or 2026-03-15"),
        ("après:2026-13", "is no date"),
        ("before:2026-02-30", "is no date"),
        ("after:0000", "is no date"),
        ('auteur:""', "auteur: needs a value"),
    ],
)
def test_what_cannot_be_understood_is_refused(typed: str, told: str) -> None:
    with pytest.raises(QueryError, match=told):
        understand(typed)


@pytest.mark.parametrize("typed", ["“plan de crise”", "« plan de crise »"])
def test_quotes_of_an_editor_are_quotes(typed: str) -> None:
    query = understand(typed)
    assert query.typed == typed
    assert query.wordings == (Wording(text="plan de crise", phrase=True),)
