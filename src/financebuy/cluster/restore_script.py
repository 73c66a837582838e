"""Loading a dump into a server that is older than pg_restore, by way of psql.

pg_restore 17 begins with a setting that only servers from 17 on know, and stops there. Its script
is the same without it.
"""

import contextlib
import itertools
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import IO

KNOWS_ALL_SETTINGS = 170_000
"""The server version, as libpq tells it, from which on pg_restore can do it alone."""

_UNKNOWN = b"SET transaction_timeout = 0;\n"
_HEADER_LINES = 40
"""The settings come first; further down a line may be somebody's data."""


def load_script(
    restore: Sequence[str], psql: Sequence[str], environment: Mapping[str, str], inherited: int
) -> list[str] | None:
    """Run `restore`, which writes its script to stdout, into `psql`; None, or what went wrong.

    psql must have been told to do all of it or nothing, and to stop at an error. It inherits a
    descriptor, that of its password.
    """
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(restore, env=environment, stdout=subprocess.PIPE, stderr=said) as source,
        subprocess.Popen(
            psql,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            pass_fds=(inherited,),
        ) as target,
    ):
        assert source.stdout is not None  # noqa: S101 (a pipe was asked for)
        assert target.stdin is not None  # noqa: S101
        complete = _pass_on(source.stdout, target.stdin) and source.wait() == 0
        if not complete:
            # Without the end of its input it commits nothing.
            target.kill()
        with contextlib.suppress(BrokenPipeError):
            target.stdin.close()
        if target.wait() == 0 and complete:
            return None
        said.seek(0)
        lines = said.read().decode(errors="replace").splitlines()
    return [line for line in lines if "error:" in line.lower()] or lines[-1:]


def _pass_on(script: IO[bytes], target: IO[bytes]) -> bool:
    """Copy the script without what an older server does not know; False: nobody took it."""
    try:
        for line in itertools.islice(script, _HEADER_LINES):
            if line != _UNKNOWN:
                target.write(line)
        while block := script.read(1 << 16):
            target.write(block)
        target.flush()
    except BrokenPipeError:
        return False
    return True
