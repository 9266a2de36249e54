"""Filling: what is written, what is spared, what a crash leaves, who may write."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest
from organisation import Given, NewOrganisation, Organisation
from sqlalchemy import func, select, update

from finder.domain import Deletion, Document, Kind, Person, PersonId, Post, Record, RecordKey
from finder.encoded import Encoded
from finder.errors import StorageError
from finder.ports import Vectors
from finder.query import Mode
from finder.retrieval import Depth
from indexers.catalogue.database import GENERATION, fact, set_fact
from indexers.catalogue.queue import Priority
from indexers.catalogue.schema import failures, passages, records, terms, vectors
from indexers.dense.writer import awaiting_vectors
from indexers.lexical.making import ANALYSER, remake_words
from indexers.outcomes import Status
from indexers.parsing import ParserPool
from indexers.receiving import Delivery
from indexers.sources import Refusal, SourceItem
from indexers.sources.ndjson import NdjsonSource
from models.hashing import HashingEncoder

POSTS = tuple(
    Post(id=str(n), text=f"la facture {n}", authors=(PersonId("amy"),), language="fr")
    for n in range(5)
)


class CountingEncoder(HashingEncoder):
    """Remembers what it was asked to encode."""

    def __init__(self, dimension: int = 256) -> None:
        super().__init__(dimension)
        self.encoded: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return super().encode_passages(texts)

    def encode_query(self, text: str) -> Encoded:
        return Encoded(vector=super().encode_passages([text])[0])


def generation(organisation: Organisation) -> int:
    with organisation.database.reading() as connection:
        return int(fact(connection, GENERATION) or "0")


def count(organisation: Organisation, table: object) -> int:
    with organisation.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def ids_of(organisation: Organisation) -> list[int]:
    with organisation.database.reading() as connection:
        return list(connection.execute(select(passages.c.id).order_by(passages.c.id)).scalars())


def gone(name: str) -> Deletion:
    return Deletion(target=RecordKey(Kind.POST, name))


def statuses(organisation: Organisation, *taken: Record | Deletion) -> list[Status]:
    return [outcome.status for outcome in organisation.take(*taken)]


class TestTaking:
    def test_what_is_unchanged_costs_no_write(self, organisation: Organisation) -> None:
        assert statuses(organisation, *POSTS) == [Status.INDEXED] * 5
        before = generation(organisation)
        outcomes = list(organisation.pipeline.ingest(Given(POSTS)))
        assert [outcome.status for outcome in outcomes] == [Status.UNCHANGED] * 5
        assert generation(organisation) == before

    def test_an_unchanged_file_is_not_parsed_again(
        self, organisation: Organisation, tmp_path: Path
    ) -> None:
        file = tmp_path / "note.txt"
        file.write_text("la facture d'eau")
        item = SourceItem(record=Document(id="note", file="note.txt"), path=file)
        (first,) = organisation.take(item)
        assert first.status is Status.INDEXED
        before = generation(organisation)
        # A pool that is closed can parse nothing.
        with ParserPool() as closed:
            pass
        without = Organisation(organisation.folder, closed, encoder=organisation.encoder)
        (second,) = without.take(item)
        without.close()
        assert second.status is Status.UNCHANGED
        assert generation(organisation) == before

    def test_only_what_changed_is_encoded_again(self, new_organisation: NewOrganisation) -> None:
        encoder = CountingEncoder()
        made = new_organisation(encoder=encoder)
        text = "\n\n".join(f"la facture {n} " * 60 for n in range(4))
        made.take(Document(id="d", title="Titre", text=text))
        held = len(encoder.encoded)
        assert held >= 4
        made.take(Document(id="d", title="Titre", text=text.replace("facture 3", "pluie 3")))
        again = encoder.encoded[held:]
        assert 1 <= len(again) < held
        assert all("pluie 3" in text for text in again)
        assert awaiting_vectors(made.database) == 0
        made.take(Document(id="d", title="Titre", text=text, tags=("nouveau",)))
        assert made.found("pluie", mode=Mode.WORDS) == []

    def test_access_that_changes_costs_no_encoding(self, new_organisation: NewOrganisation) -> None:
        encoder = CountingEncoder()
        made = new_organisation(encoder=encoder)
        made.take(Post(id="a", text="la facture"))
        made.take(Post(id="a", text="la facture", acl=("user:amy",)))
        assert len(encoder.encoded) == 1
        assert made.found("facture", mode=Mode.MEANING) == []
        assert made.found("facture", "amy", mode=Mode.MEANING) == ["a"]

    def test_the_last_of_one_batch_stands(self, organisation: Organisation) -> None:
        one, two = Post(id="a", text="eau"), Post(id="a", text="pluie")
        assert statuses(organisation, one, two) == [Status.SUPERSEDED, Status.INDEXED]
        assert (organisation.found("eau"), organisation.found("pluie")) == ([], ["a"])
        assert statuses(organisation, one, gone("a"), one) == [
            Status.SUPERSEDED,
            Status.DELETED,
            Status.INDEXED,
        ]
        assert organisation.found("eau") == ["a"]
        statuses(organisation, two, gone("a"))
        assert organisation.found("eau pluie") == []
        assert count(organisation, records) == 0

    def test_a_change_and_back_in_one_batch_leaves_the_first(
        self, organisation: Organisation
    ) -> None:
        one, two = Post(id="a", text="eau"), Post(id="a", text="pluie")
        organisation.take(one)
        organisation.take(two, one)
        assert organisation.found("eau pluie") == ["a"]
        assert organisation.found("eau") == ["a"]

    def test_a_deletion_goes_through_everything(self, organisation: Organisation) -> None:
        organisation.take(*POSTS)
        organisation.take(*(gone(post.id) for post in POSTS))
        tables = (records, passages, terms, vectors)
        assert [count(organisation, table) for table in tables] == [0, 0, 0, 0]
        for mode in Mode:
            assert organisation.found("facture", mode=mode) == []

    def test_deleting_what_is_unknown_harms_nothing(self, organisation: Organisation) -> None:
        organisation.take(*POSTS)
        assert statuses(organisation, gone("unknown")) == [Status.DELETED]
        assert len(organisation.found("facture")) == 5

    def test_numbers_are_never_given_again(self, organisation: Organisation) -> None:
        organisation.take(*POSTS)
        first = ids_of(organisation)
        organisation.take(gone("4"))
        organisation.take(Post(id="new", text="eau"))
        assert ids_of(organisation)[-1] > max(first)
        assert organisation.found("eau") == ["new"]

    def test_a_person_keeps_their_number(self, organisation: Organisation) -> None:
        organisation.take(*POSTS)
        number = organisation.library.person_number(PersonId("amy"))
        organisation.take(*(gone(post.id) for post in POSTS), Person(id="amy", name="Amy"))
        assert organisation.library.person_number(PersonId("amy")) == number

    def test_refusals_are_told_and_the_rest_goes_in(self, organisation: Organisation) -> None:
        refusal = Refusal(source="x.ndjson", line=3, field="id", reason="must not be empty")
        told, taken = organisation.take(refusal, POSTS[0])
        assert (told.status, told.source, told.line, told.field, told.reason) == (
            Status.REFUSED,
            "x.ndjson",
            3,
            "id",
            "must not be empty",
        )
        assert taken.status is Status.INDEXED

    def test_a_file_that_fails_is_noted_until_it_heals(
        self, organisation: Organisation, tmp_path: Path
    ) -> None:
        file = tmp_path / "plan.pdf"
        file.write_bytes(b"%PDF-1.7 cut short")
        item = SourceItem(record=Document(id="plan", file="plan.pdf"), path=file)
        (failed,) = organisation.take(item)
        assert failed.status is Status.FAILED
        assert failed.reason
        with organisation.database.reading() as connection:
            (noted,) = connection.execute(select(failures)).fetchall()
        assert noted.source == str(file)
        assert f"{noted.reason}: {noted.message}" == failed.reason
        file.write_text("la facture")
        healed = SourceItem(
            record=Document(id="plan", file="plan.txt"), path=file.rename(tmp_path / "plan.txt")
        )
        assert organisation.take(healed)[0].status is Status.INDEXED
        assert organisation.found("facture") == ["plan"]

    def test_a_failed_file_leaves_what_was_known_before(
        self, organisation: Organisation, tmp_path: Path
    ) -> None:
        file = tmp_path / "plan.html"
        file.write_text("<p>la facture</p>")
        record = Document(id="plan", file="plan.html")
        organisation.take(SourceItem(record=record, path=file))
        file.write_bytes(b"%PDF-1.7 cut short")
        (failed,) = organisation.take(SourceItem(record=record, path=file))
        assert failed.status is Status.FAILED
        assert organisation.found("facture") == ["plan"]
        file.write_text("<p>la pluie</p>")
        organisation.take(SourceItem(record=record, path=file))
        assert organisation.found("pluie") == ["plan"]
        assert count(organisation, failures) == 0

    def test_two_thousand_lines(self, organisation: Organisation, tmp_path: Path) -> None:
        file = tmp_path / "records.ndjson"
        line = '{"type":"post","id":"%d","text":"la facture numero%d","language":"fr"}\n'
        file.write_text("".join(line % (n, n) for n in range(2_000)) + "nope\n")
        outcomes = list(organisation.pipeline.ingest(NdjsonSource(file)))
        assert [outcome.status for outcome in outcomes] == [
            *[Status.INDEXED] * 2_000,
            Status.REFUSED,
        ]
        assert outcomes[-1].line == 2_001
        assert organisation.found("numero1234") == ["1234"]
        page = organisation.search("facture")
        assert (page.total, page.relation) == (Depth().passages, "gte")


class TestVersions:
    def reopened(self, organisation: Organisation, parsers: ParserPool) -> Organisation:
        organisation.close()
        return Organisation(organisation.folder, parsers, encoder=organisation.encoder)

    def test_an_index_of_another_analyser_names_its_remedy(
        self, organisation: Organisation
    ) -> None:
        organisation.take(*POSTS)
        with organisation.database.writing() as connection:
            set_fact(connection, ANALYSER, "99")
        remedy = r"analyser 99.*finder rebuild words"
        with pytest.raises(StorageError, match=remedy):
            organisation.found("facture")
        with pytest.raises(StorageError, match=remedy):
            organisation.take(Post(id="new", text="la facture nouvelle"))

    def test_words_made_again_are_the_same(
        self, organisation: Organisation, parsers: ParserPool
    ) -> None:
        organisation.take(*POSTS)
        before = [(item.key, item.score) for item in organisation.search("facture").items]
        with organisation.database.writing() as connection:
            set_fact(connection, ANALYSER, "99")
            connection.execute(update(terms).values(data=b""))
        done: list[int] = []
        remake_words(organisation.database, done.append)
        assert sum(done) == count(organisation, terms) == 5
        again = self.reopened(organisation, parsers)
        assert [(item.key, item.score) for item in again.search("facture").items] == before
        again.close()

    def test_another_encoder_names_its_remedy(
        self, organisation: Organisation, parsers: ParserPool
    ) -> None:
        organisation.take(*POSTS)
        organisation.close()
        other = Organisation(organisation.folder, parsers, encoder=HashingEncoder(64))
        with pytest.raises(StorageError, match=r"encoder hashing.*finder rebuild meaning"):
            other.pipeline.encode()
        other.close()


def at_each(done: Event, wrong: list[Exception], look: Callable[[], None]) -> None:
    try:
        while not done.is_set():
            look()
    except Exception as error:  # noqa: BLE001 - whatever it is, the test must show it
        wrong.append(error)


def test_readers_see_whole_batches_and_no_error(organisation: Organisation) -> None:
    # Each record is always there, in one of its versions; a search must show it once.
    organisation.take(*POSTS)
    done, wrong = Event(), list[Exception]()

    def look() -> None:
        for mode in Mode:
            found = organisation.search("facture", mode=mode)
            names = [item.key.id for item in found.items]
            assert len(names) == len(set(names))
            assert all(item.passage.snippet.text for item in found.items)
            for person in organisation.experts("facture", mode=mode).items:
                shown = sum(evidence.contribution for evidence in person.evidence)
                assert shown + person.rest == person.score

    threads = [Thread(target=at_each, args=(done, wrong, look)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for version in range(12):
        organisation.take(
            *(
                Post(id=str(n), text=f"la facture {n} {version}", authors=(PersonId("amy"),))
                for n in range(40)
            )
        )
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(organisation.found("facture")) == 40


_WRITE = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from organisation import Organisation
from finder.domain import Post
from indexers.parsing import ParserPool
from models.hashing import HashingEncoder
with ParserPool() as parsers:
    writer = Organisation(Path(sys.argv[1]), parsers, encoder=HashingEncoder())
    writer.take(Post(id=sys.argv[2], text="la facture venue d'ailleurs"))
    writer.close()
"""


def test_a_reader_follows_a_writer_in_another_process(organisation: Organisation) -> None:
    organisation.take(*POSTS)
    assert organisation.found("ailleurs") == []
    organisation.close()
    paths = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
    subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", _WRITE, str(organisation.folder), "far", *paths], check=True
    )
    for mode in Mode:
        assert organisation.found("ailleurs", mode=mode)[0] == "far"
    assert len(organisation.found("facture")) == 6


def test_what_is_received_after_a_pause_is_told_as_it_is_settled(
    organisation: Organisation,
) -> None:
    posts = tuple(replace(POSTS[0], id=f"p{n}") for n in range(2_500))
    worker = organisation.pipeline._worker
    turns = iter([False])
    delivery = Delivery(organisation.database, priority=Priority.BACKFILL)

    told = list(delivery.follow(Given(posts), lambda: next(turns, True) and worker.work() > 0))

    assert [outcome.key.id for outcome in told if outcome.key] == [post.id for post in posts]
    statuses = [outcome.status for outcome in told]
    assert statuses == [Status.RECEIVED] * 1_000 + [Status.INDEXED] * 1_500
