"""Everything that is timed, in one run on one made-up organisation."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from api.assembly import build_encoder
from api.bench.asking import WARM_UP, ask
from api.bench.filling import fill_by_hashing, fill_by_model
from api.bench.posting import fill_posts
from api.bench.serving import serve
from api.bench.starting import start
from api.progress import Progress
from api.settings import Settings
from eval.bench.corpus import Organisation, queries
from eval.bench.report import Figure

ENCODED = 1_500
"""Passages that the model itself encodes: half a minute of two cores."""
ASKED = 200
"""Queries whose answers are timed, and as many that the server answers after the one that it
starts with; of a smaller corpus, no more than it has passages."""


def measure_speed(settings: Settings, *, passages: int, progress: Progress) -> Iterator[Figure]:
    """Fill, ask, serve and start, with the encoder that is configured.

    Nothing of the configured data folder is read or changed.

    Args:
        settings: How Finder is configured.
        passages: How many passages are searched; small posts are twice as many.
        progress: Shows how far each step is.
    """
    whole = Organisation(passages=passages)
    part = Organisation(passages=min(passages, ENCODED))
    timed = WARM_UP + min(passages, ASKED)
    drawn = queries(whole, 2 * timed + 1 - WARM_UP)
    asked, served = drawn[:timed], drawn[timed:]
    encoder = build_encoder(settings.encoder)
    yield from start(progress)
    with tempfile.TemporaryDirectory(prefix="finder-bench-") as folder:
        large = settings.model_copy(update={"data": Path(folder, "large")})
        posts = settings.model_copy(update={"data": Path(folder, "posts")})
        small = settings.model_copy(update={"data": Path(folder, "small")})
        yield fill_by_hashing(large, whole, encoder=encoder, progress=progress)
        yield from fill_posts(posts, posts=2 * passages, progress=progress)
        yield fill_by_model(small, part, encoder=encoder, progress=progress)
        yield from ask(large, asked, encoder=encoder, progress=progress)
        yield from serve(large.data, served, progress)
