"""One supervisor a data directory, by a lock that dies with its holder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from financebuy.cluster.accounts import Account
from financebuy.cluster.errors import AlreadyRunningError
from financebuy.cluster.files import make_directory
from financebuy.cluster.layout import DataDirectory


@contextmanager
def locked(directory: DataDirectory, account: Account) -> Iterator[None]:
    """Hold the data directory, created if need be. Raises `AlreadyRunningError`."""
    make_directory(directory.run, account)
    # Not inheritable, so that children which outlive the supervisor do not hold it.
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(directory.lock_file, flags, 0o600)
    try:
        _acquire(descriptor, directory)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, directory: DataDirectory) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AlreadyRunningError(
            f"a platform already runs on {directory.root}: `financebuy status` shows it,"
            " `financebuy down` stops it"
        ) from None
