"""Log rotation by copying and truncating.

Children append to their logs themselves, so that they keep logging when the supervisor is
killed. The price: what is written between the copy and the truncation, well under a
millisecond, is lost.
"""

import os
import shutil
from pathlib import Path

MAX_BYTES = 10 * 1024 * 1024
KEEP = 5


def rotate(log: Path, max_bytes: int = MAX_BYTES, keep: int = KEEP) -> bool:
    """Rotate a log that has outgrown `max_bytes`: `x.log.1` is the newest of `keep`."""
    try:
        if log.stat().st_size <= max_bytes:
            return False
    except FileNotFoundError:
        return False
    for number in range(keep - 1, 0, -1):
        older = _numbered(log, number)
        if older.exists():
            older.replace(_numbered(log, number + 1))
    shutil.copyfile(log, _numbered(log, 1))
    _numbered(log, 1).chmod(0o640)
    os.truncate(log, 0)
    return True


def _numbered(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")
