"""What every module keeps to."""

import ast
import importlib
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from finder import errors

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("finder", "indexers", "models", "eval", "api")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

HEAVY = {
    *("torch", "sentence_transformers", "transformers", "unstructured", "spacy", "pandas"),
    *("faiss", "tantivy", "sqlalchemy", "fastapi", "pydantic", "pypdfium2", "ir_measures"),
}
STARTING = {"torch", "sentence_transformers", "transformers", "unstructured", "spacy", "pandas"}
"""Those that take a second or more, and so load only when something needs them."""

LONGEST = 350


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_are_those_of_the_repository(package: str) -> None:
    # A stray folder in site-packages, of a name as common as ``models``, would stand before them.
    found = importlib.import_module(package)
    assert [Path(place).resolve() for place in found.__path__] == [ROOT / package]


def loaded_by(module: str) -> set[str]:
    """What a fresh interpreter holds once it has imported a module."""
    command = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    told = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", command], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return set(told.stdout.split())


def test_the_core_loads_no_engine() -> None:
    every = ", ".join(dotted(path) for path in MODULES if path.is_relative_to(ROOT / "finder"))
    assert not loaded_by(every) & HEAVY


@pytest.mark.parametrize("package", ["indexers", "models", "eval", "api"])
def test_no_module_loads_what_takes_seconds(package: str) -> None:
    modules = [dotted(path) for path in MODULES if path.is_relative_to(ROOT / package)]
    every = ", ".join(name for name in modules if not name.endswith("__main__"))
    assert not loaded_by(every) & STARTING


def definitions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Public classes and functions, and the public methods of public classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from definitions(ast.Module(body=node.body, type_ignores=[]))


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_modules_are_short_and_tell_what_they_hold(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    tree = ast.parse(text)
    assert not text.strip() or ast.get_docstring(tree)
    silent = [node.name for node in definitions(tree) if not ast.get_docstring(node)]
    assert silent == []


def descendants(error: type[errors.FinderError]) -> Iterator[type[errors.FinderError]]:
    yield error
    for child in error.__subclasses__():
        yield from descendants(child)


def test_every_error_has_a_code_of_its_own() -> None:
    for path in MODULES:  # an error may be defined anywhere
        if "(FinderError)" in path.read_text(encoding="utf-8"):
            importlib.import_module(dotted(path))
    found = list(descendants(errors.FinderError))
    codes = Counter(error.code for error in found)
    assert [code for code, times in codes.items() if times > 1] == []
    assert all("code" in vars(error) for error in found)
    drawn = [error for error in found if error.__module__ == errors.__name__]
    assert all(error.__name__ in (errors.__doc__ or "") for error in drawn)
