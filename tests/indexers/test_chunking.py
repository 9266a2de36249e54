from collections.abc import Sequence
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.domain import Passage
from indexers.chunking import MAX_HEADING_CHARS, TARGET_CHARS, chunk, passage_text
from indexers.parsing import Block, BlockKind, blocks_from_text


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def heading(text: str, level: int = 1, page: int | None = None) -> Block:
    return Block(text=text, kind=BlockKind.HEADING, level=level, page=page)


def text(words: int, page: int | None = None) -> Block:
    return Block(text=" ".join(["mot"] * words) + ".", page=page)


def passages_of(*blocks: Block) -> list[Passage]:
    return chunk(blocks, title="T", limit=512, count=count_words)


def test_a_short_text_is_one_passage() -> None:
    assert chunk(blocks_from_text("Un.\n\nDeux."), title="", limit=512, count=count_words) == [
        Passage(text="Un.\nDeux.")
    ]


def test_headings_stay_with_their_text_as_a_path() -> None:
    found = passages_of(
        heading("1. Contexte"), text(100, 1), heading("2. Méthode"), heading("Données", 2),
        text(100, 2), heading("Calcul", 2), text(100, 3),
    )  # fmt: skip
    assert [(p.heading, p.page) for p in found] == [
        ("1. Contexte", 1),
        ("2. Méthode › Données", 2),
        ("2. Méthode › Calcul", 3),
    ]


def test_small_sections_share_a_passage_and_keep_their_headings() -> None:
    found = passages_of(heading("FAQ"), heading("A ?", 2), text(3), heading("B ?", 2), text(3))
    assert found == [Passage(heading="FAQ", text="A ?\nmot mot mot.\nB ?\nmot mot mot.")]


def test_long_sections_at_the_top_never_share_one() -> None:
    found = passages_of(heading("A"), text(100), heading("B"), text(100))
    assert [p.heading for p in found] == ["A", "B"]


def test_a_heading_without_text_is_kept() -> None:
    found = passages_of(heading("Seul"), heading("Autre"), text(100))
    assert " ".join(passage_text("", p) for p in found).split()[:2] == ["Seul", "Autre"]


def test_a_long_paragraph_is_cut_at_the_ends_of_sentences() -> None:
    sentence = "Une phrase de longueur moyenne pour remplir. "
    found = passages_of(Block(text=sentence * 100))
    assert len(found) > 3
    assert all(p.text.endswith(".") and len(p.text) <= TARGET_CHARS for p in found)


def test_no_passage_is_longer_than_the_encoder_takes() -> None:
    found = chunk([text(400)], title="Titre", limit=30, count=count_words)
    assert max(count_words([passage_text("Titre", p) for p in found])) <= 30


def test_counting_is_batched_and_skipped_where_it_is_certain() -> None:
    calls: list[int] = []

    def count(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return count_words(texts)

    chunk([text(5)], title="T", limit=512, count=count)
    assert calls == []
    chunk([text(2000)], title="T", limit=512, count=count)
    assert len(calls) == 1
    assert calls[0] > 5


@pytest.mark.parametrize(
    ("title", "head", "expected"),
    [
        ("Guide", "Achats", "Guide\nAchats\nx"),
        ("Guide", "Guide › Achats", "Guide › Achats\nx"),
        ("", "", "x"),
    ],
)
def test_the_indexed_text_names_title_and_heading_once(
    title: str, head: str, expected: str
) -> None:
    assert passage_text(title, Passage(text="x", heading=head)) == expected


def test_a_heading_whose_path_grows_too_long_before_any_text_is_a_text() -> None:
    outer, inner, innermost = ("outer " * 10, "inner " * 10, "innermost " * 10)
    found = passages_of(heading(outer), heading(inner, 2), heading(innermost, 3), text(100))
    assert [passage.text.split()[0] for passage in found] == ["outer", "mot"]
    assert found[1].heading == f"{inner.strip()} › {innermost.strip()}"


# Every word is unlike any other, so that a lost one is missed.
words = st.integers(0, 10**6).map(lambda n: "".join(ascii_lowercase[int(d)] for d in str(n)))
blocks = st.lists(
    st.builds(
        Block,
        text=st.lists(words, min_size=1, max_size=60).map(" ".join),
        kind=st.sampled_from([BlockKind.TEXT, BlockKind.HEADING, BlockKind.TABLE]),
        level=st.integers(1, 4),
        page=st.none() | st.integers(1, 9),
    ),
    max_size=12,
)


@given(blocks=blocks, limit=st.integers(128, 600))
def test_nothing_is_lost_and_everything_fits(blocks: list[Block], limit: int) -> None:
    found = chunk(blocks, title="Un titre", limit=limit, count=count_words)
    full = [passage_text("Un titre", p) for p in found]
    assert all(length <= limit for length in count_words(full))
    kept = " ".join(full)
    body = iter(word for p in found for word in p.text.split())
    for block in blocks:
        if block.kind is BlockKind.HEADING and len(block.text) <= MAX_HEADING_CHARS:
            assert block.text in kept
        else:
            assert all(word in body for word in block.text.split())  # in order


@given(st.text(max_size=4000))
def test_no_character_of_a_plain_text_is_lost(written: str) -> None:
    found = chunk(blocks_from_text(written), title="", limit=128, count=count_words)
    assert "".join("".join(p.text.split()) for p in found) == "".join(written.split())
