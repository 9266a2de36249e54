import gzip
import io
from pathlib import Path

import pytest

from finder.domain import Post
from indexers.sources import Refusal, SourceItem, ndjson
from indexers.sources.ndjson import NdjsonSource, read_ndjson

GOOD = b'{"type":"post","id":"%d"}\n'


def outcomes(data: bytes, base: Path | None = None) -> list[tuple[int | None, str | None]]:
    """Each line number with its reason, None for a record."""
    items = read_ndjson(io.BytesIO(data), name="sent", base=base)
    return [(item.line, item.reason if isinstance(item, Refusal) else None) for item in items]


def test_bad_lines_are_refused_by_number_and_the_rest_goes_in() -> None:
    data = b"\xef\xbb\xbf" + GOOD % 1 + b"\n  \nnope\n" + b'{"type":"post","id":""}\r\n' + GOOD % 6
    (one, four, five, six) = read_ndjson(io.BytesIO(data), name="sent")
    assert isinstance(one, SourceItem)
    assert one.record == Post(id="1")
    assert isinstance(four, Refusal)
    assert (four.source, four.line) == ("sent", 4)
    assert five == Refusal(source="sent", line=5, field="id", reason="must not be empty")
    assert six.line == 6


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "records.ndjson"
    path.write_bytes(gzip.compress(GOOD % 1 + GOOD % 2))
    assert [item.line for item in NdjsonSource(path).items()] == [1, 2]


def test_what_stands_before_the_cut_in_a_truncated_gzip_goes_in() -> None:
    data = gzip.compress(b"".join(GOOD % number for number in range(20_000)))
    *records, last = outcomes(data[: len(data) // 2])
    assert len(records) > 1000
    assert all(reason is None for _, reason in records)
    assert last[1] is not None
    assert "cut short" in last[1]


def test_a_line_past_the_limit_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndjson, "MAX_LINE", 2**20)
    long_line = b'{"type":"post","id":"a","text":"' + b"x" * (3 * 2**20) + b'"}\n'
    assert outcomes(GOOD % 1 + long_line + GOOD % 3) == [
        (1, None),
        (2, "the line is longer than 1 MB"),
        (3, None),
    ]


def test_the_stream_is_left_open() -> None:
    stream = io.BytesIO(GOOD % 1)
    list(read_ndjson(stream, name="sent"))
    assert not stream.closed


def test_a_missing_file_is_one_refusal(tmp_path: Path) -> None:
    (refusal,) = NdjsonSource(tmp_path / "none.ndjson").items()
    assert isinstance(refusal, Refusal)
    assert "No such file" in refusal.reason


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("inside/a.txt", None),
        ("../secret.txt", "must lie in the folder"),
        ("inside/../../secret.txt", "must lie in the folder"),
        ("link.txt", "must lie in the folder"),
        ("none.txt", "no file none.txt"),
        ("inside", "not a regular file"),
    ],
)
def test_a_file_stays_in_the_folder(tmp_path: Path, file: str, reason: str | None) -> None:
    base = tmp_path / "base"
    (base / "inside").mkdir(parents=True)
    (base / "inside" / "a.txt").write_text("a")
    (tmp_path / "secret.txt").write_text("secret")
    (base / "link.txt").symlink_to(tmp_path / "secret.txt")
    line = b'{"type":"document","id":"d","file":"%s"}' % file.encode()
    ((_, found),) = outcomes(line, base)
    assert (found is None) if reason is None else (found is not None and reason in found)


def test_an_absolute_path_is_refused_even_inside(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    line = b'{"type":"document","id":"d","file":"%s"}' % str(tmp_path / "a.txt").encode()
    assert outcomes(line, tmp_path) == [(1, "must lie in the folder of the records")]


def test_a_push_cannot_name_files_of_the_server() -> None:
    ((_, reason),) = outcomes(b'{"type":"document","id":"d","file":"etc/passwd"}')
    assert reason is not None
    assert "send text or html" in reason
