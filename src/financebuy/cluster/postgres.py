"""One PostgreSQL data directory: create it, configure it, say when its server is ready."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from financebuy.cluster.accounts import Account
from financebuy.cluster.binaries import Programs
from financebuy.cluster.files import make_directory, write_file
from financebuy.cluster.processes import run

SUPERUSER = "postgres"

_GENERATED = (
    "# Written by `financebuy up` at each start. Use ALTER SYSTEM for settings of your own.\n"
)


_BUILTIN_LOCALES_SINCE = 17
# Sorting by code points whatever the machine; before 17 the C library's, which sorts the same.
_LOCALE_OPTIONS = {
    True: ("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
    False: ("--locale", "C.UTF-8"),
}


@dataclass(frozen=True, slots=True)
class PostgresFiles:
    """A PostgreSQL server's files. Its process belongs to whoever starts `argv()`."""

    programs: Programs
    account: Account
    data: Path
    """PGDATA."""
    sockets: Path
    port: int

    @property
    def exists(self) -> bool:
        """Whether initdb has finished here: it writes this file late, and moves nothing."""
        return (self.data / "global" / "pg_control").exists()

    def initialise(self, password_file: Path, *, sync: bool = True) -> None:
        """Create the data directory, with the superuser's password from a file.

        It appears in one step under its name, so that a killed initdb leaves nothing behind.
        """
        draft = self.data.with_name(self.data.name + ".new")
        if draft.exists():
            shutil.rmtree(draft)
        make_directory(draft, self.account)
        command: list[str | Path] = [
            self.programs.tool("initdb"),
            "--pgdata", draft,
            "--username", SUPERUSER,
            "--pwfile", password_file,
            "--auth", "scram-sha-256",
            "--encoding", "UTF8",
            *_LOCALE_OPTIONS[self.programs.major >= _BUILTIN_LOCALES_SINCE],
            "--data-checksums",
            "--no-instructions",
        ]  # fmt: skip
        run(command if sync else [*command, "--no-sync"], self.account)
        draft.rename(self.data)

    def configure(self, settings: Mapping[str, str], access: str) -> None:
        """Write postgresql.conf and pg_hba.conf."""
        own = {"port": str(self.port), "unix_socket_directories": str(self.sockets)}
        merged = {**settings, **own, "unix_socket_permissions": "0700"}
        lines = [f"{name} = {_quote(value)}\n" for name, value in sorted(merged.items())]
        write_file(self.data / "postgresql.conf", _GENERATED + "".join(lines), self.account)
        write_file(self.data / "pg_hba.conf", _GENERATED + access, self.account)

    def argv(self) -> list[str | Path]:
        """The command that runs the server in the foreground."""
        return [self.programs.tool("postgres"), "-D", self.data]

    def is_ready(self, pid: int) -> bool:
        """Whether the postmaster `pid` accepts connections; it says so in its own pid file."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _quote(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
