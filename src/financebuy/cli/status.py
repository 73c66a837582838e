"""`financebuy status`: how the platform is."""

import os
import sys
import time
from dataclasses import asdict
from datetime import timedelta

import typer

from financebuy.cli.apps import examples, single
from financebuy.cli.exit_codes import FINDINGS, GOOD, NOT_EVALUATED
from financebuy.cli.options import DataOption, OutputOption
from financebuy.cli.output import Format, print_record, print_rows, say
from financebuy.cli.texts import REPLAY_FINISHED
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.errors import NotRunningError
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.state import ServiceRecord, describe_exit
from financebuy.cluster.supervision.control import (
    MarketClock,
    Status,
    market_clock,
    read_status,
)
from financebuy.cluster.supervision.sealing import Sealing, sealing
from financebuy.cluster.transport import warnings
from financebuy.settings import Settings

app = single()

_COLUMNS = ("name", "state", "pid", "up", "restarts", "last_exit")


@app.command(epilog=examples("financebuy status", "financebuy status -o json"))
def status(data: DataOption = None, output: OutputOption = None) -> None:
    """Show what runs, since when, and how often it was restarted.

    Exit code 0: all is ready. 2: something is not, or the sealer has stopped. 3: nothing runs.
    """
    directory = DataDirectory(Settings.read(os.environ, data).data_dir)
    try:
        found = read_status(directory)
    except NotRunningError as error:
        say(str(error))
        raise typer.Exit(NOT_EVALUATED) from None
    clock = market_clock(directory) if found.is_running and found.state.paper else None
    sealed = sealing(directory) if found.is_running else None
    if output is Format.JSON:
        print_record(_record(directory, found, clock, sealed), output)
    else:
        _print(directory, found, clock, output, sealed)
    stopped = sealed is not None and sealed.stopped is not None
    if sealed is not None and stopped:
        say(f"warning: the audit's sealer has stopped: {sealed.stopped}")
    for warning in warnings(directory.tls):
        say(f"warning: {warning}")
    raise typer.Exit(FINDINGS if stopped else _exit_code(found))


def _exit_code(found: Status) -> int:
    if not found.is_running:
        return NOT_EVALUATED
    return GOOD if found.is_good else FINDINGS


def _print(
    directory: DataDirectory, found: Status, clock: MarketClock | None, output: Format | None,
    sealed: Sealing | None,
) -> None:  # fmt: skip
    rows = [_row(service) for service in found.services]
    print_rows(rows, _COLUMNS, output)
    if output is not None or not sys.stdout.isatty():
        return
    endpoints = Endpoints(directory, found.state)
    sys.stdout.write(f"\nplatform  {_stage(found)}\ndata      {directory.root}\n")
    sys.stdout.write(f"API       {endpoints.api_url}\n")
    if clock is not None:
        moment = "" if clock.time is None else f", {clock.time:%Y-%m-%d %H:%M %Z}"
        sys.stdout.write(f"market    {clock.mode}, {clock.phase}{moment}\n")
    if sealed is not None:
        sys.stdout.write(f"audit     {sealed.sentence}\n")
    for note in found.state.notes:
        sys.stdout.write(f"note      {note}\n")
    if clock is not None and clock.phase == "finished":
        sys.stdout.write(f"\n{REPLAY_FINISHED}\n")


def _stage(found: Status) -> str:
    if found.supervised:
        return found.state.stage
    if found.is_running:
        return "its supervisor was killed: `financebuy up` or `down` puts that in order"
    return "stopped" if found.state.stage == "stopped" else "was killed"


def _row(service: ServiceRecord) -> dict[str, object]:
    running = service.process is not None
    uptime = timedelta(seconds=int(time.time() - service.since))
    never = service.last_exit is None
    return {
        "name": service.name,
        "state": service.state,
        "pid": None if service.process is None else service.process.pid,
        "up": uptime if running else None,
        "restarts": service.restarts,
        "last_exit": None if never else describe_exit(service.last_exit),
    }


def _record(
    directory: DataDirectory, found: Status, clock: MarketClock | None,
    sealed: Sealing | None = None,
) -> dict[str, object]:  # fmt: skip
    endpoints = Endpoints(directory, found.state)
    supervisor = found.state.supervisor if found.supervised else None
    return {
        "running": found.is_running,
        "good": found.is_good,
        "stage": found.state.stage,
        "supervisor_pid": None if supervisor is None else supervisor.pid,
        "data": str(directory.root),
        "paper": found.state.paper,
        "api": endpoints.api_url,
        "database": {
            "kind": found.state.database.kind,
            "host": found.state.database.host,
            "port": found.state.database.port,
            "name": found.state.database.name,
        },
        "market": None if clock is None else _clock(clock),
        "audit": None if sealed is None else asdict(sealed),
        "services": [_service(service) for service in found.services],
        "notes": list(found.state.notes),
        "warnings": warnings(directory.tls),
    }


def _service(service: ServiceRecord) -> dict[str, object]:
    """As `_row`, for programs."""
    running = service.process is not None
    seconds = round(time.time() - service.since, 3) if running else None
    return {**_row(service), "up": seconds}


def _clock(clock: MarketClock) -> dict[str, object]:
    how_to_go_on = " ".join(REPLAY_FINISHED.split()) if clock.phase == "finished" else None
    return {
        "mode": clock.mode,
        "phase": clock.phase,
        "time": clock.time,
        "session": clock.session,
        "how_to_go_on": how_to_go_on,
    }
