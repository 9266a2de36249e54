"""Loads sentence-transformers models."""

import os
from functools import partial
from pathlib import Path
from typing import Any, Final

from finder.errors import DependencyError

_ENVIRONMENT: Final = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # How long torch's threads spin before they sleep. For ever (the library's "active"), a query
    # takes 800 ms beside other work on the same cores; never ("passive"), 25 ms on idle ones;
    # some tens of microseconds, 10 ms idle and 27 ms beside. Read when torch is first imported.
    "GOMP_SPINCOUNT": "30000",
}

_SMALL: Final = 1_000_000
"""Bytes; norms, biases and positions have fewer."""


def load(kind: str, name: str, device: str | None, *, advice: str) -> Any:  # noqa: ANN401 - the library loads only here
    """A model by path or hub name, in bfloat16 where the processor computes in it.

    The network is used for a hub name alone, and only where the hub's cache has not got it;
    never with ``HF_HUB_OFFLINE`` set.

    Args:
        kind: The library's class: ``SentenceTransformer`` or ``CrossEncoder``.
        name: A folder, or a name on the Hugging Face hub.
        device: Where it runs (``cpu``, ``cuda``…); by default a GPU where there is one.
        advice: What to do where it cannot be loaded.

    Raises:
        DependencyError: A library or the model is missing, or cannot be loaded.
    """
    for variable, value in _ENVIRONMENT.items():
        os.environ.setdefault(variable, value)
    try:
        import sentence_transformers
        from sentence_transformers.util import get_device_name
        from transformers.utils import logging
    except ImportError as error:
        raise DependencyError(
            f"{error}: models need pip install sentence-transformers torch"
        ) from error
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    device = device or get_device_name()
    build = partial(
        getattr(sentence_transformers, kind),
        name,
        device=device,
        model_kwargs={"dtype": _precision(device)},
    )
    try:
        try:
            model = build(local_files_only=True)
        except OSError:
            if Path(name).exists():
                raise
            model = build()
    except Exception as error:
        raise DependencyError(f"cannot load the model {name!r} ({error}): {advice}") from error
    _let_go_of_its_file(model)
    _leave_pieces_in_file(model, Path(name) / "model.safetensors")
    return model.eval()


def _let_go_of_its_file(model: Any) -> None:  # noqa: ANN401 - the library loads only here
    """Copy the small tensors of a model, which a file of half precision often holds in float32.

    Where a model computes in float32, all else is converted, and they alone would be taken as they
    lie in the file, which then stays in memory whole: 223 MB of the default model.
    """
    for parameter in model.parameters():
        if parameter.nbytes < _SMALL:
            parameter.data = parameter.data.clone()


def _leave_pieces_in_file(model: Any, file: Path) -> None:  # noqa: ANN401 - as above
    """Read a model's table of pieces where it lies in its file, row by row as they are asked for.

    A model of many languages has most of its weights there (the default's: 96 of 118 million), of
    which a text needs a few hundred rows. What is computed with them stays the same.
    """
    import torch
    from safetensors import safe_open

    backbone = getattr(model, "transformers_model", None)
    if backbone is None or backbone.device.type != "cpu" or not file.is_file():
        return
    try:
        table = backbone.get_input_embeddings()
    except NotImplementedError:  # what it reads is no text
        return
    if type(table) is not torch.nn.Embedding:
        return
    name = next(name for name, each in backbone.named_parameters() if each is table.weight)
    with safe_open(file, framework="pt") as weights:
        if name not in weights.keys():  # noqa: SIM118 - it is no mapping
            return
        rows = weights.get_tensor(name)
    precision = table.weight.dtype
    # No parameter: what a model says of its precision is that of its first one.
    del table.weight
    table.register_buffer("weight", rows, persistent=False)
    table.register_forward_hook(lambda _table, _ids, found: found.to(precision))


def _precision(device: str) -> Any:  # noqa: ANN401 - a torch.dtype
    """Bfloat16 where the hardware multiplies in it: emulated, it is slower than float32."""
    import torch

    if device.startswith("cuda"):
        native = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        able = torch.cpu.get_capabilities()
        native = device == "cpu" and any(
            able.get(unit) for unit in ("avx512_bf16", "amx_bf16", "bf16", "sve_bf16")
        )
    return torch.bfloat16 if native else torch.float32
