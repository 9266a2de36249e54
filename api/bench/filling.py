"""How fast records go in."""

from pathlib import Path

import numpy as np

from api.assembly import Installation
from api.bench.encoders import HashedPassages
from api.http.answers import title_of
from api.progress import Progress
from api.settings import Settings
from eval.bench.corpus import Organisation, write_records
from eval.bench.report import Figure
from eval.bench.timing import seconds_of
from finder.domain import Passage
from finder.ports import Encoder
from indexers.catalogue.database import Database
from indexers.catalogue.library import SqlLibrary
from indexers.dense.encoding import texts_of
from indexers.dense.tokens import token_signs
from indexers.pipeline import Pipeline
from indexers.sources.ndjson import NdjsonSource

_RECORDS = "records.ndjson"
_PURPOSE = "finder bench"
_LETTERS_TO_A_TOKEN = 6
"""Of those that are kept, in FQuAD."""
_TOKENS_BY_CHANCE = """
    UPDATE vectors SET tokens = randomblob(
        ? * ((SELECT length(text) FROM passages WHERE passages.id = passage) / ?)
    )
"""


def fill_by_hashing(
    settings: Settings, organisation: Organisation, *, encoder: Encoder, progress: Progress
) -> Figure:
    """Fill the data folder that the settings name, with hashed vectors of the encoder's length.

    What is timed is all that filling does beside encoding: catalogue, words, storing vectors.
    """
    records = _write(settings.data, organisation)
    with (
        Installation(settings, encoder=HashedPassages(encoder)) as installation,
        installation.filling(_PURPOSE) as pipeline,
    ):
        taken = seconds_of(lambda: _ingest(pipeline, records, organisation, progress))
        taken += seconds_of(lambda: _encode(pipeline, organisation, progress))
        passages = _passages(installation)
        _give_tokens(installation.database, width=encoder.identity.dimension)
    return Figure(
        name=f"filling {passages:,} passages, encoding by hashing",
        value=passages / taken,
        unit="passages/s",
        target=2_000.0,
        at_most=False,
    )


def fill_by_model(
    settings: Settings, organisation: Organisation, *, encoder: Encoder, progress: Progress
) -> Figure:
    """Fill the data folder that the settings name, and compare with encoding alone.

    The encoder's own time is that for the same texts, all at once, right before and right after
    the pipeline encodes them, so that a machine which slows down or speeds up favours neither.
    """
    records = _write(settings.data, organisation)
    with (
        Installation(settings, encoder=encoder) as installation,
        installation.filling(_PURPOSE) as pipeline,
    ):
        whole = seconds_of(lambda: _ingest(pipeline, records, organisation, progress))
        texts = _encoded_texts(installation.library)
        before = _own_time(encoder, texts, progress)
        whole += seconds_of(lambda: _encode(pipeline, organisation, progress))
        after = _own_time(encoder, texts, progress)
        passages = _passages(installation)
    return Figure(
        name=f"filling {passages:,} passages, to the encoder's own time",
        value=whole / ((before + after) / 2),
        unit="x",
        target=1.15,
        at_most=True,
    )


def _write(folder: Path, organisation: Organisation) -> Path:
    folder.mkdir()
    write_records(organisation, folder / _RECORDS)
    return folder / _RECORDS


def _ingest(
    pipeline: Pipeline, records: Path, organisation: Organisation, progress: Progress
) -> None:
    with progress("Filling", organisation.passages, unit="passages") as advance:
        for outcome in pipeline.ingest(NdjsonSource(records)):
            advance(outcome.passages)


def _encode(pipeline: Pipeline, organisation: Organisation, progress: Progress) -> None:
    with progress("Encoding", organisation.passages, unit="passages") as advance:
        pipeline.encode(advance)


def _own_time(encoder: Encoder, texts: list[str], progress: Progress) -> float:
    with progress("Encoding, nothing else", len(texts), unit="passages") as advance:
        taken = seconds_of(lambda: encoder.encode_passages(texts))
        advance(len(texts))
        return taken


def _give_tokens(database: Database, *, width: int) -> None:
    """Signs by chance, as many as a model's tokens have, so that searches have them to compare."""
    size = token_signs(np.zeros((1, width), dtype=np.float16)).nbytes
    with database.writing() as connection:
        connection.exec_driver_sql(_TOKENS_BY_CHANCE, (size, _LETTERS_TO_A_TOKEN))


def _passages(installation: Installation) -> int:
    return len(installation.library.corpus().passages)


def _encoded_texts(library: SqlLibrary) -> list[str]:
    """What the pipeline hands to the encoder."""
    corpus = library.corpus()
    stored = library.passages(corpus.passages.tolist())
    records = library.records(corpus.records.tolist())
    owners = corpus.records[corpus.passage_record].tolist()
    return [
        text
        for passage, owner in zip(corpus.passages.tolist(), owners, strict=True)
        for text in texts_of(
            title_of(records[owner].record),
            Passage(text=stored[passage].text, heading=stored[passage].heading),
        )
    ]
