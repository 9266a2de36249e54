"""What is left of a question without its frame is its subject; the frame says for whom it is."""

import pytest

from finder.framing import Frame, Intent, frame_of

QUESTIONS = {
    "qui connaît QGIS ?": "QGIS ?",
    "Qui connait QGIS": "QGIS",
    "qui peut m’expliquer l’accord télétravail ?": "accord télétravail ?",
    "qui peut m'aider sur les marchés publics": "marchés publics",
    "Qui s'occupe de la paie ?": "paie ?",
    "qui s’y connaît en C++ ?": "C++ ?",
    "qui sait faire une analyse d’impact ?": "analyse d’impact ?",
    "qui maîtrise PostgreSQL ?": "PostgreSQL ?",
    "qui est responsable de l’accueil des stagiaires ?": "accueil des stagiaires ?",
    "à qui m’adresser pour une fuite d’eau ?": "fuite d’eau ?",
    "A qui demander un badge ?": "badge ?",
    "je cherche quelqu’un qui connaît les PFAS": "PFAS",
    "quelqu’un parle-t-il allemand ?": "allemand ?",
    "je cherche un collègue qui parle arabe": "arabe",
    "je cherche un expert en hydrologie": "hydrologie",
    "Nous cherchons une personne pour la GMAO": "GMAO",
    "y a-t-il un spécialiste de Power BI ?": "Power BI ?",
    "est-ce que quelqu’un sait configurer SAP ?": "configurer SAP ?",
    "quelqu'un connaît-il un bon traiteur ?": "bon traiteur ?",
    "connaissez-vous un référent RGPD ?": "RGPD ?",
    "j’ai besoin d’aide sur Excel": "Excel",
    "pouvez-vous m’aider avec Chorus Pro ?": "Chorus Pro ?",
    "comment déclarer un accident de trajet ?": "déclarer un accident de trajet ?",
    "où trouver la charte graphique ?": "charte graphique ?",
    "où est la note sur le télétravail ?": "note sur le télétravail ?",
    "quelle est la procédure d’achat ?": "procédure d’achat ?",
    "peut-on enregistrer les appels ?": "enregistrer les appels ?",
    "who knows about flood forecasting?": "flood forecasting?",
    "Who can help with an old .NET application?": "old .NET application?",
    "who works on heat pumps": "heat pumps",
    "does anyone speak German?": "German?",
    "who is in charge of payroll?": "payroll?",
    "is there anyone who knows Kubernetes?": "Kubernetes?",
    "does anyone have experience with Power BI?": "Power BI?",
    "I'm looking for someone who knows R": "R",
    "I am looking for an expert in water treatment": "water treatment",
    "we need a person for GIS": "GIS",
    "can you help me with LDAP?": "LDAP?",
    "how do I claim expenses?": "claim expenses?",
    "how to reset a badge": "reset a badge",
    "where can I find the travel policy?": "travel policy?",
    "what is the notice period?": "notice period?",
    "qui connaît l’aide sociale à l’enfance ?": "aide sociale à l’enfance ?",
    "who knows about work permits?": "work permits?",
    "qui s’occupe des personnes âgées ?": "personnes âgées ?",
    "which colleague knows Terraform?": "Terraform?",
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
]


@pytest.mark.parametrize(("question", "subject"), QUESTIONS.items())
def test_a_question_loses_its_frame(question: str, subject: str) -> None:
    assert question[frame_of(question).length :] == subject


@pytest.mark.parametrize("query", SUBJECTS)
def test_what_is_no_question_stays_whole(query: str) -> None:
    assert frame_of(query) == Frame(0, None)


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
        "j’ai besoin d’aide sur Excel": None,
        "PostgreSQL performance": None,
    }.items(),
)
def test_a_question_says_whether_it_asks_for_people_or_documents(
    question: str, intent: Intent | None
) -> None:
    assert frame_of(question).intent is intent
