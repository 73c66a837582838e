"""`financebuy up`: start the platform and keep it running."""

import os
from dataclasses import replace
from typing import Annotated

import typer

from financebuy.bootstrap import seed_demo
from financebuy.cli.apps import single
from financebuy.cli.detaching import detach
from financebuy.cli.options import DataOption, YesOption
from financebuy.cli.progress import Progress
from financebuy.cli.welcome import welcome
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.supervision.startup import Launch, run
from financebuy.settings import Settings

app = single()

_EXAMPLES = """
Examples:

  financebuy up                         in the foreground, Ctrl-C stops it

  financebuy up --detach                in the background

  financebuy up --data ./trial --fresh  start over in a directory of your own
"""


@app.command(epilog=_EXAMPLES)
def up(
    data: DataOption = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Delete the platform that is there, after asking.")
    ] = False,
    yes: YesOption = False,
    in_background: Annotated[
        bool, typer.Option("--detach", help="Return once everything is ready.")
    ] = False,
    database_url: Annotated[
        str | None,
        typer.Option(
            "--database-url",
            metavar="URL",
            help="Use this PostgreSQL, 15 or newer, instead of the embedded one; @FILE reads the"
            " URL from a file, as one with a password must be.",
        ),
    ] = None,
    paper: Annotated[
        bool, typer.Option("--paper", help="Demo users and a simulated market, whatever database.")
    ] = False,
) -> None:
    """Start the database, the cache, the worker, the API and the market."""
    environ = dict(os.environ)
    if database_url is not None:
        environ["FINANCEBUY_DATABASE_URL"] = database_url
    settings = Settings.read(environ, data)
    if paper:
        settings = replace(settings, paper=True)
    progress = Progress(assume_yes=yes)
    became_ready = detach(settings.data_dir) if in_background else None

    def ready(endpoints: Endpoints) -> None:
        welcome(endpoints, detached=in_background)
        if became_ready is not None:
            progress.silence()
            became_ready()

    try:
        run(Launch(settings, progress, seed_demo, ready, fresh))
    finally:
        progress.pause()
