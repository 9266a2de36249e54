"""``finder eval``, ``finder plant``, ``finder holdout`` and ``finder ablate``."""

import json
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import ConfigOption, JsonOption, ModeOption, progress, settings_of
from finder.errors import InputError
from finder.query import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from api.evaluation import Side
    from api.settings import Settings
    from eval.collection import Collection

CollectionsArgument = Annotated[
    list[Path],
    typer.Argument(
        metavar="COLLECTION…", help="Folders of judged collections.", show_default=False
    ),
]


def evaluate(
    collections: CollectionsArgument,
    mode: ModeOption = Mode.HYBRID,
    run: Annotated[
        Path | None,
        typer.Option(help="Write the TREC run here; with several collections, into this folder."),
    ] = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="A B",
            help="Tell instead what B gains and loses beside A, and whether it may be chance. "
            "Each is a mode or a run, or a folder of runs as --run writes them.",
        ),
    ] = None,
    by_class: Annotated[
        bool,
        typer.Option(
            "--by-class", help="Also by class of topics: 'decay' for the topics decay-01, decay-02…"
        ),
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure relevance: fill a fresh index from each collection, ask its topics, judge.

    Prints AP, nDCG@10, RR, P@1, P@5 and R@100; a topic without an answer counts as zero.
    """
    from rich.console import Console

    from api.evaluation import evaluate_collections
    from eval.collection import load_collection
    from eval.run import write_run
    from eval.table import to_json, to_table

    settings = settings_of(config, None)
    loaded = [load_collection(folder) for folder in collections]
    if compare is not None:
        _compare(loaded, settings, compare, as_json=as_json)
        return
    if run is not None:
        with _written(run):  # before the work, which may take an hour
            (run if len(loaded) > 1 else run.parent).mkdir(parents=True, exist_ok=True)
    evaluations = []
    for evaluation in evaluate_collections(loaded, settings, modes=[mode], progress=progress):
        evaluations.append(evaluation)
        if run is not None:
            file = run / f"{evaluation.collection}.run" if len(loaded) > 1 else run
            with _written(file):
                write_run(evaluation.run, file)
    if as_json:
        typer.echo(json.dumps(to_json(evaluations, classes=by_class)))
    else:
        Console().print(to_table(evaluations, classes=by_class))


def plant(
    folder: Annotated[Path, typer.Argument(help="Where to write; a new folder, or an empty one.")],
    people: Annotated[int, typer.Option(help="How many people there are, 100 or more.")] = 300,
    seed: Annotated[int, typer.Option(help="Another one makes another organisation.", min=0)] = 1,
    as_json: JsonOption = False,
) -> None:
    """Make up an organisation whose experts are known, as judged collections to evaluate.

    Each class of topics asks for one thing: who knows now and not five years ago, who wrote and
    was not just mentioned, what is in a private group, in another language, mistyped, and so on.
    """
    from eval.planted.planting import plant as plant_collections

    made = plant_collections(folder, people=people, seed=seed)
    if as_json:
        typer.echo(json.dumps({"collections": list(map(str, made))}))
    else:
        typer.echo("\n".join(map(str, made)))


def holdout(
    dump: Annotated[Path, typer.Argument(help="The folder with its Posts.xml and Users.xml.")],
    folder: Annotated[Path, typer.Argument(help="Where to write; a new folder, or an empty one.")],
    as_json: JsonOption = False,
) -> None:
    """Make a judged collection of a Stack Exchange dump, whose last questions are held out.

    Finder reads the first seven tenths of the questions, with what answered them meanwhile, and is
    asked the others: who answered those should be found.
    """
    from eval.holdout import hold_out

    hold_out(dump, folder, name=folder.resolve().name)
    typer.echo(json.dumps({"collections": [str(folder)]}) if as_json else folder)


def ablate(
    collections: CollectionsArgument,
    into: Annotated[
        list[Path] | None,
        typer.Option(
            help="Put the table into this Markdown page too, between its marks; may stand twice.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take each component out of the ranking, and tell what is lost and what time is saved.

    Each collection is filled and encoded once. With all collections this takes half an hour.
    """
    from api.ablation import ablate_collections
    from eval.ablation import page_with, to_markdown
    from eval.collection import load_collection

    pages = into or []
    for page in pages:
        page_with("", page)  # refused before the work rather than after it
    settings = settings_of(config, None)
    loaded = [load_collection(folder) for folder in collections]
    ablations = list(ablate_collections(loaded, settings, progress=progress))
    table = to_markdown(ablations)
    for page in pages:
        page.write_text(page_with(table, page), encoding="utf-8", newline="\n")
    typer.echo(json.dumps([asdict(each) for each in ablations]) if as_json else table)


def _compare(
    collections: "Sequence[Collection]",
    settings: "Settings",
    names: tuple[str, str],
    *,
    as_json: bool,
) -> None:
    from rich.console import Console

    from api.evaluation import compare_collections
    from eval.table import comparison_tables, comparisons_to_json

    first, second = names
    sides = (_side(first), _side(second))
    comparisons = list(compare_collections(collections, settings, sides=sides, progress=progress))
    if as_json:
        typer.echo(json.dumps(comparisons_to_json(comparisons)))
        return
    for comparison in comparisons:
        for table in comparison_tables(comparison):
            Console().print(table)


def _side(name: str) -> "Side":
    if name in list(Mode):
        return Mode(name)
    if not Path(name).exists():
        modes = ", ".join(Mode)
        raise InputError(
            f"There is no run {name}: name a run, a folder of runs, or one of {modes}."
        )
    return Path(name)


@contextmanager
def _written(path: Path) -> "Iterator[None]":
    try:
        yield
    except OSError as error:
        raise InputError(f"The run {path} cannot be written: {error.strerror}.") from error
