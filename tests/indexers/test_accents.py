"""What is encoded is the query as the texts write its words, as far as the viewer may read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from organisation import NewOrganisation, Organisation, french_post

from finder.domain import Deletion, Kind, RecordKey
from finder.encoded import Encoded
from finder.query import Mode
from indexers.lexical.nearness import ByLetters, folded

TEXT = """
La santé publique, le marché de l'énergie, un cœur. Écologie et numérique ; l’hôpital.
On y marche. La résidence PME, en pratique.
"""


def as_written(organisation: Organisation, text: str, person: str | None = None) -> str:
    return organisation.words.as_written(text, organisation.readable(person))


@pytest.fixture
def written(organisation: Organisation) -> Organisation:
    organisation.take(french_post("a", TEXT))
    return organisation


@pytest.mark.parametrize(
    ("typed", "encoded"),
    [
        ("sante publique", "santé publique"),
        ("Sante Publique", "Santé Publique"),
        ("SANTE PME", "SANTÉ PME"),
        ("l'energie d’un hopital", "l'énergie d’un hôpital"),
        ("coeur", "cœur"),
        ("residence", "résidence"),
        ("SANTE ET ECOLOGIE", "santé et écologie"),
        ("SANTÉ ET ÉCOLOGIE", "santé et écologie"),
        ("hopital santé", "hôpital santé"),
        ("hòpital, energíe", "hôpital, énergie"),
        ("marché", "marché"),
        ("pratiqué", "pratiqué"),  # accents are changed, not taken away
        ("marche", "marche"),  # a word of its own
        ("inconnu", "inconnu"),
        ("PME", "PME"),
        ("", ""),
    ],
)
def test_accents_and_small_letters_are_given_back(
    written: Organisation, typed: str, encoded: str
) -> None:
    assert as_written(written, typed) == encoded


def test_a_word_without_accents_stands_unless_it_is_rare(organisation: Organisation) -> None:
    organisation.take(
        *(french_post(f"m{n}", "le marché") for n in range(10)), french_post("a", "la marche")
    )
    assert as_written(organisation, "marche") == "marche"
    organisation.take(french_post("m10", "le marché"))
    assert as_written(organisation, "marche") == "marché"


def test_a_word_with_accents_stands_if_anybody_wrote_it_so(organisation: Organisation) -> None:
    organisation.take(*(french_post(f"m{n}", "à côté") for n in range(11)))
    assert as_written(organisation, "côte") == "côté"
    organisation.take(french_post("a", "la côte"))
    assert as_written(organisation, "côte") == "côte"


def test_the_most_frequent_of_several_spellings_is_taken(organisation: Organisation) -> None:
    organisation.take(french_post("a", "une levée"), french_post("b", "des levées, une lèvée"))
    organisation.take(french_post("c", "la levée"))
    assert as_written(organisation, "levee") == "levée"


def test_only_what_may_be_read_tells_how_a_word_is_written(organisation: Organisation) -> None:
    organisation.take(french_post("secret", "la santé", acl=("user:ann",)))
    assert as_written(organisation, "sante", "ann") == "santé"
    assert as_written(organisation, "sante", "bob") == "sante"
    organisation.take(Deletion(target=RecordKey(Kind.POST, "secret")))
    assert as_written(organisation, "sante", "ann") == "sante"


def test_a_query_is_encoded_with_its_accents(
    new_organisation: NewOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation = new_organisation()
    organisation.take(french_post("a", TEXT))
    encoded = []
    encode = organisation.encoder.encode_query

    def remember(text: str) -> Encoded:
        encoded.append(text)
        return encode(text)

    monkeypatch.setattr(organisation.encoder, "encode_query", remember)
    page = organisation.search("ecologie numerique", mode=Mode.HYBRID)
    assert encoded == ["écologie numérique"]
    assert page.corrected is None


@given(st.lists(st.text(alphabet="aeéèoœ", min_size=1, max_size=3)), st.integers(0, 5))
def test_words_are_found_by_their_letters(words: list[str], cut: int) -> None:
    plain = [folded(word) for word in words]
    by_letters = ByLetters().grown(plain[:cut]).grown(plain[cut:])
    for word in {*plain, "zzz"}:
        found = [place for place in by_letters.find(word) if plain[place] == word]
        assert sorted(found) == [place for place, each in enumerate(plain) if each == word]
