"""Which words meet, as those who search expect it."""

import pytest

from finder.domain import Language
from indexers.lexical.analysis import query_terms, terms, word_forms, words

FR, EN, ANY = Language.FRENCH, Language.ENGLISH, Language.OTHER

MEET = [
    # elided articles, with both apostrophes
    ("eau", "l'eau", FR),
    ("eau", "l’eau", FR),
    ("l'eau", "eau", FR),
    ("d’école", "écoles", FR),
    ("arrivée", "jusqu’à l’arrivée", FR),
    ("aujourd'hui", "aujourd’hui", FR),
    ("appel d'offre", "appels d’offres", FR),
    # accents, ligatures, case
    ("événement", "évènement", FR),
    ("evenement", "événements", FR),
    ("evenements", "évènement", FR),
    ("developpement", "développement", FR),
    ("numerique", "numérique", FR),
    ("strategie", "stratégies", FR),
    ("energie", "ÉNERGIE", FR),
    ("hopital", "hôpital", FR),
    ("francais", "français", FR),
    ("oeuvre", "œuvres", FR),
    ("œuvre", "oeuvre", FR),
    ("noeud", "nœuds", FR),
    ("CŒUR", "coeur", FR),
    ("Muller", "Müller", FR),
    ("Helene", "Hélène", FR),
    ("François", "Francois", FR),
    # number and form
    ("facture", "factures", FR),
    ("facturation", "factures", FR),
    ("marche public", "marchés publics", FR),
    ("réseaux", "réseau", FR),
    ("chevaux", "cheval", FR),
    ("chargée", "chargé", FR),
    ("infirmier", "infirmière", FR),
    ("companies", "company", EN),
    ("running", "run", EN),
    ("meeting", "meetings", FR),
    ("security", "sécurité", FR),
    # inclusive writing
    ("développeur", "développeur·euse", FR),
    ("développeur·euses", "développeur", FR),
    ("développeurs", "développeur·euse·s", FR),
    ("développeur", "développeur/se", FR),
    ("salariés", "salarié·es", FR),
    ("agent", "agent·e·s", FR),
    # names with signs in them
    ("C", "C", FR),
    ("C++", "C++", FR),
    ("c++", "du C++.", FR),
    ("C#", "C#", EN),
    ("F#", "F#", FR),
    (".NET", ".NET", FR),
    ("net", ".NET", FR),
    ("Node.js", "Node.js", FR),
    ("nodejs", "Node.js", EN),
    ("NodeJS", "node.js", FR),
    ("R&D", "R&D", FR),
    ("RD", "R&D", FR),
    ("R&D", "R & D", FR),
    ("CI/CD", "CI/CD", FR),
    ("3D", "3D", FR),
    ("B2B", "B2B", EN),
    ("R", "langage R", FR),
    ("RGPD", "R.G.P.D.", FR),
    ("snake_case", "snake_case", ANY),
    ("ISO 27001", "ISO-27001", FR),
    # joints
    ("e-mail", "email", FR),
    ("email", "e-mail", FR),
    ("rendez-vous", "rendez vous", FR),
    ("rendez-vous", "rendezvous", FR),
    ("prud'hommes", "prudhommes", FR),
    ("post-mortem", "postmortem", EN),
    ("dupont", "jean.dupont@ville.fr", FR),
    ("jean.dupont@ville.fr", "jean.dupont@ville.fr", EN),
    # possessives
    ("customer", "customer's", EN),
    ("customer’s", "customers", EN),
    ("customers'", "customer", EN),
]

APART = [
    ("C", "C++", FR),
    ("C++", "C", FR),
    ("C", "C#", EN),
    ("C#", "C++", FR),
    ("C", "c'est", FR),
    ("D", "d'eau", FR),
    ("de la", "de la", FR),
    ("le", "l'eau", FR),
    ("eau", "beau", FR),
    ("poste", "poser", FR),
    ("université", "univers", FR),
    ("organisation", "organe", FR),
]


def meet(query: str, text: str, language: Language) -> bool:
    held = set(terms(text, language))
    return any(not forms.isdisjoint(held) for forms in query_terms(query))


@pytest.mark.parametrize(("query", "text", "language"), MEET)
def test_these_meet(query: str, text: str, language: Language) -> None:
    assert meet(query, text, language)


@pytest.mark.parametrize(("query", "text", "language"), APART)
def test_these_stay_apart(query: str, text: str, language: Language) -> None:
    assert not meet(query, text, language)


@pytest.mark.parametrize(("query", "text", "language"), MEET)
def test_what_meets_is_marked(query: str, text: str, language: Language) -> None:
    del language  # marks are set whatever it is
    wanted = frozenset().union(*query_terms(query))
    assert any(word_forms(word) & wanted for _, _, word in words(text))


def test_words_stand_where_they_are() -> None:
    text = "L’eau, le C++ (et Node.js) : 3D."
    found = [(word, text[start:end]) for start, end, word in words(text)]
    assert [surface for surface, _ in found] == ["L’eau", "le", "C++", "et", "Node.js", "3D"]
    assert all(surface == at for surface, at in found)


def test_a_blob_is_no_word() -> None:
    assert terms("x" * 101, FR) == []
    assert terms("x" * 100, FR) == ["x" * 100]


def test_a_word_asked_twice_is_looked_for_once() -> None:
    assert len(query_terms("eau Eau l'eau")) == 1
