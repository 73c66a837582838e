"""`financebuy signins`: who tried to sign in, to the platform and to its database."""

import os
from pathlib import Path
from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import noun
from financebuy.cli.options import AsOption, DataOption, LimitOption, OutputOption
from financebuy.cli.output import print_rows, say
from financebuy.cli.session import Session, user_id_of
from financebuy.cli.values import rows
from financebuy.cluster.accounts import current
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.failed_logins import FailedLogins, LogReader
from financebuy.services import attempts
from financebuy.services.attempts import SignIn
from financebuy.services.caller import Caller
from financebuy.settings import Settings

app = noun("Attempts to sign in, to the platform and to its database. For the staff.")

_COLUMNS = (
    "attempted_at", "place", "outcome", "method", "user_id", "login", "network", "request_id",
)  # fmt: skip


@app.command("list", epilog="Example: financebuy signins list --all -o json")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Those that succeeded, too.")] = False,
    user: Annotated[
        str | None, typer.Option("--user", help="Of this person: an address or an id.")
    ] = None,
    limit: LimitOption = 50,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List failed attempts to sign in, newest first."""

    async def work(platform: Platform, caller: Caller) -> list[SignIn]:
        user_id = None if user is None else await user_id_of(platform, caller, user)
        return await attempts.sign_ins(
            platform, caller, failed=not everything, user_id=user_id, limit=limit
        )

    print_rows(rows(Session(data, who).as_operator(work)), _COLUMNS, output)


@app.command(epilog="Example: financebuy signins read /var/log/postgresql/postgresql-17-main.log")
def read(
    log: Annotated[Path, typer.Argument(help="PostgreSQL's log, with %e in log_line_prefix.")],
    data: DataOption = None,
) -> None:
    """Record the failed sign-ins that a database of your own has logged; reads on each time.

    The embedded database's log is read by the platform itself.
    """
    endpoints = Endpoints.read(Settings.read(os.environ, data).data_dir)
    place = endpoints.directory.run / f"{log.name}.read"
    reader = LogReader(log, place, current())
    found = FailedLogins(endpoints, reader).run()
    say(f"{found} failed sign-ins recorded")
