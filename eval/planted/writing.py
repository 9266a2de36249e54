"""Texts about a theme: by who knows, by who asks, by who only mentions it, and about nothing."""

from dataclasses import dataclass

import numpy as np

from eval.planted.wording import Theme, Wording, bare
from finder.domain import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a text is about, and in which language.

    Attributes:
        theme: The side of a subject.
        language: Of the text.
        alias: Whether the subject goes by its other name.
    """

    theme: Theme
    language: Language
    alias: bool = False

    @property
    def names(self) -> dict[str, str]:
        """The names that sentences leave open."""
        matter, language = self.theme.subject, self.language
        subject = (matter.alias if self.alias else matter.name)[language]
        aspect = self.theme.aspect.name[language]
        return {
            "subject": subject,
            "aspect": aspect,
            "Subject": bare(subject),
            "Aspect": bare(aspect),
        }


class Writer:
    """Draws sentences and fills them in.

    Args:
        wording: What there is to draw from.
        random: Draws.
    """

    def __init__(self, wording: Wording, random: np.random.Generator) -> None:
        self._wording = wording
        self._random = random

    def knowing(self, about: About, *, sentences: int) -> str:
        """By who knows, without a name: each sentence links terms of both sides."""
        frames = self._drawn(self._frames("knowing", about.language), sentences)
        terms = (
            matter.terms[about.language] for matter in (about.theme.subject, about.theme.aspect)
        )
        of_subject, of_aspect = (self._drawn(each, sentences) for each in terms)
        filled = (
            frame.format(s=s, a=a)
            for frame, s, a in zip(frames, of_subject, of_aspect, strict=True)
        )
        return " ".join(sentence[:1].upper() + sentence[1:] for sentence in filled)

    def sentence(self, kind: str, about: About, **others: str) -> str:
        """One of a kind.

        Args:
            kind: As ``sentences.toml`` calls it.
            about: What it names.
            others: What else it leaves open.
        """
        frame = self._choice(self._frames(kind, about.language))
        terms = {
            letter: self._choice(matter.terms[about.language])
            for letter, matter in (("s", about.theme.subject), ("a", about.theme.aspect))
        }
        return frame.format_map(about.names | terms | others)

    def question(self, about: About, form: int) -> str:
        """As somebody types it.

        Args:
            about: What is asked.
            form: Which of the forms, counted round and round; the same in every language.
        """
        forms = self._frames("questions", about.language)
        return forms[form % len(forms)].format_map(about.names)

    def digest(self, language: Language, themes: list[Theme]) -> str:
        """A newsletter that names themes and says nothing about them."""
        sentences = self._wording.sentences[language]
        items = (
            sentences["digest_item"].format_map(About(theme=theme, language=language).names)
            for theme in themes
        )
        filled: str = sentences["digest"].format(items="; ".join(items))
        return filled

    def chatter(self, language: Language, *, sentences: int) -> str:
        """About nothing that anybody would ask."""
        return " ".join(self._drawn(self._frames("chatter", language), sentences))

    def _frames(self, kind: str, language: Language) -> tuple[str, ...]:
        return tuple(self._wording.sentences[language][kind])

    def _choice(self, options: tuple[str, ...]) -> str:
        return options[int(self._random.integers(len(options)))]

    def _drawn(self, options: tuple[str, ...], count: int) -> list[str]:
        """Different ones, as long as there are any."""
        order = [self._random.permutation(len(options)) for _ in range(-(-count // len(options)))]
        return [options[place] for place in np.concatenate(order)[:count].tolist()]
