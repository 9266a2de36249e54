"""What a component is worth, and the table that tells it."""

from pathlib import Path

import pytest

from eval.ablation import BEGIN, END, WHOLE, Variation, ablate, page_with, to_markdown
from eval.collection import Collection, Target, Topic
from eval.files import MalformedError
from finder.access import MEMBERS, PUBLIC, Viewer
from finder.query import Mode, Query

VIEWER = Viewer(person=None, principals=frozenset({PUBLIC, MEMBERS}))


class Alphabet:
    """Finds letters: the one asked for first, unless it has been told to look the other way."""

    def __init__(self, *, backwards: bool = False) -> None:
        self._backwards = backwards
        self.asked: set[tuple[Mode, bool]] = set()

    def ranked_people(self, query: Query, _viewer: Viewer) -> list[tuple[str, float]]:
        self.asked.add((query.mode, query.as_typed))
        found = [query.text, "other"]
        return [(letter, 1.0) for letter in (reversed(found) if self._backwards else found)]

    def ranked_records(self, query: Query, viewer: Viewer) -> list[tuple[str, float]]:
        return self.ranked_people(query, viewer)


def collection(target: Target) -> Collection:
    letters = "abcdefgh"
    return Collection(
        name=target,
        target=target,
        language="fr",
        records=Path("records.ndjson"),
        topics=tuple(Topic(id=letter, text=letter) for letter in letters),
        qrels={letter: {letter: 1} for letter in letters},
    )


def test_a_component_is_worth_what_is_lost_without_it() -> None:
    whole, meaning, correction = Alphabet(), Alphabet(), Alphabet()
    variations = {
        WHOLE: Variation(ranker=whole),
        "order": Variation(ranker=Alphabet(backwards=True)),
        "meaning": Variation(ranker=meaning, mode=Mode.WORDS),
        "correction": Variation(ranker=correction, as_typed=True),
    }
    told: list[int] = []
    encoded: list[str] = []
    ablations = [
        ablate(variations, collection(target), VIEWER, encode=encoded.append, progress=told.append)
        for target in ("person", "document")
    ]
    assert told == [1] * 16
    assert encoded == [*"abcdefgh"] * 2
    assert whole.asked == {(Mode.HYBRID, False)}
    assert meaning.asked == {(Mode.WORDS, False)}
    assert correction.asked == {(Mode.HYBRID, True)}
    first = ablations[0]
    assert (first.measure, first.mean) == ("AP", 1.0)
    assert first.worth["order"].gain == pytest.approx(1 - 1 / 2)
    assert first.worth["order"].p < 0.05  # eight gains of eight: 2 ways of 256
    assert not first.worth["meaning"].changed
    table = [line.strip("| ").split(" | ") for line in to_markdown(ablations).splitlines()]
    assert table[0] == ["person AP", "document nDCG@10", "ms"]
    assert table[2][:3] == [WHOLE, "1.000", "1.000"]
    assert table[3][:3] == ["order", "+0.500*", "+0.369*"]  # 1 - 1 / log2(3)
    assert table[4][:3] == ["meaning", "·", "·"]


def test_a_page_gets_another_table_and_keeps_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Worth\n\n{BEGIN}\n\nold\n\n{END}\n\nAfter.\n", encoding="utf-8")
    page.write_text(page_with("| new |", page), encoding="utf-8")
    assert page.read_text() == f"# Worth\n\n{BEGIN}\n\n| new |\n\n{END}\n\nAfter.\n"
    page.write_text(END + BEGIN)
    with pytest.raises(MalformedError, match="must hold <!-- ablation -->"):
        page_with("| new |", page)
