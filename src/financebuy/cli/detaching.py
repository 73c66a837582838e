"""Going to the background once the platform is ready."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from financebuy.cluster.files import open_log
from financebuy.cluster.layout import DataDirectory

_READY = b"ready"


def detach(data_dir: Path) -> Callable[[], None]:
    """Continue in a child process; the parent waits for the returned function, then exits 0.

    If the child ends before that, the parent exits with the child's exit code. Until then both
    share the terminal, so that progress and questions are seen.
    """
    reader, writer = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child:
        os.close(writer)
        os._exit(_wait(child, reader))
    os.close(reader)
    os.setsid()

    def ready() -> None:
        _leave_terminal(data_dir)
        os.write(writer, _READY)
        os.close(writer)

    return ready


def _wait(child: int, reader: int) -> int:
    def pass_on(number: int, _frame: FrameType | None) -> None:
        os.kill(child, number)

    # The child is in a session of its own and does not hear the terminal.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    if os.read(reader, len(_READY)) == _READY:
        return 0
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _leave_terminal(data_dir: Path) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    log = open_log(DataDirectory(data_dir).log("supervisor"))
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.close(log)
    os.close(nothing)
