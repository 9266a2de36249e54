import pytest

from finder.framing import frame_length

FRAMED = (
    # The frame, and what the question is about.
    "Qui connaît |QGIS ?",
    "qui connait |QGIS",
    "Qui connaît bien |les marchés publics ?",
    "Quelqu’un connaît |Power BI ?",
    "Est-ce que quelqu'un connaît |.NET ?",
    "Y a-t-il quelqu’un qui maîtrise |C++ ?",
    "Qui peut m’aider sur |la paie ?",
    "qui peut m'aider avec |R ?",
    "Qui pourrait nous aider à |migrer vers PostgreSQL ?",
    "qui peut m’expliquer |l’accord télétravail ?",
    "Qui s’occupe de |la facturation électronique ?",
    "Qui s'occupe d'|urbanisme ?",
    "qui s’occupe des |badges",
    "Qui s’y connaît en |droit du travail ?",
    "Qui travaille sur |les PFAS ?",
    "Qui a déjà travaillé avec |Chorus Pro ?",
    "Qui est l’expert en |cybersécurité ?",
    "qui est le référent |RGPD ?",
    "À qui m’adresser pour |un arrêt maladie ?",
    "a qui s'adresser pour |un congé",
    "Qui contacter pour |une fuite d’eau ?",
    "Je cherche quelqu’un qui connaît |le RGPD",
    "je cherche quelqu'un sur |Kubernetes",
    "Je recherche une personne qui maîtrise |SAP",
    "Nous cherchons un expert en |hydraulique",
    "un expert en |hydraulique",
    "une spécialiste de |la commande publique",
    "Je cherche |le formulaire de congés",
    "Comment faire pour |déclarer un accident ?",
    "Comment puis-je |changer mon mot de passe ?",
    "comment peut-on |poser un congé",
    "Où trouver |le modèle de lettre ?",
    "Ou trouver |le modèle de lettre ?",
    "Où puis-je trouver |la charte ?",
    "Bonjour, savez-vous qui s’occupe de |la paie ?",
    "Bonjour à tous, je cherche quelqu’un qui s’occupe du |parc automobile",
    "Pouvez-vous me dire où se trouve |le plan de crise ?",
    "Who knows |QGIS?",
    "Who knows about |flood forecasting?",
    "Does anyone know about |e-invoicing?",
    "who can help me with |an old .NET application?",
    "Who can help with |SAP?",
    "Who is in charge of |payroll?",
    "Who should I ask about |travel expenses?",
    "I’m looking for someone who knows |Rust",
    "I'm looking for someone with experience in |procurement",
    "We are looking for an expert in |hydraulics",
    "an expert on |water quality",
    "Hello, how do I |reset my password?",
    "How to |report an accident",
    "How can we |encrypt a disk?",
    "Where can I find |the travel policy?",
)
WHOLE = (
    "facturation électronique",
    "qui peut m’aider ?",
    "Qui connaît le",
    "who can help me with this?",
    "Bonjour",
    "comment",
    "how to",
    "comment moderation policy",
    "experts",
    "expert-comptable",
    "Où",
    "who’s who",
    "howtos",
    "Comment déclarer un accident du travail ?",
    "Où est exposé le cylindre de Cyrus ?",
    "Qui est responsable des dégradations ?",
    "plan de crise : qui s’occupe de quoi",
    "expertise en hydraulique",
    "Quelles sont les aides au logement ?",
)


@pytest.mark.parametrize("question", FRAMED)
def test_what_frames_a_question_is_told_from_what_it_is_about(question: str) -> None:
    frame, about = question.split("|")
    assert (frame + about)[frame_length(frame + about) :] == about


@pytest.mark.parametrize("question", WHOLE)
def test_what_is_no_frame_and_a_frame_around_nothing_stay(question: str) -> None:
    assert frame_length(question) == 0
