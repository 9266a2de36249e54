import gzip
import json
import os
from itertools import islice
from pathlib import Path

import pytest

from finder.domain import Language
from models.language import LangidDetector

FRENCH, ENGLISH, OTHER = Language.FRENCH, Language.ENGLISH, Language.OTHER
SHARED = Path(os.environ.get("FINDER_SHARED", Path(__file__).parents[2] / "../shared"))


@pytest.fixture(scope="module")
def detector() -> LangidDetector:
    return LangidDetector()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Qui connaît la facturation électronique ?", FRENCH),
        ("Réunion d'équipe lundi à dix heures", FRENCH),
        ("Le déploiement sur Kubernetes échoue depuis hier, quelqu'un a une idée ?", FRENCH),
        ("RÉUNION D'ÉQUIPE LUNDI À DIX HEURES", FRENCH),
        ("Who knows about electronic invoicing?", ENGLISH),
        ("The deployment on Kubernetes has been failing since yesterday", ENGLISH),
        ("Die Versammlung findet am Montag im großen Saal statt", OTHER),
        ("¿Quién sabe cómo pagar la factura electrónica?", OTHER),
        ("La reunión se celebrará el lunes en la sala grande", OTHER),
        ("La riunione si terrà lunedì nella sala grande", OTHER),
        ("Wie heeft er verstand van elektronische facturatie?", OTHER),
        ("A reunião será na segunda-feira na sala grande", OTHER),
        ("Встреча состоится в понедельник в большом зале", OTHER),
        ("会议将于星期一在大厅举行,请大家准时参加", OTHER),
        ("", OTHER),
        ("OK merci", OTHER),
        ("12345 67890 12345 67890", OTHER),
    ],
)
def test_language(detector: LangidDetector, text: str, language: Language) -> None:
    assert detector.detect(text) is language


@pytest.mark.shared
@pytest.mark.parametrize(
    ("collection", "language"),
    [("docs-fquad", FRENCH), ("docs-spf", FRENCH), ("docs-cranfield", ENGLISH)],
)
def test_language_of_a_collection(
    detector: LangidDetector, collection: str, language: Language
) -> None:
    path = SHARED / "collections" / collection / "records.ndjson.gz"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in islice(lines, 2_000)]
    texts = [" ".join(str(record.get("text", "")).split()[:25]) for record in records]
    found = [detector.detect(text) for text in texts if len(text) > 100]
    assert len(found) > 100
    assert found.count(language) / len(found) > 0.98
