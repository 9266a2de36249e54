"""Where something else wrote into the catalogue, the difference is told and mended."""

import logging

import pytest
from organisation import Organisation

from finder.domain import Group, GroupId, Person, PersonId, Post
from finder.errors import StorageError
from finder.query import Mode
from indexers.catalogue.database import set_fact
from indexers.dense.making import remake_vectors
from indexers.lexical.making import ANALYSER, remake_words
from indexers.mending import differences, mend

POSTS = tuple(
    Post(id=str(n), text=f"la facture numero{n}", authors=(PersonId("amy"),), language="fr")
    for n in range(6)
)


@pytest.fixture
def filled(organisation: Organisation) -> Organisation:
    organisation.take(
        *POSTS,
        Person(id="amy", name="Amy"),
        Group(id="g", name="Groupe", members=(PersonId("amy"),), private=True),
        Post(id="in", text="la pluie", group=GroupId("g"), language="fr"),
    )
    return organisation


def tamper(organisation: Organisation, *statements: str) -> None:
    with organisation.database.reading() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("BEGIN")


def told(organisation: Organisation) -> list[str]:
    return [str(difference) for difference in differences(organisation.database)]


TAMPERED = [
    ("DELETE FROM terms WHERE passage < 3", "2 passages without word counts"),
    ("UPDATE terms SET data = substr(data, 1, length(data) - 1) WHERE passage IN (1, 4)",
     "2 word counts that are cut"),
    ("UPDATE terms SET spellings = substr(spellings, 2) WHERE passage = 3",
     "1 word counts that are cut"),
    ("UPDATE vectors SET data = substr(data, 1, 100) WHERE passage = 3",
     "1 vectors that are cut"),
    ("DELETE FROM vectors WHERE passage = 2", "1 passages that neither have nor await a vector"),
    ("INSERT INTO awaiting SELECT record, id FROM passages WHERE id = 1",
     "1 passages awaited that have their vector"),
    ("INSERT INTO awaiting SELECT number, 999 FROM records WHERE number = 1",
     "1 passages awaited that are gone"),
    ("INSERT INTO vectors SELECT 99, 99, data, tokens FROM vectors WHERE passage = 1",
     "1 vectors of what is gone"),
    ("INSERT INTO terms SELECT 99, data, spellings FROM terms WHERE passage = 1",
     "1 terms of what is gone"),
    ("INSERT INTO passages VALUES (99, 99, '', NULL, 'la facture')", "1 passages of what is gone"),
    ("INSERT INTO bodies VALUES (99, 'la facture', NULL)", "1 bodies of what is gone"),
    ("INSERT INTO associations VALUES (99, 1, 0, 1)", "1 associations of what is gone"),
    ("INSERT INTO memberships VALUES (99, 'group:g', 'user:eve')", "1 memberships of what is gone"),
    ("INSERT INTO removals SELECT 99, number, kind, id, 1, 0 FROM records WHERE id = '5'",
     "1 records that had been removed"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "difference"), TAMPERED)
def test_each_difference_is_told_and_mended(
    filled: Organisation, caplog: pytest.LogCaptureFixture, statement: str, difference: str
) -> None:
    assert told(filled) == []
    tamper(filled, statement)
    assert difference in told(filled)
    with caplog.at_level(logging.WARNING):
        mend(filled.database)
    assert f"mended: {difference}" in caplog.text
    assert told(filled) == []
    filled.pipeline.encode()
    gone = {"5"} if "removed" in difference else set()
    for mode in Mode:
        found = set(filled.found("la facture", mode=mode))
        assert found == {post.id for post in POSTS} - gone
        assert filled.found("pluie", "eve", mode=Mode.WORDS) == []
        assert filled.found("pluie", "amy", mode=Mode.WORDS) == ["in"]


@pytest.mark.parametrize(
    ("cut", "mode", "command"),
    [
        ("terms SET data = substr(data, 2)", Mode.WORDS, "words"),
        ("terms SET spellings = substr(spellings, 2)", Mode.WORDS, "words"),
        ("vectors SET data = substr(data, 2)", Mode.MEANING, "meaning"),
    ],
)
def test_an_index_that_is_cut_names_the_command_that_makes_it_anew(
    filled: Organisation, cut: str, mode: Mode, command: str
) -> None:
    tamper(filled, f"UPDATE {cut} WHERE passage = 2")
    with pytest.raises(StorageError, match=f"is cut: run 'finder rebuild {command}'"):
        filled.experts("qui connaît la facturre ?", mode=mode)
    if command == "words":
        remake_words(filled.database)
    else:
        remake_vectors(filled.database, filled.encoder)
    assert told(filled) == []
    assert len(filled.found("la facture", mode=mode)) >= len(POSTS)


def test_everything_at_once(filled: Organisation) -> None:
    tamper(filled, *(statement for statement, _ in TAMPERED if "99, number" not in statement))
    assert len(told(filled)) >= 8
    mend(filled.database)
    assert told(filled) == []
    filled.pipeline.encode()
    assert len(filled.found("la facture", mode=Mode.MEANING)) == 6


def test_nothing_wrong_costs_no_write(
    filled: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    before = filled.database.generation()
    mend(filled.database)
    assert filled.database.generation() == before
    assert caplog.text == ""


def test_words_of_another_analyser_are_counted_anew(filled: Organisation) -> None:
    tamper(filled, "UPDATE terms SET data = x''")
    with filled.database.writing() as connection:
        set_fact(connection, ANALYSER, "99")
    mend(filled.database)
    assert filled.found("numero3")[0] == "3"
