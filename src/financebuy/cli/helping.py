"""The help of the commands, made fit to be read where Typer's own is not."""

from inspect import cleandoc
from typing import Any

import typer

# What Typer says of a type that has no name of its own. A flag takes nothing.
_NAMES = {
    "<bool>": "",
    "<str>": "TEXT",
    "<list[str]>": "TEXT",
    "<int>": "N",
    "<int range>": "N",
    "<float range>": "N",
    "<path>": "PATH",
    "<file>": "FILE",
}


def make_readable(command: Any) -> Any:
    """Name the values that options take, and let paragraphs wrap; for all commands below, too."""
    if command.help:
        paragraphs = cleandoc(command.help).split("\n\n")
        command.help = "\n\n".join(" ".join(each.split()) for each in paragraphs)
    context = typer.Context(command)
    for parameter in command.get_params(context):
        if parameter.metavar is None and parameter.param_type_name == "option":
            parameter.metavar = _NAMES.get(parameter.display_type(context))
        elif parameter.metavar is None:
            parameter.metavar = parameter.name.upper()
    for each in getattr(command, "commands", {}).values():
        if each is not None:
            make_readable(each)
    return command
