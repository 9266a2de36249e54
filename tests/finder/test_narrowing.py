"""Conditions of a query, on a whole installation."""

from datetime import UTC, datetime

import pytest
from organisation import NewOrganisation, Organisation

from finder.domain import Document, Group, GroupId, Person, PersonId, Post
from finder.errors import QueryError
from finder.query import Mode

MARIE, MARC, ZOE = PersonId("m1"), PersonId("m2"), PersonId("zoe")


def at(month: int, day: int = 1) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


@pytest.fixture
def organisation(new_organisation: NewOrganisation) -> Organisation:
    made = new_organisation()
    made.take(
        Person(id=MARIE, name="Marie-Ève Müller", unit="Direction de l’eau", site="Lyon"),
        Person(id=MARC, name="Marc Le Goff", unit="DSI", site="Brest"),
        Person(id=ZOE, name="Zoé Cachée", unit="DSI", acl=()),
        Group(id="g1", name="Réseau d’eau"),
        Document(
            id="crise",
            title="Plan de crise",
            text="L’eau monte : qui prévenir, et dans quel ordre.",
            authors=(MARIE,),
            group=GroupId("g1"),
            updated_at=at(1, 10),
        ),
        Document(
            id="plan",
            text="Après la crise, un plan pour l’eau et les factures du réseau.",
            authors=(MARC,),
            updated_at=at(2, 10),
        ),
        Post(id="post", text="Une facture d’eau de pluie", authors=(ZOE,), updated_at=at(2, 20)),
        Document(id="english", text="The water bills are late and nobody knows why", language="en"),
    )
    return made


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"plan de crise"', {"crise"}),
        ('"PLAN DE CRISE" eau', {"crise"}),
        ('eau -"plan de crise"', {"plan", "post", "english"}),
        ("eau -facture", {"crise", "english"}),
        ("eau +factures", {"plan", "post"}),
        ("eau auteur:muller", {"crise"}),
        ("eau author:m2", {"plan"}),
        ('eau auteur:"goff marc"', {"plan"}),
        ("eau auteur:cachee", set()),
        ("eau auteur:zoe", {"post"}),
        ("eau -auteur:marie-eve", {"plan", "post", "english"}),
        ("eau groupe:g1", {"crise"}),
        ("eau group:reseau", {"crise"}),
        ("eau type:document", {"crise", "plan", "english"}),
        ("eau type:message", {"post"}),
        ("eau unité:dsi", {"plan"}),
        ("eau site:LYON", {"crise"}),
        ("water lang:en", {"english"}),
        ("eau avant:2026-02", {"crise"}),
        ("eau après:2026-02 avant:2026-02-20", {"plan"}),
        ("eau after:2026-02-20", {"post"}),
        ("eau auteur:nobody", set()),
    ],
)
def test_only_what_passes_is_found(
    query: str, expected: set[str], mode: Mode, organisation: Organisation
) -> None:
    found = organisation.search(query, mode=mode)
    ids = {item.key.id for item in found.items}
    assert found.total == len(ids)
    assert ids == expected


def test_conditions_alone_list_the_newest_first_and_the_people_behind(
    organisation: Organisation,
) -> None:
    assert organisation.found("-type:person") == ["post", "plan", "crise", "english"]
    assert organisation.found("auteur:marie") == ["crise"]
    assert [person.id for person in organisation.experts("auteur:marie").items] == [MARIE]
    assert [person.id for person in organisation.experts("type:message").items] == [ZOE]


def test_people_are_ranked_by_what_passes_alone(organisation: Organisation) -> None:
    [found] = organisation.experts("eau unité:DSI type:document").items
    assert found.id == MARC
    assert [each.found.key.id for each in found.evidence] == ["plan"]
    assert found.profile is not None


def test_words_that_stand_everywhere_are_no_condition(organisation: Organisation) -> None:
    with pytest.raises(QueryError, match="nearly every text"):
        organisation.search("eau -la")


def test_a_word_that_a_condition_leaves_out_is_not_mistyped(organisation: Organisation) -> None:
    assert organisation.search("prévenir auteur:marc").corrected is None
