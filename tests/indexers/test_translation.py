"""What is written in one language is found by words of the other, and by no other words."""

import pytest
from organisation import NewOrganisation, Organisation

from finder.domain import Language, Post
from finder.query import Mode
from indexers.lexical.analysis import query_terms
from indexers.lexical.expansion import Expander, no_expansion
from indexers.lexical.index import LexicalIndex
from indexers.lexical.labels import label_key
from indexers.lexical.translation import (
    STANDARD_FILE,
    TRANSLATED,
    Entry,
    Translator,
    read_dictionary,
    standard_translator,
)
from indexers.taxonomy.excluded import STANDARD_FILE as EXCLUDED
from indexers.taxonomy.excluded import read_excluded
from indexers.taxonomy.expander import SkillExpander
from indexers.taxonomy.skills import Skill
from indexers.taxonomy.store import keep_taxonomy

POSTS = {
    "weld-fr": (Language.FRENCH, "Le soudage demande un masque"),
    "weld-en": (Language.ENGLISH, "Welding is done with a mask"),
    "course-en": (Language.ENGLISH, "Training for new members of the team"),
    "train-fr": (Language.FRENCH, "Le train de huit heures est supprimé"),
    "tender-en": (Language.ENGLISH, "Our tender was rejected by the city"),
    "offer-fr": (Language.FRENCH, "Une offre d’emploi à pourvoir"),
    "place-fr": (Language.FRENCH, "Le lieu du séminaire a changé"),
    "rental-en": (Language.ENGLISH, "Car rental with a discount"),
}


@pytest.fixture
def bilingual(new_organisation: NewOrganisation) -> Organisation:
    made = new_organisation()
    made.take(
        *(Post(id=name, text=text, language=spoken) for name, (spoken, text) in POSTS.items())
    )
    return made


def found(organisation: Organisation, query: str) -> list[str]:
    return [item.key.id for item in organisation.search(query, mode=Mode.WORDS).items]


def translates(translator: Translator, query: str, name: str, other: str) -> bool:
    """Whether a name in a query is looked for as another in texts in the other language."""
    return any(
        query[each.start : each.end] == name
        and any(found.words == tuple(query_terms(other)) for found in each.others)
        for each in translator(query, into=Language)
    )


class TestDictionary:
    def test_every_entry_has_names_that_somebody_may_type(self) -> None:
        entries = read_dictionary(STANDARD_FILE)
        assert len(entries) > 4_000
        for entry in entries:
            for language, names in zip(
                (Language.FRENCH, Language.ENGLISH), (entry.french, entry.english), strict=True
            ):
                for name in names:
                    assert name == " ".join(name.split()), entry
                    assert query_terms(name), entry
                    assert label_key(name, language), entry

    def test_no_entry_stands_twice(self) -> None:
        lines = STANDARD_FILE.read_text(encoding="utf-8").splitlines()
        assert len(set(lines)) == len(lines)

    @pytest.mark.parametrize(
        ("query", "name", "other"),
        [
            ("soudage", "soudage", "welding"),
            ("les SOUDAGES", "SOUDAGES", "welding"),
            ("securite des reseaux", "securite", "security"),  # accents left out
            ("réponse à un appel d’offres", "appel d’offres", "tender"),
            ("mot de passe oublié", "mot de passe", "password"),
            ("welding robots", "welding", "soudage"),
            ("databases", "databases", "base de données"),
        ],
    )
    def test_a_name_is_known_in_whatever_form(self, query: str, name: str, other: str) -> None:
        assert translates(standard_translator(), query, name, other)


class TestLanguageOfTheQuery:
    """A word of both languages is of the one that more of the others are of."""

    DICTIONARY = Translator(
        [
            Entry(french=["location"], english=["rental"]),
            Entry(french=["lieu"], english=["location"]),
            Entry(french=["voiture"], english=["car"]),
            Entry(french=["réunion"], english=["meeting"]),
        ]
    )

    @pytest.mark.parametrize(
        ("query", "known"),
        [
            ("location voiture", {"location": "rental", "voiture": "car"}),
            ("meeting location", {"meeting": "réunion", "location": "lieu"}),
            # Stop words tell.
            ("une location pour elle", {"location": "rental"}),
            ("the location of this", {"location": "lieu"}),
            # Nothing tells.
            ("location", {}),
            # As many of each: what is of one language is translated.
            ("meeting voiture location", {"meeting": "réunion", "voiture": "car"}),
        ],
    )
    def test_what_is_translated(self, query: str, known: dict[str, str]) -> None:
        found = self.DICTIONARY(query, into=Language)
        assert {query[each.start : each.end] for each in found} == known.keys()
        assert all(translates(self.DICTIONARY, query, *each) for each in known.items())


def test_a_longer_name_comes_before_its_words() -> None:
    query = "un appel d’offres et des offres"
    found = Translator(
        [
            Entry(french=["appel d'offres"], english=["tender"]),
            Entry(french=["appel"], english=["call"]),
            Entry(french=["offre"], english=["offer"]),
        ]
    )(query, into=Language)
    assert [query[each.start : each.end] for each in found] == ["appel d’offres", "offres"]


class TestFinding:
    @pytest.mark.parametrize(
        ("query", "finds", "not_"),
        [
            ("soudage", ["weld-fr", "weld-en"], []),
            ("welding", ["weld-fr", "weld-en"], []),
            ("la formation", ["course-en"], ["train-fr"]),  # training, whose stem is train
            ("les appels d’offres", ["tender-en"], []),
            ("location de voiture", ["rental-en"], ["place-fr"]),
        ],
    )
    def test_texts_in_the_other_language_are_found(
        self, bilingual: Organisation, query: str, finds: list[str], not_: list[str]
    ) -> None:
        names = found(bilingual, query)
        assert set(finds) <= set(names)
        assert set(not_).isdisjoint(names)

    def test_the_words_that_were_found_are_marked(self, bilingual: Organisation) -> None:
        (item,) = (
            item
            for item in bilingual.search("formation et soudage", mode=Mode.WORDS).items
            if item.key.id == "weld-en"
        )
        snippet = item.passage.snippet
        marked = [snippet.text[span.start : span.end] for span in snippet.highlights]
        assert marked == ["Welding"]

    def test_a_translation_is_marked_in_texts_in_its_language_alone(
        self, bilingual: Organisation
    ) -> None:
        asked = bilingual.search("formation à huit heures", mode=Mode.WORDS)
        (item,) = (item for item in asked.items if item.key.id == "train-fr")
        snippet = item.passage.snippet
        marked = [snippet.text[span.start : span.end] for span in snippet.highlights]
        assert marked == ["huit", "heures"]  # not "train", as training is written

    @pytest.mark.parametrize(
        ("query", "corrected"),
        [
            ("sondage", None),  # a survey, though "soudage" is near
            ("Sondages", None),
            ("soudgae", "soudage"),
            ("weldung", "welding"),
        ],
    )
    def test_a_word_that_is_known_is_no_mistake(
        self, bilingual: Organisation, query: str, corrected: str | None
    ) -> None:
        assert bilingual.search(query, mode=Mode.WORDS).corrected == corrected


def test_whoever_reads_one_language_may_ask_in_the_other(
    new_organisation: NewOrganisation,
) -> None:
    made = new_organisation()
    made.take(
        Post(id="fr", text="Le soudage demande un masque", language=Language.FRENCH),
        Post(id="en", text="Welding needs a mask", language=Language.ENGLISH, acl=("user:zoe",)),
    )
    both = made.search("welding", "zoe", mode=Mode.WORDS).items
    assert sorted(item.key.id for item in both) == ["en", "fr"]
    assert [item.key.id for item in made.search("welding", "bob", mode=Mode.WORDS).items] == ["fr"]


def score(
    organisation: Organisation, query: str, expander: Expander, translator: Translator
) -> float:
    """The score of the only passage."""
    index = LexicalIndex(organisation.database, expander=expander, translator=translator)
    readable = organisation.readable()
    return float(index.scorer(query, readable).score(readable.corpus.passages)[0])


def test_what_a_taxonomy_and_the_dictionary_both_know_counts_once(
    new_organisation: NewOrganisation,
) -> None:
    made = new_organisation()
    made.take(Post(id="en", text="Welding needs a mask", language=Language.ENGLISH))
    keep_taxonomy(made.database, "own", [Skill(id="w", french="soudage", english="welding")])
    expander = SkillExpander(made.database, read_excluded([EXCLUDED]))
    by_one = (
        score(made, "soudage", expander, Translator([])),
        score(made, "soudage", no_expansion, standard_translator()),
    )
    assert min(by_one) > 0.0
    assert score(made, "soudage", expander, standard_translator()) == max(by_one)


@pytest.mark.parametrize("names", [["help", "assistance"], ["assistance", "help"]])
def test_of_several_translations_the_best_counts(
    new_organisation: NewOrganisation, names: list[str]
) -> None:
    made = new_organisation()
    made.take(Post(id="en", text="Help, help, assistance", language=Language.ENGLISH))
    alone = [
        score(made, "aide", no_expansion, Translator([Entry(french=["aide"], english=[name])]))
        for name in names
    ]
    assert 0.0 < min(alone) < max(alone)
    together = Translator([Entry(french=["aide"], english=names)])
    assert score(made, "aide", no_expansion, together) == max(alone)


def test_a_translation_is_worth_a_share_of_the_word(new_organisation: NewOrganisation) -> None:
    made = new_organisation()
    made.take(Post(id="en", text="Welding needs a mask", language=Language.ENGLISH))
    itself = score(made, "welding", no_expansion, Translator([]))
    translated = score(made, "soudage", no_expansion, standard_translator())
    assert translated == pytest.approx(TRANSLATED * itself)


def test_a_translation_is_no_rarer_than_the_word_however_few_texts_are_in_its_language(
    new_organisation: NewOrganisation,
) -> None:
    made = new_organisation()
    made.take(
        *(Post(id=f"fr{n}", text=f"Le soudage {n}", language=Language.FRENCH) for n in range(8)),
        *(Post(id=f"other{n}", text=f"Un mot {n}", language=Language.FRENCH) for n in range(8)),
        Post(id="en", text="About welding", language=Language.ENGLISH),
    )
    index = LexicalIndex(made.database, translator=standard_translator())
    readable = made.readable()
    french, english = (
        index.scorer(asked, readable).score(readable.corpus.passages)[place]
        for asked, place in (("soudage", 0), ("welding", -1))
    )
    assert english > 2 * french
    # Both texts are as long, and say it once.
    translated = index.scorer("soudage", readable).score(readable.corpus.passages)[-1]
    assert translated == pytest.approx(TRANSLATED * french)
    assert found(made, "soudage")[-1] == "en"


def test_what_translates_a_name_of_several_words_is_as_rare_as_the_rarest_of_them(
    new_organisation: NewOrganisation,
) -> None:
    made = new_organisation()
    made.take(
        *(Post(id=f"fr{n}", text=f"Un appel {n}", language=Language.FRENCH) for n in range(8)),
        Post(id="whole", text="Un appel d’offres", language=Language.FRENCH),
        Post(id="en", text="About a tender", language=Language.ENGLISH),
    )
    index = LexicalIndex(made.database, translator=standard_translator())
    readable = made.readable()
    itself, translated = (
        index.scorer(asked, readable).score(readable.corpus.passages)[-1]
        for asked in ("tender", "appel d’offres")
    )
    assert translated == pytest.approx(TRANSLATED * itself)


def test_a_word_and_its_translation_count_once(new_organisation: NewOrganisation) -> None:
    made = new_organisation()
    made.take(Post(id="en", text="Welding, or soudage: how to weld", language=Language.ENGLISH))
    nothing = Translator([])
    asked = score(made, "soudage", no_expansion, nothing)
    other = TRANSLATED * score(made, "welding", no_expansion, nothing)
    both = score(made, "soudage", no_expansion, standard_translator())
    assert both == pytest.approx(max(asked, other))


def test_a_text_in_the_other_language_may_be_the_better_one(
    new_organisation: NewOrganisation,
) -> None:
    made = new_organisation()
    made.take(
        Post(id="fr", text="Le soudage, " + "un mot de plus, " * 20, language=Language.FRENCH),
        Post(id="en", text="Welding, and how to weld", language=Language.ENGLISH),
    )
    assert found(made, "soudage") == ["en", "fr"]
