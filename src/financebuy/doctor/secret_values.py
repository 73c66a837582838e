"""The platform's secrets: there, long, different, young, and nowhere else. None is ever shown."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shlex import quote

import psutil

from financebuy.cluster import demo
from financebuy.cluster.postgres import SUPERUSER
from financebuy.cluster.secret_files import AUDIT_KEY, KEYS, LOGIN_ROLES, VALKEY_KEEPER
from financebuy.doctor.checks import Check, Row, Severity
from financebuy.doctor.subject import Subject

_CACHE = "valkey"
_ADDRESS = "database_url"
_MOST_AGE = timedelta(days=365)
_SHORTEST = 32
_FEWEST_CHARACTERS = 8
# Longer ones do not come into a log by chance.
_TOKEN = re.compile(rb"[0-9A-Za-z]{32,}")
_TAIL_BYTES = 1024 * 1024

_AGAIN = "financebuy down && financebuy up --detach"
_PASSWORDS = "financebuy secrets rotate --only passwords"
_ROTATIONS = {
    _CACHE: "financebuy secrets rotate --only cache",
    "identity_key": "financebuy secrets rotate --only identity",
    "kek": "financebuy keys rotate",
}


def _passwords(subject: Subject) -> list[str]:
    """Those that `financebuy secrets rotate` replaces."""
    own = [SUPERUSER] if subject.is_embedded else []
    return [*own, *(f"db_{role}" for role in LOGIN_ROLES)]


def _names(subject: Subject) -> list[str]:
    """Every secret that has to be there."""
    address = [] if subject.is_embedded else [_ADDRESS]
    return [*address, *_passwords(subject), _CACHE, VALKEY_KEEPER, *KEYS, AUDIT_KEY]


def _values(subject: Subject) -> Iterator[tuple[str, str]]:
    """The words of each secret, but for an address, which has more in it than its password."""
    secrets = subject.endpoints.secrets
    for name in _names(subject):
        if name != _ADDRESS and secrets.has(name) and not secrets.path(name).is_symlink():
            yield from ((name, each) for each in re.findall(r"[0-9A-Za-z]+", secrets.read(name)))


def _remedy(name: str) -> str:
    return _ROTATIONS.get(name, _AGAIN if name in (VALKEY_KEEPER, AUDIT_KEY) else _PASSWORDS)


def _missing(subject: Subject) -> Iterator[Row]:
    secrets = subject.endpoints.secrets
    for name in _names(subject):
        if not secrets.has(name):
            where = quote(str(secrets.path(name)))
            lost = f"cp BACKUP/secrets/{name} {where}"
            yield {"secret": name, "remedy": lost if name in (*KEYS, _ADDRESS) else _AGAIN}


def _weak(subject: Subject) -> Iterator[Row]:
    secrets = subject.endpoints.secrets
    for name in (*_passwords(subject), _CACHE, VALKEY_KEEPER):
        if secrets.has(name) and not secrets.path(name).is_symlink():
            value = secrets.read(name)
            if len(value) < _SHORTEST or len(set(value)) < _FEWEST_CHARACTERS:
                yield {"secret": name, "length": len(value), "remedy": _remedy(name)}


def _shared(subject: Subject) -> Iterator[Row]:
    holders: dict[str, list[str]] = defaultdict(list)
    for name, value in _values(subject):
        if len(value) >= _SHORTEST:
            holders[value].append(name)
    for names in holders.values():
        if len(names) > 1:
            remedies = dict.fromkeys(map(_remedy, names))
            yield {"secrets": ", ".join(names), "remedy": " && ".join(remedies)}


def _old(subject: Subject) -> Iterator[Row]:
    for name in _passwords(subject):
        file = subject.endpoints.secrets.path(name)
        if file.exists() and not file.is_symlink():
            made = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            if subject.now - made > _MOST_AGE:
                yield {"secret": name, "days": (subject.now - made).days}


def _strays(subject: Subject) -> Iterator[Row]:
    # The embedded server's password is made even where the server is another.
    known = {*_names(subject), SUPERUSER, demo.NAME}
    directory = subject.directory.secrets
    for file in sorted(directory.iterdir()):
        if file.name not in known:
            aside = subject.directory.root.with_name(f"{subject.directory.root.name}-set-aside")
            yield {"file": quote(str(file)), "aside": quote(str(aside))}


def _on_command_lines(subject: Subject) -> Iterator[Row]:
    known = {value: name for name, value in _values(subject) if len(value) >= _SHORTEST}
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or [""]
        line = " ".join(words)
        for name in sorted({name for value, name in known.items() if value in line}):
            yield {
                "pid": process.pid,
                "program": Path(words[0]).name,
                "secret": name,
                "remedy": _remedy(name),
            }


def _in_logs(subject: Subject) -> Iterator[Row]:
    known = {value.encode(): name for name, value in _values(subject) if len(value) >= _SHORTEST}
    for log in sorted(subject.directory.logs.glob("*.log")):
        found = {known[each] for each in set(_TOKEN.findall(_tail(log))) & known.keys()}
        for name in sorted(found):
            yield {"file": quote(str(log)), "secret": name, "remedy": _remedy(name)}


def _tail(log: Path) -> bytes:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
        return file.read()


CHECKS: tuple[Check, ...] = (
    Check(
        "files.every_secret_is_there",
        "Every secret is in its file: without a key its data can be read by nobody.",
        Severity.HIGH, "ours", "{remedy}", _missing,
    ),
    Check(
        "files.secrets_are_long",
        "Every password of a server is long and random: nobody guesses it.",
        Severity.HIGH, "CIS PostgreSQL 5.6", "{remedy}", _weak,
    ),
    Check(
        "files.secrets_are_all_different",
        "No two secrets are the same: whoever learns one knows one.",
        Severity.HIGH, "ours", "{remedy}", _shared,
    ),
    Check(
        "files.passwords_are_young",
        "No password of the database is older than a year.",
        Severity.LOW, "CIS PostgreSQL 5.6", _PASSWORDS, _old,
    ),
    Check(
        "files.nothing_else_is_among_the_secrets",
        "No copy of a secret lies beside it, where nothing rotates or destroys it.",
        Severity.MEDIUM, "ours", "install -d -m 700 {aside} && mv {file} {aside}/", _strays,
    ),
    Check(
        "files.no_secret_is_on_a_command_line",
        "No program was given a secret as an argument, which everybody on the machine can read.",
        Severity.HIGH, "CIS PostgreSQL 5.1", "kill {pid} && {remedy}", _on_command_lines,
    ),
    Check(
        "files.no_secret_is_in_a_log",
        "No secret stands in a log, as far as its last megabyte goes.",
        Severity.HIGH, "ours", ": > {file} && {remedy}", _in_logs,
    ),
)  # fmt: skip
