"""The platform's own programs, and how each is started."""

import sys
from pathlib import Path

from financebuy.cluster.accounts import Account, current
from financebuy.cluster.processes import can_run

PROGRAMS = ("worker", "api", "market")
"""Each is a module `financebuy.<name>` that takes `--data DIR`."""


def program_arguments(name: str, data_dir: Path) -> list[str]:
    """What follows the interpreter on a program's command line.

    `-P` keeps the working directory out of the import path.
    """
    return ["-P", "-m", f"financebuy.{name}", "--data", str(data_dir)]


def program_account(servers: Account) -> Account:
    """Who the programs run as: the servers' account, if it can run this Python and package."""
    if servers.is_self:
        return servers
    probe = [sys.executable, "-P", "-c", "import financebuy.settings, typer"]
    return servers if can_run(probe, servers) else current()
