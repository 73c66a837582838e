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
        metavar="FORMAT",
        help="table, text, json or csv. Default: a table on a terminal, tab-separated lines"
        " elsewhere.",
    ),
]

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Answer every question with yes.")]

AsOption = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="USER",
        help="Who asks: an address or a user's id. Default: the demo investor, or for the staff's"
        " commands the demo operator.",
    ),
]

AccountOption = Annotated[
    str | None,
    typer.Option("--account", metavar="ID", help="The account. Default: the user's only one."),
]

KeyOption = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="TEXT",
        help="Idempotency key: the same key with the same request has one effect, however often"
        " it is sent.",
    ),
]

LimitOption = Annotated[
    int, typer.Option("--limit", min=1, max=10_000, help="At most so many lines.")
]
