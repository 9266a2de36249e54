"""People who are asked for by name, on a whole installation."""

import pytest
from organisation import NewOrganisation, Organisation

from finder.domain import Document, Person, PersonId
from finder.query import Mode
from indexers.names import sound

NAMES = {
    "marie": "Marie Dupont",
    "dupuis": "Marie Dupuis",
    "helene": "Hélène Lefèvre",
    "legoff": "Maëlle Le Goff",
    "legoffic": "Maëlle Le Goffic",
    "rose": "Rose Garnier",
    "mathieu": "Matthieu Thibaud",
    "joined": "Yves Legrand",
}


@pytest.fixture
def organisation(new_organisation: NewOrganisation) -> Organisation:
    made = new_organisation()
    made.take(
        *(Person(id=name, name=full, active=name != "dupuis") for name, full in NAMES.items()),
        Person(id="hidden", name="Marie Durand", acl=()),
        Document(id="d1", text="Marie et la rose, la taille du rosier", authors=(PersonId("bob"),)),
        Document(id="d2", text="Le goffrage du papier, le grand jeu", authors=(PersonId("bob"),)),
        Document(id="d3", text="À voir avec Élène ou M. THIBAUD", authors=(PersonId("bob"),)),
    )
    return made


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("renault", "reno"),
        ("thibault", "tibo"),
        ("perrauld", "pero"),
        ("lefebvre", "lefevre"),
        ("arnould", "arnou"),
    ],
)
def test_letters_that_only_names_keep_are_not_heard(written: str, heard: str) -> None:
    assert sound(written) == sound(heard)
    assert sound("paul") != sound("pau")


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("Le Goff", ["legoff"]),  # whole, before those that only begin so
        ("le goffi", ["legoffic"]),
        ("legoff", ["legoff", "legoffic"]),
        ("maelle legoff", ["legoff"]),
        ("goff maelle", ["legoff"]),
        ("marie dup", ["dupuis", "marie"]),  # one of them has left, and is asked for
        ("qui est Marie Dupont ?", ["marie"]),
        ("marie du", ["dupuis", "marie"]),
        ("dupo", ["marie"]),
        ("helene lefebure", []),
        ("Elene Lefevre", ["helene"]),
        ("matieu tibo", ["mathieu"]),
        ("yves le grand", ["joined"]),
        ("rose", []),  # a flower
        ("Rose", []),
        ("garnier", ["rose"]),
        ("dupuis", ["dupuis"]),
        ("thibaud", ["mathieu"]),  # texts speak of somebody, by a name
        ("marie", ["dupuis", "marie"]),
        ("le", []),
        ("rose garn", ["rose"]),
        ("marie durand", []),
        ("duran", []),
        ("marie d", []),
        ("?", []),
    ],
)
def test_who_is_named_comes_first(
    asked: str, named: list[str], mode: Mode, organisation: Organisation
) -> None:
    people = organisation.experts(asked, mode=mode).items
    assert sorted(person.id for person in people if person.named) == named
    assert all(person.named for person in people[: len(named)])
    for person in people:
        total = sum(evidence.contribution for evidence in person.evidence) + person.rest
        assert total == person.score > 0.0


def test_a_name_is_no_mistake(organisation: Organisation) -> None:
    assert organisation.experts("marie dupui").corrected is None


def test_a_name_has_to_pass_the_conditions(organisation: Organisation) -> None:
    assert not any(person.named for person in organisation.experts("marie dup type:post").items)


def test_a_name_that_changes_is_found_by_the_new_one_alone(organisation: Organisation) -> None:
    organisation.take(Person(id="marie", name="Marie Vasseur"))
    assert [person.id for person in organisation.experts("marie vass").items if person.named] == [
        "marie"
    ]
    assert not any(person.named for person in organisation.experts("marie dupon").items)


def test_what_may_not_be_read_does_not_tell_whether_a_word_is_a_name(
    organisation: Organisation,
) -> None:
    def named(asked: str) -> list[str]:
        return [person.id for person in organisation.experts(asked).items if person.named]

    small, capital = "le thibaud et le thibaud", "Rose a vu Rose, et Rose"
    organisation.take(
        Document(id="d4", text=small, authors=(PersonId("bob"),), acl=()),
        Document(id="d5", text=capital, authors=(PersonId("bob"),), acl=()),
    )
    assert (named("thibaud"), named("rose")) == (["mathieu"], [])
    organisation.take(
        Document(id="d4", text=small, authors=(PersonId("bob"),)),
        Document(id="d5", text=capital, authors=(PersonId("bob"),)),
    )
    assert (named("thibaud"), named("rose")) == ([], ["rose"])


def test_a_name_that_may_not_be_read_changes_nobody_elses(
    new_organisation: NewOrganisation,
) -> None:
    def named(*hidden: Person) -> list[str]:
        made = new_organisation()
        made.take(
            Person(id="heard", name="Elène Tibo"),
            Document(id="d", text="Hélène et Thibaud, deux prénoms", authors=(PersonId("bob"),)),
            *hidden,
        )
        return [person.id for person in made.experts("hélène thibaud").items if person.named]

    assert named() == named(Person(id="hidden", name="Hélène Autre", acl=())) == []
