"""`financebuy logs`: what the platform's processes wrote."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from financebuy.cli.apps import examples, single
from financebuy.cli.options import DataOption
from financebuy.cluster.errors import ClusterError, NotRunningError
from financebuy.cluster.layout import DataDirectory
from financebuy.settings import Settings

app = single()

_POLL_SECONDS = 0.2
_TAIL_BYTES = 1 << 20


@app.command(epilog=examples("financebuy logs", "financebuy logs api -f", "financebuy logs -n 5"))
def logs(
    name: Annotated[
        str | None, typer.Argument(help="postgres, valkey, worker, api, market or supervisor.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as they grow.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="Lines of each log.")] = 20,
    data: DataOption = None,
) -> None:
    """Show the end of the logs, of all processes or of one."""
    directory = DataDirectory(Settings.read(os.environ, data).data_dir)
    paths = _choose(directory, name)
    for path in paths:
        _write(path, _last_lines(path, lines), named=name is None)
    if follow:
        _follow(paths, named=name is None)


def _choose(directory: DataDirectory, name: str | None) -> Sequence[Path]:
    if not directory.logs.exists():
        raise NotRunningError(f"no platform in {directory.root}")
    found = sorted(directory.logs.glob("*.log"))
    if name is None:
        return found
    if directory.log(name) not in found:
        names = ", ".join(path.stem for path in found)
        raise ClusterError(f"there is no log of {name}, only of {names}")
    return [directory.log(name)]


def _last_lines(path: Path, count: int) -> list[str]:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL_BYTES))
        text = file.read().decode(errors="replace")
    return text.splitlines()[-count:] if count else []


def _write(path: Path, lines: Sequence[str], *, named: bool) -> None:
    prefix = f"{path.stem:<10} " if named else ""
    sys.stdout.writelines(f"{prefix}{line}\n" for line in lines)
    sys.stdout.flush()


def _follow(paths: Sequence[Path], *, named: bool) -> None:
    readers = [(path, _grow(path)) for path in paths]
    while True:
        for path, reader in readers:
            _write(path, next(reader), named=named)
        time.sleep(_POLL_SECONDS)


def _grow(path: Path) -> Iterator[list[str]]:
    """The whole lines that came since the last call; a rotated log begins anew."""
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        rest = b""
        while True:
            if path.stat().st_size < file.tell():
                file.seek(0)
            *whole, rest = (rest + file.read()).split(b"\n")
            yield [line.decode(errors="replace") for line in whole]
