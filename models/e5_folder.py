"""Writes multilingual-e5-small as a folder that sentence-transformers loads.

A BERT encoder over the vocabulary of XLM-RoBERTa, with mean pooling and unit norm; see
Wang et al., "Multilingual E5 Text Embeddings" (2024). Prompts are those of the model's card.
"""

import json
import unicodedata
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from models.e5_file import E5File

E5_PROMPTS: Final = {"query": "query: ", "document": "passage: "}

_EMBEDDINGS: Final = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}
_BLOCKS: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_PARTS: Final = {"w": "weight", "b": "bias"}


def write_folder(source: E5File, folder: Path) -> None:
    """Writes weights, tokenizer and configuration into an existing, empty folder."""
    save_file(_weights(source), folder / "model.safetensors", metadata={"format": "pt"})
    for name, content in {**_configuration(source), "tokenizer.json": _tokenizer(source)}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")


def _weights(source: E5File) -> dict[str, NDArray[np.floating]]:
    names = {old: f"embeddings.{new}" for old, new in _EMBEDDINGS.items()}
    for layer in range(source.layers):
        for block, module in _BLOCKS.items():
            for part, parameter in _PARTS.items():
                names[f"l{layer}.{block}.{part}"] = f"encoder.layer.{layer}.{module}.{parameter}"
    weights = {}
    for old, new in names.items():
        tensor = source.tensors[old]
        vector = new.endswith(".bias") or "LayerNorm" in new
        width = source.feed_forward if old.endswith("fo.w") else source.hidden
        weights[new] = tensor if vector else tensor.reshape(-1, width)
    return weights


def _tokenizer(source: E5File) -> dict[str, Any]:
    """The reference tokenizer: normalise, mark the spaces, split by the likeliest pieces."""
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    # The library lacks the model's normalisation map, which is NFKC but for these.
    replaced: dict[str, list[str]] = {}
    for character, by in source.normalisation.items():
        if unicodedata.normalize("NFKC", character) != by:
            replaced.setdefault(by, []).append(f"\\x{{{ord(character):x}}}")
    # The special pieces come first; the others join as text, for the built vocabulary is large.
    special = source.pieces[: source.unknown + 1]
    tokenizer = Tokenizer(Unigram(special, source.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            *(normalizers.Replace(Regex(f"[{''.join(old)}]"), by) for by, old in replaced.items()),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        special_tokens=[(piece, tokenizer.token_to_id(piece)) for piece in ("<s>", "</s>")],
    )
    content: dict[str, Any] = json.loads(tokenizer.to_str())
    content["model"]["vocab"] = source.pieces
    return content


def _configuration(source: E5File) -> dict[str, Any]:
    """Content of the JSON files, by path."""
    modules = "sentence_transformers.models"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": source.hidden,
            "intermediate_size": source.feed_forward,
            "layer_norm_eps": source.epsilon,
            "max_position_embeddings": source.positions,
            "num_attention_heads": source.heads,
            "num_hidden_layers": source.layers,
            "pad_token_id": _piece_id(source, "<pad>"),
            "type_vocab_size": source.types,
            "vocab_size": source.tensors["emb.word"].size // source.hidden,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": source.positions,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
        },
        "sentence_bert_config.json": {
            "max_seq_length": source.positions,
            "model_args": {"add_pooling_layer": False},
        },
        "config_sentence_transformers.json": {"prompts": E5_PROMPTS},
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{modules}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{modules}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{modules}.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": source.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
    }


def _piece_id(source: E5File, piece: str) -> int:
    return next(place for place, (text, _) in enumerate(source.pieces) if text == piece)
