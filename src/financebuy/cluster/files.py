"""Making files and directories for a server's account.

Root writes here into directories that a less trusted account owns, so nothing follows a link
that this account may have planted: files are written under a new name and renamed, and owners
are changed through the open file.
"""

import os
import secrets
import shutil
from pathlib import Path

from financebuy.cluster.accounts import Account
from financebuy.cluster.errors import NotADataDirectoryError


def make_directory(path: Path, account: Account, mode: int = 0o700) -> Path:
    """Create `path` (parents too) or set its owner and mode; refuses a symbolic link."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=mode, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise NotADataDirectoryError(f"{path} must be a directory: {error.strerror}") from None
    try:
        _own(descriptor, account, mode)
    finally:
        os.close(descriptor)
    return path


def write_file(path: Path, content: str | bytes, account: Account, mode: int = 0o600) -> None:
    """Replace `path` in one step: a reader sees the old content or the new, never a part."""
    data = content.encode() if isinstance(content, str) else content
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _own(file.fileno(), account, mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def open_log(path: Path) -> int:
    """A descriptor that appends to a log; each write lands at the end, even after a truncation."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(path, flags, 0o640)


def empty_directory(path: Path, keep: frozenset[str] = frozenset()) -> None:
    """Delete what is in `path`, but for the names in `keep`."""
    for entry in path.iterdir():
        if entry.name in keep:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _own(descriptor: int, account: Account, mode: int) -> None:
    if os.geteuid() == 0:
        os.fchown(descriptor, account.uid, account.gid)
    os.fchmod(descriptor, mode)
