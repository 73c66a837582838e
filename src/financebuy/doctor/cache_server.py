"""The cache: who may come in, what they may do, what it forgets."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import valkey

from financebuy.cluster.valkey_server import KEEPER, USER
from financebuy.doctor.checks import Check, Row, Severity
from financebuy.doctor.subject import Subject

_AGAIN = "financebuy down && financebuy up --detach"
_ANSWER_SECONDS = 2
Look = Callable[[Subject], Iterator[Row]]
_GUARDED = {"-@admin", "-@dangerous"}
_KEEPERS = {"+acl|load"}


def _configuration(subject: Subject) -> dict[str, str]:
    """Read `valkey.conf`: names and values, the last of each."""
    found = {}
    for line in (subject.directory.valkey / "valkey.conf").read_text().splitlines():
        name, _, value = line.strip().partition(" ")
        if name and not name.startswith("#"):
            found[name.lower()] = value.strip().strip('"')
    return found


def _users(subject: Subject) -> Iterator[tuple[str, list[str]]]:
    """Each user of `users.acl`, and the rules."""
    for line in (subject.directory.valkey / "users.acl").read_text().splitlines():
        word, *rest = line.split() or [""]
        if word == "user" and rest:
            yield rest[0], rest[1:]


def _told(subject: Subject, section: str) -> dict[str, Any]:
    """What the running cache says of itself, nothing if it does not answer: another check's."""
    try:
        with _client(subject) as client:
            found: dict[str, Any] = client.info(section)
    except valkey.ValkeyError:
        return {}
    return found


def _client(subject: Subject) -> valkey.Valkey:
    return valkey.Valkey.from_url(subject.endpoints.cache_url, socket_timeout=_ANSWER_SECONDS)


def _listens(subject: Subject) -> Iterator[Row]:
    settings = _configuration(subject)
    for name in ("port", "tls-port"):
        if settings.get(name, "0" if name == "tls-port" else "6379") != "0":
            yield {"setting": name, "value": settings.get(name, "6379")}
    if not Path(settings.get("unixsocket", "")).is_absolute():
        yield {"setting": "unixsocket", "value": settings.get("unixsocket", "none")}
    if _told(subject, "server").get("tcp_port", 0) != 0:
        yield {"setting": "port", "value": "it runs, and listens by TCP"}


def _open(subject: Subject) -> Iterator[Row]:
    users = dict(_users(subject))
    # Whom it does not name, the server makes: everybody, without a password.
    for name, rules in {"default": ["on", "nopass"], **users}.items():
        if "off" in rules:
            continue
        if name not in (USER, KEEPER):
            yield {"user": name, "reason": "nobody of the platform's"}
        elif "nopass" in rules or not any(rule.startswith("#") for rule in rules):
            yield {"user": name, "reason": "no password, or not as a hash"}
    if _answers_anybody(subject):
        yield {"user": "default", "reason": "it runs, and answers without a password"}


def _answers_anybody(subject: Subject) -> bool:
    """What runs need not be what the file says."""
    path = subject.endpoints.state.cache_socket
    try:
        with valkey.Valkey(unix_socket_path=path, socket_timeout=_ANSWER_SECONDS) as client:
            return bool(client.ping())
    except valkey.ValkeyError:
        return False


def _powerful(subject: Subject) -> Iterator[Row]:
    for name, rules in _users(subject):
        allowed = {rule for rule in rules if rule.startswith(("+", "-"))}
        guarded = allowed == _KEEPERS if name == KEEPER else allowed >= _GUARDED
        if name in (USER, KEEPER) and not guarded:
            yield {"user": name, "rules": " ".join(sorted(allowed))}


def _forgetful(subject: Subject) -> Iterator[Row]:
    settings = _configuration(subject)
    if settings.get("appendonly") != "yes" or settings.get("appendfsync") == "no":
        for name in ("appendonly", "appendfsync"):
            yield {"setting": name, "value": settings.get(name, "not set")}
    if _told(subject, "persistence").get("aof_enabled", 1) != 1:
        yield {"setting": "appendonly", "value": "it runs, and writes nothing down"}


def _boundless(subject: Subject) -> Iterator[Row]:
    settings = _configuration(subject)
    if settings.get("maxmemory", "0").strip("0kmgb") == "":
        yield {"setting": "maxmemory", "value": settings.get("maxmemory", "not set")}
    policy = settings.get("maxmemory-policy", "noeviction")
    if policy.startswith("allkeys"):
        yield {"setting": "maxmemory-policy", "value": policy}
    if _told(subject, "memory").get("maxmemory", 1) == 0:
        yield {"setting": "maxmemory", "value": "it runs, and has no bound"}


def _silent(subject: Subject) -> Iterator[Row]:
    try:
        with _client(subject) as client:
            told = client.info("persistence")
    except valkey.ValkeyError as error:
        yield {"answer": str(error)}
        return
    if told.get("aof_last_write_status", "ok") != "ok":
        yield {"answer": "it cannot write its file"}


def _check(name: str, title: str, severity: Severity, look: Look) -> Check:
    return Check(f"service.{name}", title, severity, "ours", _AGAIN, look)


CHECKS: tuple[Check, ...] = (
    _check(
        "cache_listens_on_its_socket",
        "The cache listens on its unix socket alone.",
        Severity.HIGH, _listens,
    ),
    _check(
        "cache_knows_who_asks",
        "The cache lets in the platform's own users, each by a password that it keeps as a hash.",
        Severity.HIGH, _open,
    ),
    _check(
        "cache_is_not_administered",
        "No client of the cache may administer it, or run commands that stop or empty it.",
        Severity.MEDIUM, _powerful,
    ),
    _check(
        "cache_remembers",
        "The cache writes sessions and limits down, and has them again after a crash.",
        Severity.MEDIUM, _forgetful,
    ),
    _check(
        "cache_is_bounded",
        "The cache has a bound, and drops nothing for it that does not end by itself.",
        Severity.MEDIUM, _boundless,
    ),
    _check(
        "cache_answers",
        "The cache answers and can write: without it nobody signs in.",
        Severity.HIGH, _silent,
    ),
)  # fmt: skip
