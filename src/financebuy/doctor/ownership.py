"""Files: whose they are."""

import os
import pwd
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from financebuy.cluster import accounts
from financebuy.doctor.checks import Check, Row, Severity
from financebuy.doctor.outside import directories
from financebuy.doctor.subject import Subject


def _files(subject: Subject) -> Iterator[Path]:
    here = subject.directory
    top = (here.secrets, here.tls, here.postgres, here.valkey, here.run, here.logs)
    for directory in (*top, *directories(subject)):
        if directory.is_dir():
            yield from (directory, *sorted(directory.iterdir()))


def _owners(subject: Subject) -> set[int]:
    """Whoever started the platform and, where that is root, the account of the servers."""
    starter = subject.directory.root.stat().st_uid
    if starter != 0:
        return {starter}
    try:
        return {0, pwd.getpwnam(accounts.NAME).pw_uid}
    except KeyError:
        return {0}


def _strangers(subject: Subject) -> Iterator[Row]:
    owners = _owners(subject)
    for file in _files(subject):
        owner = file.lstat().st_uid
        if owner not in owners:
            yield {"file": quote(str(file)), "owner": _name(owner), "wanted": _name(max(owners))}


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _links(subject: Subject) -> Iterator[Row]:
    for file in _files(subject):
        if file.is_symlink():
            target = Path(os.path.realpath(file))
            yield {"file": quote(str(file)), "target": quote(str(target))}


CHECKS: tuple[Check, ...] = (
    Check(
        "files.belong_to_the_platform",
        "Every file of the platform belongs to whoever started it, or to its servers' account.",
        Severity.HIGH, "CIS PostgreSQL 2.1", "chown -h {wanted} {file}", _strangers,
    ),
    Check(
        "files.nothing_is_a_link",
        "No secret, certificate or file of a server is a link to a file elsewhere.",
        Severity.MEDIUM, "ours", "cp -p --remove-destination {target} {file} && chmod 600 {file}",
        _links,
    ),
)  # fmt: skip
