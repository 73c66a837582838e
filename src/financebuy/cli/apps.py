"""What every command's `app` has in common."""

import typer
from typer.core import TyperGroup


def single() -> typer.Typer:
    """For a noun that is one command: `financebuy status`."""
    # Completion is installed by the top command.
    return typer.Typer(add_completion=False, rich_markup_mode="rich")


def examples(*commands: str) -> str:
    """The end of a command's help: each of `commands` on a line of its own, or on several."""
    # Typer takes away the indent of what does not begin with an empty line.
    lines = ["\nExample:" if len(commands) == 1 else "\nExamples:"]
    lines += [f"  {line}" for command in commands for line in command.splitlines()]
    return "\n\n".join(lines)


def noun(about: str, group: type[TyperGroup] = TyperGroup) -> typer.Typer:
    """For a noun with commands of its own: `financebuy user create`. `about` is its help."""
    app = typer.Typer(
        cls=group, add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help=about
    )
    # Keeps the noun in the command line even while it has a single command.
    app.callback()(_nothing)
    return app


def _nothing() -> None:
    return
