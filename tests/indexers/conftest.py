"""A population of posts that several suites retrieve from."""

from collections.abc import Iterator
from random import Random

import pytest
from organisation import Organisation

from finder.corpus import Readable
from finder.domain import Post
from indexers.parsing import ParserPool
from models.hashing import HashingEncoder

COUNT = 2_000
READERS = {"half": 2, "few": 100, "two": 1_000}
"""Each reader may read one post in so many, and nobody else's."""

# fmt: off
WORDS = (
    "eau", "réseau", "facture", "budget", "marché", "audit", "sécurité", "pluie", "crue",
    "plan", "donnée", "projet", "équipe", "ville", "développeur", "logiciel", "C++", "Node.js",
    "R&D", "rendez-vous", "l'assainissement", "formation", "énergie", "achat",
)
# fmt: on


def posts() -> list[Post]:
    """Posts of words of which some are frequent and some are rare; several are the same."""
    random = Random(7)  # noqa: S311 - a repeatable test, no secret
    weights = [1.0 / (rank + 1) for rank in range(len(WORDS))]

    def text(most: int) -> str:
        return " ".join(random.choices(WORDS, weights, k=random.randint(1, most)))

    repeated = [text(6) for _ in range(20)]
    return [
        Post(
            id=str(number),
            text=random.choice(repeated) if number % 10 == 0 else text(30),
            title=text(3) if number % 3 == 0 else "",
            acl=("members", *(f"user:{r}" for r, step in READERS.items() if number % step == 0)),
            language="fr",
        )
        for number in range(COUNT)
    ]


@pytest.fixture(scope="package")
def population(
    tmp_path_factory: pytest.TempPathFactory, parsers: ParserPool
) -> Iterator[Organisation]:
    """2,000 posts, found by words and by meaning; tests leave them as they are."""
    folder = tmp_path_factory.mktemp("population")
    organisation = Organisation(folder, parsers, encoder=HashingEncoder())
    organisation.take(*posts())
    yield organisation
    organisation.close()


@pytest.fixture(scope="package", params=["members", *READERS])
def readable(request: pytest.FixtureRequest, population: Organisation) -> Readable:
    """All of it, half, a hundredth, a thousandth."""
    reader = request.param
    viewer = population.viewer(None if reader == "members" else reader, member=reader == "members")
    corpus = population.library.corpus()
    seen = population.library.readable(corpus, viewer)
    assert seen.records.sum() == COUNT // READERS.get(reader, 1)
    return seen
