"""Either index is made again beside the one that answers, and takes its place at once."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest
from organisation import Given, NewOrganisation, Organisation
from sqlalchemy import func, select

from finder.domain import Deletion, Kind, Post, RecordKey
from finder.errors import BusyError, StorageError
from finder.ports import Vectors
from finder.query import Mode
from indexers.catalogue.database import set_fact
from indexers.catalogue.remaking import is_unfinished
from indexers.catalogue.schema import terms, vectors
from indexers.dense.making import VECTORS, passages_to_encode, remake_vectors
from indexers.dense.writer import awaiting_vectors
from indexers.lexical.making import ANALYSER, TERMS, passages_to_count, remake_words
from indexers.lock import current_holder, rebuilding
from indexers.mending import differences
from indexers.parsing import ParserPool
from models.hashing import HashingEncoder

ROOT = Path(__file__).parents[2]
POSTS = tuple(Post(id=str(n), text=f"la facture numero{n}", language="fr") for n in range(1_500))

Answers = list[tuple[str, float]]


def answers(organisation: Organisation, mode: Mode) -> Answers:
    """The best of them: of a thousand that are equally bad, any may be left out."""
    found = organisation.search("facture numero7", mode=mode).items
    return [(item.key.id, item.score) for item in found[:20]]


class StoppedError(Exception):
    """What a test ends a rebuild with."""


def after(steps: int, act: Callable[[], None]) -> Callable[[int], None]:
    """Acts once so many steps were told."""
    told: list[int] = []

    def progress(_count: int) -> None:
        told.append(_count)
        if len(told) == steps:
            act()

    return progress


def interrupt() -> None:
    raise StoppedError


def rebuild(organisation: Organisation, progress: Callable[[int], None] | None = None) -> None:
    remake_words(organisation.database, progress)
    remake_vectors(organisation.database, organisation.encoder, progress)


def test_the_former_index_answers_until_the_new_one_is_whole(organisation: Organisation) -> None:
    organisation.take(*POSTS)
    before = {mode: answers(organisation, mode) for mode in Mode}
    looked: list[bool] = []

    def look(_count: int) -> None:
        looked.append(all(answers(organisation, mode) == before[mode] for mode in Mode))

    rebuild(organisation, look)
    assert len(looked) >= 5
    assert all(looked)
    assert {mode: answers(organisation, mode) for mode in Mode} == before
    assert differences(organisation.database) == []


def test_what_comes_and_goes_meanwhile_is_in_the_new_index(organisation: Organisation) -> None:
    organisation.take(*POSTS)

    def change() -> None:
        organisation.take(
            Post(id="new", text="la pluie nouvelle", language="fr"),
            Post(id="3", text="la facture changée", language="fr"),
            Deletion(target=RecordKey(Kind.POST, "4")),
            Deletion(target=RecordKey(Kind.POST, "1499")),
        )

    remake_words(organisation.database, after(1, change))
    assert organisation.found("pluie nouvelle") == ["new"]
    assert organisation.found("changée") == ["3"]
    assert all(str(n) not in organisation.found(f"numero{n}") for n in (3, 4, 1499))

    def change_again() -> None:
        organisation.take(
            Post(id="newer", text="la neige nouvelle", language="fr"),
            Deletion(target=RecordKey(Kind.POST, "new")),
        )

    remake_vectors(organisation.database, organisation.encoder, after(2, change_again))
    organisation.pipeline.encode()
    assert organisation.found("neige nouvelle", mode=Mode.MEANING)[0] == "newer"
    assert "new" not in organisation.found("pluie nouvelle", mode=Mode.MEANING)
    assert awaiting_vectors(organisation.database) == 0
    assert differences(organisation.database) == []


def test_what_comes_last_awaits_its_vector(organisation: Organisation) -> None:
    organisation.take(*POSTS[:10])
    new = Given((Post(id="new", text="la pluie", language="fr"),))
    last = after(1, lambda: list(organisation.pipeline.ingest(new)) and None)
    remake_vectors(organisation.database, organisation.encoder, last)
    assert awaiting_vectors(organisation.database) == 1
    assert differences(organisation.database) == []
    organisation.pipeline.encode()
    assert organisation.found("pluie", mode=Mode.MEANING)[0] == "new"


@pytest.mark.parametrize("table", [TERMS, VECTORS])
def test_an_interrupted_rebuild_goes_on(organisation: Organisation, table: str) -> None:
    organisation.take(*POSTS)
    before = {mode: answers(organisation, mode) for mode in Mode}
    database, encoder = organisation.database, organisation.encoder
    if table == TERMS:
        remake = partial(remake_words, database)
        left_to_do = partial(passages_to_count, database)
    else:
        remake = partial(remake_vectors, database, encoder)
        left_to_do = partial(passages_to_encode, database, encoder)
    with pytest.raises(StoppedError):
        remake(after(2, interrupt))
    with organisation.database.reading() as connection:
        assert is_unfinished(connection, table)
    assert {mode: answers(organisation, mode) for mode in Mode} == before
    left = left_to_do()
    assert 0 < left < len(POSTS)
    told: list[int] = []
    remake(told.append)
    assert sum(told) == left
    with organisation.database.reading() as connection:
        assert not is_unfinished(connection, table)
        for made in (terms, vectors):
            count = connection.execute(select(func.count()).select_from(made)).scalar_one()
            assert count == len(POSTS)
    assert {mode: answers(organisation, mode) for mode in Mode} == before


def test_what_another_encoder_began_is_begun_anew(
    organisation: Organisation, parsers: ParserPool
) -> None:
    organisation.take(*POSTS[:600])
    with pytest.raises(StoppedError):
        remake_vectors(organisation.database, HashingEncoder(64), after(1, interrupt))
    other = HashingEncoder(128)
    assert passages_to_encode(organisation.database, other) == 600
    remake_vectors(organisation.database, other)
    again = Organisation(organisation.folder, parsers, encoder=other)
    assert again.found("numero7", mode=Mode.MEANING)[0] == "7"
    again.close()


def test_whoever_has_the_former_encoder_is_told(organisation: Organisation) -> None:
    organisation.take(*POSTS[:10])
    assert organisation.found("numero7", mode=Mode.MEANING)[0] == "7"
    list(organisation.pipeline.ingest(Given((Post(id="new", text="la pluie"),))))
    remake_vectors(organisation.database, HashingEncoder(64))
    with pytest.raises(StorageError, match="made again by another encoder"):
        organisation.found("numero7", mode=Mode.MEANING)
    with pytest.raises(StorageError, match="made by the encoder hashing"):
        organisation.take(Post(id="newer", text="la neige"))
    assert organisation.found("numero7")[0] == "7"


def test_vectors_of_another_encoder_never_go_in(new_organisation: NewOrganisation) -> None:
    class Overtaken(HashingEncoder):
        """While it encodes, somebody else makes all vectors again."""

        def encode_passages(self, texts: Sequence[str]) -> Vectors:
            if "la pluie" in texts:
                remake_vectors(organisation.database, HashingEncoder(64))
            return super().encode_passages(texts)

    organisation = new_organisation(encoder=Overtaken())
    organisation.take(*POSTS[:5])
    with pytest.raises(StorageError, match="rebuild meaning"):
        organisation.take(Post(id="new", text="la pluie"))
    sizes = organisation.database.look_up("SELECT DISTINCT length(data) FROM vectors")
    assert sizes == [(64,)]


def test_readers_see_one_index_or_the_other(organisation: Organisation) -> None:
    organisation.take(*POSTS[:300])
    before = {mode: answers(organisation, mode) for mode in Mode}
    done, wrong = Event(), list[object]()

    def look() -> None:
        try:
            while not done.is_set():
                wrong.extend(mode for mode in Mode if answers(organisation, mode) != before[mode])
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must show it
            wrong.append(error)

    threads = [Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        rebuild(organisation)
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_one_rebuilds_at_a_time_beside_whoever_writes(organisation: Organisation) -> None:
    with rebuilding(organisation.folder, "finder rebuild"):
        assert current_holder(organisation.folder) is None
        with (
            pytest.raises(BusyError, match="finder rebuild"),
            rebuilding(organisation.folder, "another"),
        ):
            pass


_REBUILD = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from indexers.catalogue.database import Database
from indexers.dense.making import remake_vectors
from indexers.lexical.making import remake_words
from models.hashing import HashingEncoder
database = Database(Path(sys.argv[1]) / "catalogue.sqlite")
print("ready", flush=True)
while True:
    remake_words(database, lambda n: print("w", flush=True))
    remake_vectors(database, HashingEncoder(), lambda n: print("m", flush=True))
"""


def test_killed_anywhere_it_leaves_an_index_that_answers(
    organisation: Organisation, parsers: ParserPool
) -> None:
    organisation.take(*POSTS)
    before = {mode: answers(organisation, mode) for mode in Mode}
    for steps in range(1, 9):
        process = subprocess.Popen(  # noqa: S603 - our own code
            [
                *(sys.executable, "-c", _REBUILD, str(organisation.folder)),
                *(str(ROOT), str(ROOT / "tests")),
            ],
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        for _ in range(steps + 1):
            process.stdout.readline()
        process.kill()
        process.wait()
        process.stdout.close()
        again = Organisation(organisation.folder, parsers, encoder=HashingEncoder())
        assert {mode: answers(again, mode) for mode in Mode} == before
        assert differences(again.database) == []
        again.close()
    rebuild(organisation)
    assert {mode: answers(organisation, mode) for mode in Mode} == before


def test_counts_of_another_analyser_are_replaced(organisation: Organisation) -> None:
    organisation.take(*POSTS[:5])
    with organisation.database.writing() as connection:
        set_fact(connection, ANALYSER, "99")
    with pytest.raises(StorageError, match="finder rebuild words"):
        organisation.found("facture")
    remake_words(organisation.database)
    assert len(organisation.found("facture")) == 5
