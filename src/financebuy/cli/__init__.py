"""The command line: `financebuy`, one file a noun.

Exit codes: 0 good, 1 failed to run, 2 findings, 3 not evaluated, 64 usage, 130 interrupted.
Data goes to stdout, everything else to stderr.
"""

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from financebuy import __version__
from financebuy.cli.exit_codes import FAILED, GOOD, INTERRUPTED, USAGE
from financebuy.cli.helping import make_readable
from financebuy.cli.lazy import LazyGroup
from financebuy.cli.output import say
from financebuy.errors import FinanceBuyError

_TYPER_USAGE = 2

app = typer.Typer(cls=LazyGroup, no_args_is_help=True, rich_markup_mode="rich")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"financebuy {__version__}")
        raise typer.Exit


@app.callback()
def financebuy(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """The data platform of an investment app.

    Start with [bold]financebuy up[/bold].
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with one of the exit codes above."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    command = make_readable(typer.main.get_command(app))
    try:
        code = command.main(list(arguments), prog_name="financebuy", standalone_mode=False)
    except typer.TyperException as error:
        return _refuse(error)
    except FinanceBuyError as error:
        say(f"financebuy: {error}")
        return error.exit_code
    except typer.Abort:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`| head`); the interpreter must not write to it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        told = what_failed(error)
        if told is None:
            raise
        say(f"financebuy: {told}")
        return FAILED
    return code if isinstance(code, int) else GOOD


def what_failed(error: Exception) -> str | None:
    """Return the line for what the world did to a command; None for what is a fault of ours."""
    if isinstance(error, OSError) and isinstance(error.filename, str | bytes):
        return f"{os.fsdecode(error.filename)}: {error.strerror}"
    # The driver is not loaded to find out. SQLAlchemy has its error as the origin of its own.
    driver, error = sys.modules.get("psycopg"), getattr(error, "orig", error)
    if driver is None or not isinstance(error, driver.OperationalError):
        return None
    about = str(error).partition("\n")[0].rstrip(":")
    # Without a state it is the line's; 08 is a connection's failure, 57 a server that stops.
    if (error.sqlstate or "08")[:2] in {"08", "57"}:
        return f"the database is away or hung up ({about}); look before you repeat it"
    return f"the database refused: {about}"


def _refuse(error: typer.TyperException) -> int:
    """Say what was wrong with the command line, and how to learn more."""
    message = error.format_message().replace("Value error, ", "")
    # Without a message the help was the answer, and has been printed: `financebuy user`.
    if message:
        say(f"financebuy: {message}")
        context = getattr(error, "ctx", None)
        if context is not None:
            say(f"Try: {context.command_path} --help")
    return USAGE if error.exit_code == _TYPER_USAGE else FAILED
