"""What the command line says of a mistyped question."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app


@pytest.fixture
def environment(demo: Path) -> dict[str, str]:
    return {"FINDER_DATA": str(demo), "FINDER_ENCODER__NAME": "hashing", "COLUMNS": "100"}


@pytest.mark.parametrize("command", ["search", "experts"])
def test_a_corrected_question_is_told_and_can_be_asked_as_typed(
    command: str, environment: dict[str, str]
) -> None:
    asked = [command, "facturaton", "--mode", "words"]
    found = CliRunner(env=environment).invoke(app, asked).output.splitlines()
    assert found[0] == "Results for 'facturation'; --as-typed searches for 'facturaton' instead."
    assert found[1].startswith("1. ")
    left = CliRunner(env=environment).invoke(app, [*asked, "--as-typed"]).output
    assert left == "Nothing found that you may read. Try other words, or fewer.\n"


def test_words_that_nothing_holds_are_told(environment: dict[str, str]) -> None:
    asked = ["search", "facturation GraphQL", "--mode", "words"]
    found = CliRunner(env=environment).invoke(app, asked).output.splitlines()
    assert found[0] == "Nothing searched holds 'GraphQL'."


def test_what_explains_further_is_asked_as_it_was(environment: dict[str, str]) -> None:
    asked = ["experts", "eau", "--mode", "words", "--as-typed"]
    found = CliRunner(env=environment).invoke(app, asked).output
    assert "finder explain eau --as-typed --person" in found
