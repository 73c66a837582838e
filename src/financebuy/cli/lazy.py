"""Commands whose modules are imported when they are used: `--version` should not load them all."""

import importlib
from typing import Any

import typer
from typer.core import TyperGroup

from financebuy.cli.helping import make_readable

COMMANDS = (
    "up",
    "down",
    "status",
    "logs",
    "user",
    "payment",
    "document",
    "signins",
    "keys",
    "secrets",
    "account",
    "deposit",
    "withdraw",
    "transfer",
    "order",
    "portfolio",
    "action",
    "market",
    "currency",
    "fees",
    "prices",
    "exceptions",
    "approve",
    "reverse",
    "fact",
    "check",
    "doctor",
    "audit",
    "month",
    "reconcile",
    "db",
    "tls",
    "drill",
    "bench",
)
"""In the order of the help. Each is a module here with an `app`."""


class LazyGroup(TyperGroup):
    """The top of the command line."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        # Only the names matter here: Typer looks among them for "did you mean".
        self.commands = dict.fromkeys(COMMANDS)  # type: ignore[assignment]

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (as Typer calls it)
        """The names, without loading anything."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 (as Typer calls it)
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"financebuy.cli.{cmd_name}")
        command = make_readable(typer.main.get_command(module.app))
        command.name = cmd_name
        return command
