"""Options that many commands share."""

from pathlib import Path
from typing import Annotated

import typer

from financebuy.cli.output import Format

DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        envvar="FINANCEBUY_DATA",
        help="The platform's data directory.",
        file_okay=False,
        show_envvar=False,
    ),
]

OutputOption = Annotated[
    Format | None,
    typer.Option(
        "-o",
        "--output",
        help="How to print. Default: a table on a terminal, tab-separated lines elsewhere.",
    ),
]

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Answer every question with yes.")]
