"""What a viewer may not read changes nothing in any answer that they get.

Two organisations are filled: one with what everybody put in, one with the same and, in between,
what the viewer may not read. To the viewer they must be one, to the last bit of a score.
"""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from organisation import EVERYTHING, NOW, NewOrganisation, Organisation
from tokens import WordByWord

from finder.domain import (
    Contribution,
    Deletion,
    Document,
    Group,
    GroupId,
    Language,
    Person,
    PersonId,
    Post,
    Record,
    Skill,
    key_of,
)
from finder.errors import NotFoundError
from finder.query import Mode, understand
from finder.results import Explanation
from indexers.dense import shards
from indexers.taxonomy import skills as taxonomy
from indexers.taxonomy.store import keep_taxonomy

VIEWER = PersonId("ana")
PEOPLE = [PersonId(name) for name in ("zoe", "yves", "ana", "bob", "cleo", "dan", "eve", "fay")]
WORDS = (
    *("eau", "facture", "réseau", "budget", "marché", "audit", "sécurité", "pluie", "plan"),
    *("water", "bill", "network", "safety"),
)
HIDDEN_WORDS = (*WORDS, "factures", "fracture", "budgets", "audits", "sécurités", "planétaire")
"""Some stand in nothing that the viewer may read, beside words that do."""
QUERIES = (
    *("eau", "facture réseau", "plan de sécurité", "qui connaît le budget ?"),
    *("water network", "l’eau de pluie", "is the water safe?"),
    *("facturesx", "plan de securityé", "fractuer du budgtes", "planétairre"),
    *("zoe", "zo", "yves anabob", "dan ev", "cl"),
    *("auteur:zoe", "groupe:eau", "unité:eau facture -auteur:bob", '"eau facture" -budget'),
)

SKILLS = (
    taxonomy.Skill(id="money", french="budget", english="marché"),
    taxonomy.Skill(
        id="bill", french="facture", alternatives=("plan de sécurité",), broader=("money",)
    ),
)

Access = dict[str, Any]

READABLE: tuple[Access, ...] = (
    {},
    {"acl": ("members",)},
    {"acl": ("public",)},
    {"acl": (f"user:{VIEWER}",)},
    {"acl": ("group:all",)},
    {"group": GroupId("open")},
    {"group": GroupId("ours")},
)
UNREADABLE: tuple[Access, ...] = (
    {"acl": ()},
    {"acl": ("user:bob",)},
    {"acl": ("group:theirs",)},
    {"acl": ("public",), "deny": ("group:ours",)},
    {"deny": (f"user:{VIEWER}",)},
    {"group": GroupId("theirs")},
    {"group": GroupId("nobody-knows-it")},
    {"group": GroupId("open"), "deny": ("group:all",)},
)
GROUPS = (
    Group(id="open", name="Ouvert", members=("ana", "bob")),
    Group(id="ours", name="Le nôtre", members=("ana", "cleo"), private=True),
    Group(id="all", name="Tous", members=("group:ours", "eve")),
)
HIDDEN_GROUPS = (
    Group(id="theirs", name="eau facture", members=("bob", "group:others"), private=True),
    Group(id="others", name="plan de sécurité", members=("dan", "group:theirs"), private=True),
)


def contents(
    random: Random, count: int, prefix: str, kinds: Sequence[Access], *, words: Sequence[str]
) -> list[Record]:
    """Posts and documents on anything, by anyone; a post may answer any other, and thank."""

    def text() -> str:
        return " ".join(random.choices(words, k=random.randint(1, 12)))

    def people(most: int) -> tuple[PersonId, ...]:
        return tuple(random.sample(PEOPLE, random.randint(0, most)))

    def content(number: int) -> Record:
        common: Access = {
            "id": f"{prefix}{number}",
            "text": text(),
            "title": random.choice(("", text())),
            "authors": people(3),
            "language": random.choice((Language.FRENCH, Language.ENGLISH)),
            "updated_at": random.choice((None, NOW - timedelta(days=random.randint(0, 4000)))),
            **random.choice(kinds),
        }
        if random.random() < 0.5:
            common["text"] += random.choice(("", " merci"))
            replied_to = f"{random.choice(('seen-', 'hidden-'))}{random.randrange(count)}"
            return Post(
                **common,
                mentions=people(2),
                reply_to=random.choice((None, replied_to)),
                accepted=random.random() < 0.3,
            )
        reviewers = (Contribution(person=person, role="reviewer") for person in people(2))
        return Document(**common, contributors=tuple(reviewers))

    return [content(number) for number in range(count)]


def profiles(random: Random, people: Sequence[PersonId], kinds: Sequence[Access]) -> list[Record]:
    own = [access for access in kinds if "group" not in access]  # people are in no group's content
    return [
        Person(
            id=person,
            name=person.title(),
            unit=random.choice(WORDS),
            skills=tuple(Skill(name=word) for word in random.sample(WORDS, 2)),
            **random.choice(own),
        )
        for person in people
    ]


def interleaved(random: Random, first: Sequence[Record], second: Sequence[Record]) -> list[Record]:
    """All of both; those of each keep their order."""
    turns = [0] * len(first) + [1] * len(second)
    random.shuffle(turns)
    sources = (iter(first), iter(second))
    return [next(sources[turn]) for turn in turns]


def fill(organisation: Organisation, records: Sequence[Record | Deletion], *, size: int) -> None:
    for start in range(0, len(records), size):
        organisation.take(*records[start : start + size])


def explained(organisation: Organisation, text: str, person: PersonId) -> Explanation | None:
    try:
        return organisation.finder.explain(
            understand(text), organisation.viewer(VIEWER), person=person
        )
    except NotFoundError:
        return None


def answers(organisation: Organisation) -> dict[str, object]:
    """Everything that the viewer can learn by asking."""
    asked: dict[str, object] = {}
    viewer = organisation.viewer(VIEWER)
    for text in QUERIES:
        for mode in Mode:
            query = understand(text, mode=mode)
            for offset, limit in ((0, 3), (3, 3), (0, EVERYTHING)):
                page: Access = {"offset": offset, "limit": limit}
                name = f"{mode} {text} from {offset}"
                asked[f"search {name} {limit}"] = organisation.finder.search(query, viewer, **page)
                asked[f"experts {name} {limit}"] = organisation.finder.experts(
                    query, viewer, **page
                )
        for person in PEOPLE:
            asked[f"explain {person} {text}"] = explained(organisation, text, person)
    return asked


@pytest.mark.parametrize("seed", range(6))
def test_what_may_not_be_read_changes_no_answer(
    seed: int, new_organisation: NewOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "SHARD_SIZE", 16)  # what is hidden moves passages between shards
    random = Random(seed)  # noqa: S311 - a repeatable test, no secret
    with_profile = random.sample(PEOPLE, 4)
    without = [person for person in PEOPLE if person not in with_profile]
    common = [
        *GROUPS,
        *profiles(random, with_profile, READABLE),
        *contents(random, random.choice((3, 20, 60)), "seen-", READABLE, words=WORDS),
    ]
    hidden = [
        *HIDDEN_GROUPS,
        *profiles(random, without, UNREADABLE),
        *contents(random, random.choice((3, 20, 60)), "hidden-", UNREADABLE, words=HIDDEN_WORDS),
    ]
    random.shuffle(common)
    random.shuffle(hidden)
    one, other = (new_organisation(encoder=WordByWord()) for _ in range(2))
    for made in (one, other):
        keep_taxonomy(made.database, "skills", SKILLS)
    fill(one, common, size=1000)
    fill(other, interleaved(random, common, hidden), size=random.choice((25, 1000)))
    expected = answers(one)
    assert answers(other) == expected
    # Nor does their going, or their coming again.
    some = random.sample(hidden, len(hidden) // 2)
    other.take(*(Deletion(target=key_of(record)) for record in some))
    assert answers(other) == expected
    other.take(*some)
    assert answers(other) == expected


@pytest.mark.parametrize("hidden_author", ["amy", "bob"])
def test_who_is_named_first_where_it_may_not_be_read_wins_no_tie(
    hidden_author: str, new_organisation: NewOrganisation
) -> None:
    one, other = (new_organisation(encoder=WordByWord()) for _ in range(2))
    other.take(Post(id="hidden", text="pluie", authors=(PersonId(hidden_author),), acl=()))
    rankings = []
    for organisation in (one, other):
        organisation.take(Post(id="seen", text="eau", authors=(PersonId("bob"), PersonId("amy"))))
        found = organisation.experts("eau").items
        assert found[0].score == found[1].score
        rankings.append([person.id for person in found])
    assert rankings[0] == rankings[1]
