"""What is asked of a planted organisation, and what is true of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from eval.collection import Topic
from eval.planted.mistakes import mistyped
from eval.planted.naming import spellings
from eval.planted.organisation import Organisation
from eval.planted.scenarios import SCENARIOS, Scene, plain
from eval.planted.wording import LANGUAGES, Theme
from eval.planted.writing import About
from finder.domain import Language

TOPICS_A_CLASS = 8
NAMES_A_FORM = 4
ENGLISH_EVERY = 3
"""Of the scenes one in so many is written and asked in English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A topic, and what should be found; gains by id.

    Attributes:
        topic: Its id is ``class-number``.
        language: In which it is asked.
        people: Who should be found by everybody.
        insiders: Who should be found by those in the private groups, where it is somebody else.
        answers: The posts and documents that should be found.
    """

    topic: Topic
    language: Language
    people: Mapping[str, int]
    insiders: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, int] = field(default_factory=dict)


def ask_for_experts(organisation: Organisation, themes: Iterator[Theme]) -> Iterator[Question]:
    """Play every scenario and ask about it; then scenes that are asked about in other words.

    Args:
        organisation: Where they play.
        themes: Of which each scene takes one.
    """
    for name, scenario in SCENARIOS.items():
        for number in range(TOPICS_A_CLASS):
            about = About(theme=next(themes), language=_language(number))
            scene = Scene(organisation, about, number)
            scenario(scene)
            yield _question(scene, name, about, number)
    for number in range(TOPICS_A_CLASS):
        scene = _plain(organisation, next(themes), _language(number), number)
        yield _question(scene, "paraphrase", replace(scene.about, alias=True), number)


def ask_across_languages(organisation: Organisation, themes: Iterator[Theme]) -> Iterator[Question]:
    """Scenes in each language, asked about in the same and in the other."""
    for number in range(TOPICS_A_CLASS):
        for written in LANGUAGES:
            scene = _plain(organisation, next(themes), written, number)
            for asked in LANGUAGES:
                name = f"same-{written}" if asked is written else f"cross-{asked}-{written}"
                yield _question(scene, name, replace(scene.about, language=asked), number)


def ask_for_names(organisation: Organisation) -> Iterator[Question]:
    """People asked for by name."""
    names = {person: organisation.name(person) for person in organisation.people}
    for number, (form, text, person) in enumerate(spellings(names, NAMES_A_FORM)):
        topic = Topic(id=f"name-{form}-{number:02}", text=text)
        yield Question(topic=topic, language=Language.FRENCH, people={person: 1})


def mistype(questions: Iterable[Question], random: np.random.Generator) -> Iterator[Question]:
    """Each question once for each of its words, that word with one mistake."""
    for question in questions:
        texts = mistyped(question.topic.text, question.language, random)
        for number, text in enumerate(texts):
            topic = Topic(id=f"{question.topic.id}-{number}", text=text)
            yield replace(question, topic=topic)


def _plain(organisation: Organisation, theme: Theme, language: Language, number: int) -> Scene:
    scene = Scene(organisation, About(theme=theme, language=language), number)
    plain(scene)
    return scene


def _question(scene: Scene, name: str, about: About, number: int) -> Question:
    text = scene.organisation.writer.question(about, number)
    return Question(
        topic=Topic(id=f"{name}-{number:02}", text=text),
        language=about.language,
        people=dict.fromkeys(scene.experts, 1),
        insiders=dict.fromkeys(scene.insiders, 1),
        answers=scene.answers,
    )


def _language(number: int) -> Language:
    english = number % ENGLISH_EVERY == ENGLISH_EVERY - 1
    return Language.ENGLISH if english else Language.FRENCH
