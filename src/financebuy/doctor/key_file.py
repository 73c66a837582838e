"""The file of key-encryption keys beside what the database says of them."""

from collections.abc import Iterator
from shlex import quote
from typing import Any

from financebuy.cluster.key_places import NAME
from financebuy.crypto import key_file
from financebuy.doctor.checks import Check, NotEvaluatedError, Row, Severity
from financebuy.doctor.subject import Subject
from financebuy.sql import load


def _epochs(subject: Subject) -> list[dict[str, Any]]:
    if subject.connection is None:
        raise NotEvaluatedError(subject.unreachable)
    return subject.connection.execute(load("doctor").key_epochs.encode()).fetchall()


def _keys(subject: Subject) -> key_file.Keys:
    return key_file.parse(subject.endpoints.secrets.read(NAME))


def _file(subject: Subject) -> str:
    return quote(str(subject.endpoints.secrets.path(NAME)))


def _lost(subject: Subject) -> Iterator[Row]:
    keys = _keys(subject)
    for each in _epochs(subject):
        if each["state"] != "destroyed" and (each["tree"], each["epoch"]) not in keys:
            yield each | {"file": _file(subject)}


def _revived(subject: Subject) -> Iterator[Row]:
    keys = _keys(subject)
    for each in _epochs(subject):
        if each["state"] == "destroyed" and (each["tree"], each["epoch"]) in keys:
            yield each | {"file": _file(subject)}


CHECKS: tuple[Check, ...] = (
    Check(
        "files.every_key_is_in_the_key_file",
        "The key file has every key that wraps data keys: without one its people's data is lost.",
        Severity.HIGH, "ours", "grep '^{tree} {epoch} ' BACKUP/secrets/kek >> {file}", _lost,
    ),
    Check(
        "files.no_destroyed_key_is_back",
        "No key that was destroyed is in the key file again, as a restored copy would bring it.",
        Severity.HIGH, "ours", "sed -i '/^{tree} {epoch} /d' {file}", _revived,
    ),
)  # fmt: skip
