"""The options of `financebuy bench run` and its neighbours."""

from pathlib import Path
from typing import Annotated

import typer

from financebuy.bench.server import MOST_CLIENTS

ReportOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the report as JSON.", dir_okay=False)
]
ScenarioOption = Annotated[
    list[str] | None,
    typer.Option("--scenario", metavar="NAME", help="Only this one; may be repeated."),
]
RivalOption = Annotated[
    list[str] | None,
    typer.Option("--rival", metavar="NAME", help="Only this one; may be repeated; or none."),
]
InFlightOption = Annotated[
    list[int] | None,
    typer.Option(
        "--in-flight", min=1, max=10_000, help="Of FinanceBuy's commands; may be repeated."
    ),
]
ClientsOption = Annotated[
    list[int] | None,
    typer.Option(min=1, max=MOST_CLIENTS, help="Of pgbench; may be repeated."),
]
RoundsOption = Annotated[int, typer.Option(min=1, max=100, help="Turns of each contender.")]
SecondsOption = Annotated[float, typer.Option(min=1, max=600, help="Length of a turn.")]
PgledgerOption = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="pgledger's SQL, to take part; its uuid_to_ulid before it by a first --pgledger.",
    ),
]
JsonFile = Annotated[
    Path | None, typer.Option("--json", metavar="FILE", help="Write all of it.", dir_okay=False)
]
CsvFile = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="Write a line a turn.", dir_okay=False)
]
PictureFile = Annotated[
    Path | None, typer.Option("--picture", metavar="FILE", help="Draw it, as SVG.", dir_okay=False)
]
MarkdownFile = Annotated[
    Path | None,
    typer.Option(
        "--markdown",
        metavar="FILE",
        dir_okay=False,
        help="Write the tables, between the marks of a page that has them.",
    ),
]
