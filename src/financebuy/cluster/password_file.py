"""Handing a password to PostgreSQL's client programs: in a file that exists in memory alone."""

import os
import tempfile

_ANYTHING = "*:*:*:*"


def environment_with(password: str) -> tuple[dict[str, str], int]:
    """Return the variable that names the file, and the descriptor that the program must inherit.

    A variable that held the password itself could be read by whoever may look at the process.
    """
    descriptor = _anonymous_file()
    os.fchmod(descriptor, 0o600)  # libpq believes no file that others may read
    os.set_inheritable(descriptor, True)
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    os.write(descriptor, f"{_ANYTHING}:{escaped}\n".encode())
    return {"PGPASSFILE": f"/proc/self/fd/{descriptor}"}, descriptor


def _anonymous_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("pgpass", 0)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
