"""The reference page of the command line, made from the commands themselves."""

from collections.abc import Iterator
from textwrap import dedent, fill
from typing import Any

import typer

from financebuy.cli import app

# Every command has these; they are described once.
SHARED = {"--help", "--install-completion", "--show-completion"}

WIDTH = 100

HEAD = """\
# Command line

<!-- Made by `make reference`. -->

Data goes to stdout, everything else to stderr; the [exit codes](exit-codes.md) say how it went.
`--help` works everywhere. `financebuy --install-completion` completes commands in your shell."""


def command_line() -> str:
    """Every command with its arguments and options, as Markdown."""
    commands = _command("financebuy", typer.main.get_command(app), None)
    return "\n\n".join([HEAD, *commands]) + "\n"


def _command(name: str, command: Any, parent: Any) -> Iterator[str]:
    context = command.make_context(name, [], parent=parent, resilient_parsing=True)
    nested = list(command.list_commands(context)) if hasattr(command, "list_commands") else []
    if parent is not None and not nested:
        yield from _page(command, context)
    for child in nested:
        yield from _command(child, command.get_command(context, child), context)


def _page(command: Any, context: Any) -> Iterator[str]:
    yield f"## {context.command_path}"
    if command.help:
        yield "\n\n".join(fill(each, WIDTH) for each in _plain(command.help).split("\n\n"))
    rows = [row for parameter in command.params if (row := _row(parameter))]
    if rows:
        yield "\n".join(["| option | what it does |", "|---|---|", *rows])
    if command.epilog:
        yield f"```\n{_plain(command.epilog).replace(chr(10) * 2, chr(10))}\n```"


def _row(parameter: Any) -> str | None:
    names, value = [*parameter.opts, *parameter.secondary_opts], parameter.metavar or ""
    if SHARED & set(names) or getattr(parameter, "hidden", False):
        return None
    if parameter.param_type_name == "argument":
        names, value = [value if parameter.required else f"[{value}]"], ""
    shown = ", ".join(f"`{name}`" for name in names) + (f" `{value}`" if value else "")
    text = (parameter.help or "").replace("|", "\\|")
    if parameter.required and parameter.param_type_name == "option":
        text = f"{text} Required."
    return f"| {shown} | {text} |"


def _plain(text: str) -> str:
    """Help without the terminal's marks, and without the blank lines that Typer wants."""
    lines = [line.rstrip() for line in dedent(text).strip().splitlines()]
    return "\n".join(lines).replace("[bold]", "").replace("[/bold]", "")
