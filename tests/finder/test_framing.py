"""What is left of a question without its frame is its subject; the frame says for whom it is."""

import pytest

from finder.framing import Frame, Intent, frame_of, without_courtesy

QUESTIONS = {
    "qui connaît QGIS ?": "QGIS",
    "Qui connait QGIS": "QGIS",
    "qui peut m’expliquer l’accord télétravail ?": "accord télétravail",
    "qui peut m'aider sur les marchés publics": "marchés publics",
    "Qui s'occupe de la paie ?": "paie",
    "qui s’y connaît en C++ ?": "C++",
    "qui sait faire une analyse d’impact ?": "analyse d’impact",
    "qui maîtrise PostgreSQL ?": "PostgreSQL",
    "qui est responsable de l’accueil des stagiaires ?": "accueil des stagiaires",
    "à qui m’adresser pour une fuite d’eau ?": "fuite d’eau",
    "A qui demander un badge ?": "badge",
    "je cherche quelqu’un qui connaît les PFAS": "PFAS",
    "quelqu’un parle-t-il allemand ?": "allemand",
    "je cherche un collègue qui parle arabe": "arabe",
    "je cherche un expert en hydrologie": "hydrologie",
    "Nous cherchons une personne pour la GMAO": "GMAO",
    "y a-t-il un spécialiste de Power BI ?": "Power BI",
    "est-ce que quelqu’un sait configurer SAP ?": "configurer SAP",
    "quelqu'un connaît-il un bon traiteur ?": "bon traiteur",
    "connaissez-vous un référent RGPD ?": "RGPD",
    "j’ai besoin d’aide sur Excel": "Excel",
    "pouvez-vous m’aider avec Chorus Pro ?": "Chorus Pro",
    "comment déclarer un accident de trajet ?": "déclarer un accident de trajet",
    "où trouver la charte graphique ?": "charte graphique",
    "où est la note sur le télétravail ?": "note sur le télétravail",
    "quelle est la procédure d’achat ?": "procédure d’achat",
    "peut-on enregistrer les appels ?": "enregistrer les appels",
    "who knows about flood forecasting?": "flood forecasting",
    "Who can help with an old .NET application?": "old .NET application",
    "who works on heat pumps": "heat pumps",
    "does anyone speak German?": "German",
    "who is in charge of payroll?": "payroll",
    "is there anyone who knows Kubernetes?": "Kubernetes",
    "does anyone have experience with Power BI?": "Power BI",
    "I'm looking for someone who knows R": "R",
    "I am looking for an expert in water treatment": "water treatment",
    "we need a person for GIS": "GIS",
    "can you help me with LDAP?": "LDAP",
    "how do I claim expenses?": "claim expenses",
    "how to reset a badge": "reset a badge",
    "where can I find the travel policy?": "travel policy",
    "what is the notice period?": "notice period",
    "qui connaît l’aide sociale à l’enfance ?": "aide sociale à l’enfance",
    "who knows about work permits?": "work permits",
    "qui s’occupe des personnes âgées ?": "personnes âgées",
    "which colleague knows Terraform?": "Terraform",
    "je cherche des informations sur le CSE": "CSE",
    "besoin d’aide pour Excel": "Excel",
    "un expert en hydrologie": "hydrologie",
    "une collègue qui connaît C++": "C++",
    "les meilleurs experts en .NET": ".NET",
    "help with .NET": ".NET",
    "any expert on R?": "R",
    "best person to ask about GIS": "GIS",
    "who has worked on heat pumps?": "heat pumps",
    "je voudrais savoir comment poser un congé": "poser un congé",
    "qui sait comment déclarer un accident ?": "déclarer un accident",
    "est-ce que vous avez des infos sur le RGPD ?": "RGPD",
    "where can I find information about grants?": "grants",
    "tout savoir sur la GPEC": "GPEC",
    "c’est quoi le CSE ?": "CSE",
    "fuite d’eau, que faire ?": "fuite d’eau",
    "C++, qui contacter ?": "C++",
    "PostgreSQL : à qui m’adresser ?": "PostgreSQL",
    "Kubernetes, anyone?": "Kubernetes",
}

SUBJECTS = [
    "PostgreSQL performance",
    "expert judiciaire",
    "aide sociale à l’enfance",
    "connaissance du patrimoine",
    "knowledge management",
    "help desk",
    "responsable de la paie",
    "qui",
    "qui connaît",
    "who",
    "Comment faire ?",
    "C++",
    "?",
    "expert comptable",
    "système d’information",
    "information préoccupante",
    "recherche de fuites",
    "rapport du STP",
    ".NET",
]


@pytest.mark.parametrize(("question", "subject"), QUESTIONS.items())
def test_a_question_loses_its_frame(question: str, subject: str) -> None:
    start, end, _ = frame_of(question)
    assert question[start:end] == subject


@pytest.mark.parametrize("query", SUBJECTS)
def test_what_is_no_question_stays_whole(query: str) -> None:
    assert frame_of(query) == Frame(0, len(query), None)


@pytest.mark.parametrize(
    ("question", "intent"),
    {
        "qui connaît QGIS ?": Intent.PEOPLE,
        "je cherche un expert en hydrologie": Intent.PEOPLE,
        "y a-t-il un spécialiste de Power BI ?": Intent.PEOPLE,
        "comment trouver quelqu’un pour un abattage ?": Intent.PEOPLE,
        "is there anyone who knows Kubernetes?": Intent.PEOPLE,
        "we need a person for GIS": Intent.PEOPLE,
        "comment déclarer un accident de trajet ?": Intent.DOCUMENTS,
        "où est la note sur le télétravail ?": Intent.DOCUMENTS,
        "quelle est la procédure d’achat ?": Intent.DOCUMENTS,
        "how to reset a badge": Intent.DOCUMENTS,
        "where can I find the travel policy?": Intent.DOCUMENTS,
        "Kubernetes, anyone?": Intent.PEOPLE,
        "qui sait comment déclarer un accident ?": Intent.PEOPLE,
        "qui connaît la GPEC, comment faire ?": Intent.PEOPLE,
        "fuite d’eau, que faire ?": Intent.DOCUMENTS,
        "je cherche des informations sur le CSE": Intent.DOCUMENTS,
        "j’ai besoin d’aide sur Excel": None,
        "PostgreSQL performance": None,
    }.items(),
)
def test_a_question_says_whether_it_asks_for_people_or_documents(
    question: str, intent: Intent | None
) -> None:
    assert frame_of(question).intent is intent


@pytest.mark.parametrize(
    ("typed", "left"),
    {
        "bonjour, qui peut m’aider sur SAP ? Merci d’avance": "qui peut m’aider sur SAP ?",
        "Bonjour à tous, j’ai perdu mon badge, svp merci": "j’ai perdu mon badge",
        "hi all, does anyone know Rust? Thanks": "does anyone know Rust?",
        "C++ chez nous": "C++",
        "Hello .NET": ".NET",
        "merci": "merci",
        "Bonjour !": "Bonjour !",
        "salut, merci": "salut, merci",
        "hi-fi": "hi-fi",
        "fuite d’eau": "fuite d’eau",
        "?": "?",
    }.items(),
)
def test_a_query_loses_its_greeting_and_thanks(typed: str, left: str) -> None:
    assert without_courtesy(typed) == left
