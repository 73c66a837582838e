"""Where everything lies inside a data directory.

```
DATA/
  VERSION         format of this directory
  platform.json   what runs, and where it listens
  secrets/        one secret a file
  tls/            the platform's own certificate authority, and the certificates that it signed
  postgres/       PGDATA
  valkey/         the cache's append-only file
  audit/          signed heads of the audit's log, outside of the database
  logs/           one log a process, rotated
  run/            unix sockets and the lock
```
"""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from financebuy.cluster.accounts import Account, current
from financebuy.cluster.errors import ClusterError, NewerDataError, NotADataDirectoryError
from financebuy.cluster.files import empty_directory, make_directory, write_file

FORMAT = 1
"""Raised when the layout changes in a way that an older FinanceBuy would not understand."""

# sun_path of Linux, less its closing zero; the longest name that is put behind the directory.
_SOCKET_PATH_BYTES = 107
_PLAIN_PATH = re.compile(r"[\w/.+-]+", re.ASCII)
_LONGEST_SOCKET_NAME = "/.s.PGSQL.65535"


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """Paths of one data directory, and the care of its format."""

    root: Path

    @property
    def version_file(self) -> Path:
        """Says which format the directory has; its presence says that it is ours."""
        return self.root / "VERSION"

    @property
    def state_file(self) -> Path:
        """The supervisor's state, see `financebuy.cluster.state`."""
        return self.root / "platform.json"

    @property
    def secrets(self) -> Path:
        """One secret a file, see `financebuy.cluster.secret_files`."""
        return self.root / "secrets"

    @property
    def tls(self) -> Path:
        """Certificates, see `financebuy.cluster.certificates`."""
        return self.root / "tls"

    @property
    def ca_certificate(self) -> Path:
        """What a client trusts in order to verify the embedded PostgreSQL."""
        given = self.tls / "server-ca.crt"
        return given if given.exists() else self.tls / "ca.crt"

    @property
    def postgres(self) -> Path:
        """PGDATA."""
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        """The cache's files."""
        return self.root / "valkey"

    @property
    def audit(self) -> Path:
        """The audit's heads, see `financebuy.services.audit.outside`."""
        return self.root / "audit"

    @property
    def logs(self) -> Path:
        """One log a process."""
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """Sockets and the lock."""
        return self.root / "run"

    @property
    def lock_file(self) -> Path:
        """Held by the supervisor."""
        return self.run / "lock"

    @property
    def sockets(self) -> Path:
        """Directory of the unix sockets: `run`, or another when its path would not do.

        It must fit into the kernel's limit, and hold nothing that a URL or a list of hosts
        would take for a separator.
        """
        fits = len(f"{self.run}{_LONGEST_SOCKET_NAME}".encode()) <= _SOCKET_PATH_BYTES
        if fits and _PLAIN_PATH.fullmatch(str(self.run)):
            return self.run
        digest = hashlib.sha256(str(self.root).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"financebuy-{digest}"

    def log(self, name: str) -> Path:
        """The log of one process."""
        return self.logs / f"{name}.log"

    def inspect(self) -> bool:
        """Whether a platform is here; false for a missing or empty directory.

        Raises `NotADataDirectoryError` when something else is here, and `NewerDataError` when the
        platform is of a later format than this program knows.
        """
        if not self.root.exists():
            return False
        if not self.root.is_dir():
            raise NotADataDirectoryError(f"{self.root} is not a directory")
        try:
            text = self.version_file.read_text().strip()
        except FileNotFoundError:
            return self._refuse_foreign_files()
        if not text.isdigit():
            raise NotADataDirectoryError(f"{self.version_file} does not name a format")
        if int(text) > FORMAT:
            raise NewerDataError(
                f"{self.root} has format {text}, this FinanceBuy knows up to {FORMAT}:"
                " install the newer version again"
            )
        return True

    def _refuse_foreign_files(self) -> bool:
        # `run` alone is what the lock makes before anything else.
        if any(entry.name != "run" for entry in self.root.iterdir()):
            raise NotADataDirectoryError(
                f"{self.root} holds other files than FinanceBuy's: choose an empty directory"
            )
        return False

    def create(self, account: Account) -> None:
        """Make every directory that is missing, each with its owner.

        The top and `logs` stay with whoever runs the supervisor, the rest belongs to `account`.
        """
        me = current()
        make_directory(self.root, me, 0o755)
        make_directory(self.logs, me, 0o750)
        for path in (self.secrets, self.tls, self.valkey, self.audit, self.run):
            make_directory(path, account)
        if self.sockets != self.run:
            _make_socket_directory(self.sockets, account)
        if not self.version_file.exists():
            write_file(self.version_file, f"{FORMAT}\n", me, 0o644)

    def delete_contents(self) -> None:
        """Delete the platform, but for the lock that the caller holds."""
        self.inspect()
        empty_directory(self.root, keep=frozenset({"run"}))
        empty_directory(self.run, keep=frozenset({"lock"}))


def _make_socket_directory(path: Path, account: Account) -> None:
    # The temporary directory is everybody's, so one that is already there must be ours.
    if os.path.lexists(path) and path.lstat().st_uid != account.uid:
        raise ClusterError(f"{path} belongs to somebody else: remove it")
    make_directory(path, account)
