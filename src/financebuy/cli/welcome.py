"""What `financebuy up` prints once everything runs: where it is, and how to try it."""

import os
import shutil
import sys
from pathlib import Path

from financebuy.cluster.demo import Demo, read_demo
from financebuy.cluster.endpoints import Endpoints
from financebuy.settings import Settings

_PAPER = """
This is a paper platform: demo users, play money, and quotes that are simulated
inside the real daily prices of 2000 to 2013.
"""


def welcome(endpoints: Endpoints, *, detached: bool) -> None:
    """Print it."""
    sys.stdout.write(describe(endpoints, detached=detached))
    sys.stdout.flush()


def describe(endpoints: Endpoints, *, detached: bool) -> str:
    """The text, at most 80 columns wide where the data directory's name permits."""
    directory = endpoints.directory.root
    option = "" if directory == Settings.read(os.environ).data_dir else f" --data {directory}"
    program = _program()
    lines = [
        "",
        "FinanceBuy is running.",
        "",
        f"  API       {endpoints.api_url} (its document: /openapi.json)",
        f"  database  {_database(endpoints)}",
        f"  data      {directory}",
        f"  secrets   {endpoints.secrets.directory}",
    ]
    text = "\n".join(lines) + "\n"
    demo = read_demo(endpoints.secrets)
    if endpoints.state.paper:
        text += _PAPER
    if demo is not None:
        text += _demo(endpoints, demo)
    stop = f"{program} down{option}" if detached else "Ctrl-C"
    return f"{text}\nLook: {program} status{option}\nStop: {stop}\n"


def _program() -> str:
    """How this shell calls `financebuy`: by name, or by where it lies when PATH lacks it."""
    if shutil.which("financebuy") is not None:
        return "financebuy"
    installed, here = Path(sys.executable).with_name("financebuy"), Path.cwd()
    return str(installed.relative_to(here) if installed.is_relative_to(here) else installed)


def _database(endpoints: Endpoints) -> str:
    place = endpoints.state.database
    if place.kind == "external":
        return f"{place.name} on {place.host}, your own"
    return f"postgresql://{place.host}:{place.port}/{place.name} (TLS, no superuser)"


def _demo(endpoints: Endpoints, demo: Demo) -> str:
    return f"""
Investor
  key     {demo.investor.key_id}
  secret  {demo.investor.secret}
Operator
  key     {demo.operator.key_id}
  secret  {demo.operator.secret}

Try it:
  curl {endpoints.api_url}/v2/account \\
    -H "APCA-API-KEY-ID: {demo.investor.key_id}" \\
    -H "APCA-API-SECRET-KEY: {demo.investor.secret}"
"""
