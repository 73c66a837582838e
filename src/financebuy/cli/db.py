"""`financebuy db`: the database itself."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from financebuy.bootstrap import check_database
from financebuy.cli.apps import examples, noun
from financebuy.cli.check import report
from financebuy.cli.exit_codes import FINDINGS, GOOD
from financebuy.cli.options import DataOption, OutputOption, YesOption
from financebuy.cli.output import Format, print_record, say
from financebuy.cli.progress import Progress
from financebuy.cluster import dumps
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.postgres import SUPERUSER
from financebuy.cluster.secret_files import LOGIN_ROLES
from financebuy.cluster.supervision.databases import describe, migrate_after_asking
from financebuy.database.migrate import head, revision
from financebuy.settings import Settings

app = noun("The database itself: its schema, a shell, dumps.")

_LOADING = "_loading"


def _endpoints(data: Path | None) -> Endpoints:
    return Endpoints.read(Settings.read(os.environ, data).data_dir)


@app.command(epilog="Example: financebuy db migrate --yes")
def migrate(data: DataOption = None, yes: YesOption = False) -> None:
    """Bring the schema to this version, after asking. `financebuy up` does it too."""
    say(migrate_after_asking(_endpoints(data), Progress(assume_yes=yes).confirm))


@app.command(epilog="Example: financebuy db status -o json")
def status(data: DataOption = None, output: OutputOption = None) -> None:
    """Show which schema the database has and which one this version needs.

    Exit code 0: they are the same. 2: they differ.
    """
    endpoints = _endpoints(data)
    current, needed = revision(endpoints.admin_url), head()
    print_record(
        {
            "database": endpoints.state.database.name,
            "server": describe(endpoints),
            "revision": current,
            "needed": needed,
            "up_to_date": current == needed,
        },
        output,
    )
    raise typer.Exit(GOOD if current == needed else FINDINGS)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog=examples(
        "financebuy db psql",
        "financebuy db psql -- -c 'select count(*) from orders'",
    ),
)
def psql(
    context: typer.Context,
    role: Annotated[
        str, typer.Option(help="Whom to be; auditor reads everything but personal data.")
    ] = "auditor",
    data: DataOption = None,
) -> None:
    """Open psql on the platform's database; what follows `--` is passed on to it."""
    if role not in {*LOGIN_ROLES, SUPERUSER}:
        raise typer.BadParameter(f"one of {', '.join((*LOGIN_ROLES, SUPERUSER))}")
    endpoints = _endpoints(data)
    url = endpoints.admin_url if role == SUPERUSER else endpoints.database_url(role)
    client = dumps.Client(url)
    arguments = client.arguments("psql", *context.args)
    environment, _ = client.environment()
    os.execve(arguments[0], arguments, environment)  # noqa: S606 (psql takes over)


@app.command(epilog="Example: financebuy db dump books.dump")
def dump(
    file: Annotated[Path, typer.Argument(help="A new file.", dir_okay=False)],
    data: DataOption = None,
) -> None:
    """Dump the books into one file, while the platform runs."""
    with _Progress("dumping") as progress:
        size = dumps.dump(_endpoints(data), file, progress.tell)
    say(f"{file}: {size / 1e6:.1f} MB. Keep the secrets too: without them personal data is lost.")


@app.command(
    "load",
    epilog=examples(
        "financebuy db load a.dump",
        "financebuy db load a.dump --database trial",
    ),
)
def load_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    database: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Load into this database of the same server, made when missing, and leave it"
            " there. Default: the platform's own, which must have no users yet.",
        ),
    ] = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Load a dump into an empty database, and check the books of what was loaded.

    The platform's own database is replaced only once the loaded books balance.
    """
    endpoints = _endpoints(data)
    own = database is None
    if own and dumps.has_users(endpoints):
        raise dumps.NotEmptyError(
            f"the database {endpoints.state.database.name} has users: load into another one with"
            " --database NAME, or start over with `FINANCEBUY_PAPER=false financebuy up --fresh`"
        )
    name = database or endpoints.state.database.name + _LOADING
    if own:
        dumps.drop_database(endpoints, name)
    target = dumps.create_database(endpoints, name)
    good = _load_and_check(target, file, data, output)
    if own and good:
        dumps.put_in_place(endpoints, name)
    raise typer.Exit(GOOD if good else FINDINGS)


def _load_and_check(
    target: Endpoints, file: Path, data: Path | None, output: Format | None
) -> bool:
    with _Progress("loading") as progress:
        dumps.load_into(target, file, progress.tell)
    results = check_database(Settings.read(os.environ, data), target.database_url("auditor"))
    report(results, output)
    return not any(each.total for each in results)


class _Progress:
    """What pg_dump and pg_restore are at, behind a spinner; nothing where there is no terminal."""

    def __init__(self, doing: str) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._doing = doing
        self._status = self._console.status(doing)

    def __enter__(self) -> "_Progress":
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._status.stop()

    def tell(self, line: str) -> None:
        self._status.update(f"{self._doing}: {line.partition(': ')[2][:60]}")
