"""What is mistyped in a query becomes what was meant, by words that the viewer may read."""

import pytest
from organisation import NewOrganisation, Organisation, french_post
from sqlalchemy import select

from finder.domain import Deletion, Kind, Language, Person, Post, RecordKey
from indexers.catalogue.schema import spellings
from indexers.lexical.making import remake_words

TEXT = """
La facturation électronique et l'assainissement : règlement du marché d'énergie. Les développeurs
de PostgreSQL répondent au RGPD. Une adresse, un rendez-vous, le télétravail dans l’entreprise.
"""


def corrected(organisation: Organisation, text: str, person: str | None = None) -> str:
    return organisation.words.corrected(text, organisation.readable(person))


@pytest.fixture
def written(organisation: Organisation) -> Organisation:
    organisation.take(french_post("a", TEXT), Person(id="zoe", name="Zoé Müller"))
    return organisation


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("facturatoin", "facturation"),
        ("factuation", "facturation"),
        ("facturationn", "facturation"),
        ("facturetion", "facturation"),
        ("facturetionn", "facturation"),
        ("electronqiue", "électronique"),
        ("éléctronyque", "électronique"),
        ("addresse", "adresse"),
        ("asainisement", "assainissement"),
        ("la facturaton electronique", "la facturation electronique"),
        ("l'assainisement", "l'assainissement"),
        ("rendze-vous", "rendez-vous"),
        ("Facturaton", "Facturation"),
        ("RGDP", "RGPD"),
        ("postgersql", "postgresql"),
        ("qui est Zoé Mulller ?", "qui est Zoé Muller ?"),
        ("dasn l’entreprsie", "dans l’entreprise"),
    ],
)
def test_the_nearest_word_was_meant(written: Organisation, typed: str, meant: str) -> None:
    shown = corrected(written, typed)
    assert shown.replace("Müller", "Muller") == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("facturationélectronique", "facturation électronique"),
        ("MARCHEENERGIE", "MARCHE ENERGIE"),
        ("Unedéveloppeusepostgresql ?", "Unedéveloppeusepostgresql ?"),  # one space, not two
        ("règlementpluie", "règlementpluie"),  # half of it is no word here
        ("adresserendez", "adresserendez"),  # those are not in one passage
        ("facturelectronique", "facturelectronique"),  # but for its stem, half of it is none
        ("desdéveloppeurs", "des développeurs"),
    ],
)
def test_two_words_were_meant_where_they_stand_together(
    organisation: Organisation, typed: str, meant: str
) -> None:
    organisation.take(
        french_post("a", "La facturation électronique : règlement du marché d'énergie."),
        french_post("b", "Des développeurs de PostgreSQL. Une adresse."),
        french_post("c", "Un rendez-vous."),
    )
    assert corrected(organisation, typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("autoconso", "autoconsommation"),
        ("qui connaît Postgre ?", "qui connaît Postgresql ?"),
        ("telet", "télétravail"),
        ("les autoconsos", "les autoconsommation"),
        ("elec", "électrique"),  # of two passages
        ("elec panneau", "électricité panneau"),  # the rest is there
        ("electriques", "electriques"),  # another form of what is there
        ("ELEC", "ELEC"),  # an acronym
        ("postgred", "postgred"),  # nothing begins so
        ("télétravai", "télétravail"),
        ("pho", "pho"),  # too short to tell
        ("þþþþ", "þþþþ"),
    ],
)
def test_a_shortened_word_is_the_one_that_was_begun(
    organisation: Organisation, typed: str, meant: str
) -> None:
    organisation.take(
        french_post("a", "L'autoconsommation, en télétravail, sans PostgreSQL. Une adresse."),
        french_post("b", "Du chauffage électrique."),
        french_post("c", "Une moto électrique."),
        french_post("d", "Un panneau photovoltaïque et son électricité."),
    )
    assert corrected(organisation, typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("migr", "migration"), ("budgte", "budget")],
)
def test_to_shorten_is_likelier_than_another_letter_and_less_than_two_swapped(
    organisation: Organisation, typed: str, meant: str
) -> None:
    organisation.take(french_post("a", "Migration de la station Mir. Le budget, budgteur."))
    assert corrected(organisation, typed) == meant


def test_only_what_may_be_read_begins_as_a_shortened_word(organisation: Organisation) -> None:
    organisation.take(
        french_post("a", "télétravail"),
        *(french_post(str(n), "télétransmission", acl=("user:amy",)) for n in range(2)),
    )
    assert corrected(organisation, "télétra", "amy") == "télétransmission"
    assert corrected(organisation, "télétra", "bob") == "télétravail"
    organisation.take(
        french_post("assos", "associations"), french_post("b", "assosxyz", acl=("user:amy",))
    )
    assert corrected(organisation, "assos", "amy") == "assosxyz"
    assert corrected(organisation, "assos", "bob") == "associations"


def test_a_shortened_word_is_one_of_those_that_stand_most_often(
    organisation: Organisation,
) -> None:
    often = " ".join(f"transm{letter}x" for letter in "abcdefghijklmnopqrst")
    organisation.take(
        french_post("a", often), french_post("b", often), french_post("c", "transmzx, le vélo")
    )
    assert corrected(organisation, "vélo transm") == "vélo transmax"


def test_only_what_may_be_read_tells_two_words_apart(organisation: Organisation) -> None:
    organisation.take(
        french_post("a", "open"),
        french_post("b", "data"),
        french_post("c", "open data", acl=("user:amy",)),
    )
    assert corrected(organisation, "opendata", "amy") == "open data"
    assert corrected(organisation, "opendata", "bob") == "opendata"
    organisation.take(Deletion(target=RecordKey(Kind.POST, "c")))
    assert corrected(organisation, "opendata", "amy") == "opendata"


def test_where_they_stand_together_most_often_tells_two_words_apart(
    organisation: Organisation,
) -> None:
    organisation.take(
        french_post("a", "porte avions"),
        *(french_post(str(n), "un port, des eavions") for n in range(2)),
    )
    assert corrected(organisation, "porteavions") == "port eavions"


@pytest.mark.parametrize(
    "text",
    [
        "facturation électronique",
        "factures",  # another form of what is there
        "securite",  # near to nothing
        "énergies marches",
        "eua",  # too short to tell
        "qui peut m’aider ?",
        "facturaton@example.org",
        "FACTURATON-42",
        "facturaton.py",
        "énergoi2",
        "?!",
        "énrjguiasdf",
    ],
)
def test_what_is_known_or_cannot_be_told_stays(written: Organisation, text: str) -> None:
    assert corrected(written, text) == text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("vouloir", "vouloir"),
        ("Instances", "Instances"),
        ("PLEUT", "PLEUT"),
        ("ca pleut", "ca pleut"),
        ("pending", "pending"),
        ("prefere", "prefere"),  # for "préfère"
        ("caténaire", "caténaire"),  # from the dictionary
        ("cantenaire", "centenaire"),
        ("coulloir", "couloir"),
        ("pendring", "spending"),
    ],
)
def test_a_word_of_the_language_that_nobody_wrote_is_no_mistake(
    organisation: Organisation, typed: str, meant: str
) -> None:
    organisation.take(
        french_post("a", "le couloir, à distance, peut être préférée par une centenaire"),
        Post(id="b", text="Spending less", language=Language.ENGLISH),
    )
    assert corrected(organisation, typed) == meant


def test_a_word_of_many_passages_was_rather_meant(organisation: Organisation) -> None:
    organisation.take(
        *(french_post(str(n), "le contrat") for n in range(9)), french_post("x", "le contraint")
    )
    assert corrected(organisation, "contrzit") == "contrat"


def test_a_word_that_fits_the_rest_was_rather_meant(organisation: Organisation) -> None:
    organisation.take(
        *(french_post(str(n), "le contrat de travail") for n in range(3)),
        french_post("x", "le contrôle des machines"),
        french_post("y", "la contrainte des machines"),
    )
    assert corrected(organisation, "contrat des machines") == "contrat des machines"
    assert corrected(organisation, "travial") == "travail"
    organisation.take(
        french_post("z", "la porte du garage"), french_post("t", "la poste du village")
    )
    assert corrected(organisation, "porste village") == "poste village"
    assert corrected(organisation, "porste garage") == "porte garage"


def test_words_that_may_not_be_read_are_never_offered(organisation: Organisation) -> None:
    organisation.take(
        french_post("a", "la licence du logiciel"),
        *(
            french_post(str(n), "les licences et licenciements", acl=("user:amy",))
            for n in range(50)
        ),
    )
    assert corrected(organisation, "licencesx", "bob") == "licence"
    assert corrected(organisation, "licencesx", "amy") == "licences"
    assert corrected(organisation, "licenciemant", "bob") == "licenciemant"
    assert corrected(organisation, "licenciemants", "amy") == "licenciements"


def test_what_comes_is_offered_and_what_goes_no_more(organisation: Organisation) -> None:
    organisation.take(french_post("a", "la pluie"))
    assert corrected(organisation, "assainisement") == "assainisement"
    organisation.take(french_post("b", "assainissement"))
    assert corrected(organisation, "assainisement") == "assainissement"
    organisation.take(Deletion(target=RecordKey(Kind.POST, "b")))
    assert corrected(organisation, "assainisement") == "assainisement"


def test_a_rebuild_forgets_the_words_of_what_is_gone(new_organisation: NewOrganisation) -> None:
    made = new_organisation()
    made.take(french_post("a", "la pluie"), french_post("b", "chez Dupontel"))
    made.take(Deletion(target=RecordKey(Kind.POST, "b")))
    assert corrected(made, "pluei") == "pluie"
    remake_words(made.database)
    with made.database.reading() as connection:
        held = set(connection.execute(select(spellings.c.word)).scalars())
    assert held == {"pluie"}
    made.take(french_post("c", "la neige chez Dupontel"))
    assert corrected(made, "pluei niege Dupnotel") == "pluie neige Dupontel"
