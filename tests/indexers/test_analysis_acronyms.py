"""Acronyms: those of an organisation, and files that are wrong."""

from pathlib import Path

import pytest

from finder.domain import Language
from finder.errors import SettingsError
from indexers.lexical.acronyms import (
    STANDARD_FILE,
    Acronyms,
    read_acronyms,
    standard_acronyms,
)
from indexers.lexical.analysis import Analyser, standard_analyser

OWN = """
capitals = ["PIC"]
synonyms = [
  ["PIC", "plan d'investissement dans les compétences"],
  ["DRIEAT", "direction régionale de l'environnement"],
]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "acronyms.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


def found(analyser: Analyser, query: str, text: str) -> bool:
    held = set(analyser.terms(text, Language.FRENCH))
    return all(not forms.isdisjoint(held) for forms in analyser.query_terms(query))


def test_an_organisation_adds_its_own(own: Path) -> None:
    analyser = Analyser(read_acronyms([STANDARD_FILE, own]))
    assert found(analyser, "PIC", "les plans d’investissement dans les compétences")
    assert found(analyser, "direction régionale de l'environnement", "la DRIEAT")
    assert not found(analyser, "PIC", "un pic de pollution")
    assert found(analyser, "RGPD", "GDPR")


def test_an_index_made_with_other_acronyms_is_told_apart(own: Path) -> None:
    standard = standard_analyser().fingerprint
    assert Analyser(read_acronyms([STANDARD_FILE])).fingerprint == standard
    assert Analyser(read_acronyms([STANDARD_FILE, own])).fingerprint != standard


def test_a_synonym_that_changes_no_text_needs_no_new_index() -> None:
    none, some = Acronyms(), Acronyms(synonyms=(("Postgres", "PostgreSQL"),))
    assert Analyser(none).fingerprint == Analyser(some).fingerprint
    assert found(Analyser(some), "postgres", "PostgreSQL")
    assert not found(Analyser(none), "postgres", "PostgreSQL")


def test_two_meanings_of_one_acronym_do_not_mean_each_other() -> None:
    meanings = ("pompe à chaleur", "politique agricole commune")
    analyser = Analyser(Acronyms(synonyms=tuple(("PAC", meaning) for meaning in meanings)))
    assert all(found(analyser, "PAC", meaning) for meaning in meanings)
    assert all(found(analyser, meaning, "la PAC") for meaning in meanings)
    assert not found(analyser, meanings[0], meanings[1])


def test_a_phrase_meets_itself_and_its_acronym_equally_often() -> None:
    text = "règlement général sur la protection des données"
    held = standard_analyser().terms(text, Language.FRENCH)
    for forms in standard_analyser().query_terms(text):
        assert sum(held.count(form) for form in forms) == 1
    [acronym] = standard_analyser().query_terms("RGPD")
    assert sum(held.count(form) for form in acronym) == 1


@pytest.mark.parametrize("name", sorted({n for g in standard_acronyms().synonyms for n in g}))
def test_every_shipped_name_is_found_by_its_others(name: str) -> None:
    for group in standard_acronyms().synonyms:
        if name in group:
            assert all(found(standard_analyser(), other, name) for other in group)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("synonyms = [", "cannot be read"),
        ("synonym = []", "'synonym' is not known"),
        ('synonyms = [["RGPD"]]', "does not have the shape"),
        ('synonyms = ["RGPD"]', "does not have the shape"),
        ('synonyms = [["RGPD", 3]]', "does not have the shape"),
        ('capitals = "SI"', "does not have the shape"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "acronyms.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=message):
        read_acronyms([path])


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_acronyms([tmp_path / "none.toml"])
