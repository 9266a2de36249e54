"""What is written in one language answers questions in the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from organisation import Organisation

from finder.domain import Post
from finder.fusion import Part
from finder.query import Mode
from indexers.parsing import ParserPool
from models.e5 import ensure_e5
from models.encoder import SentenceTransformersEncoder

SENTENCES = Path(__file__).with_name("sentences.tsv")
"""One in French, a tab, and the same in English."""

ASKED = {
    "sauvegarder et restaurer une base de données": "back up a database",
    "fermeture de la cantine": "The canteen will be closed",
    "wifi dans les salles": "wireless network",
    "justificatif de domicile demandé par la banque": "proof of address",
    "where are spare parts kept?": "pièces détachées",
    "appointment with the doctor": "Le médecin",
    "hazardous waste collection": "déchets dangereux",
    "eight o'clock train cancelled": "train de huit heures",
}
"""A question, and words of the one post that answers it, which is in the other language."""


@pytest.fixture(scope="module")
def bilingual(
    tmp_path_factory: pytest.TempPathFactory, parsers: ParserPool, e5_cache: Path
) -> Iterator[Organisation]:
    """Each sentence in both languages, but those that answer; zoe alone may read English."""
    encoder = SentenceTransformersEncoder(ensure_e5(e5_cache))
    organisation = Organisation(tmp_path_factory.mktemp("bilingual"), parsers, encoder=encoder)
    organisation.take(*posts())
    yield organisation
    organisation.close()
    encoder.close()


def posts() -> Iterator[Post]:
    for number, line in enumerate(SENTENCES.read_text(encoding="utf-8").splitlines()):
        french, english = line.split("\t")
        if not any(words in english for words in ASKED.values()):
            yield Post(id=f"fr-{number}", text=french, language="fr", acl=("members",))
        if not any(words in french for words in ASKED.values()):
            yield Post(id=f"en-{number}", text=english, language="en", acl=("user:zoe",))


@pytest.mark.parametrize("asked", ASKED)
def test_a_question_finds_what_is_written_in_the_other_language(
    bilingual: Organisation, asked: str
) -> None:
    found = bilingual.search(asked, "zoe", mode=Mode.HYBRID).items[:3]
    assert any(ASKED[asked] in item.passage.snippet.text for item in found)
    assert all(sum(item.parts.values()) == item.score for item in found)


def test_a_language_that_may_not_be_read_has_no_part_in_a_score(bilingual: Organisation) -> None:
    found = bilingual.search("fermeture de la cantine", mode=Mode.HYBRID).items
    assert all(item.key.id.startswith("fr-") for item in found)
    assert not any(Part.LANGUAGE in item.parts for item in found)
