"""The platform's processes, and what it is told by its environment."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from financebuy.cluster.state import describe_exit
from financebuy.doctor.checks import Check, Row, Severity
from financebuy.doctor.running import running_settings
from financebuy.doctor.subject import Subject

_AGAIN = "financebuy down && financebuy up --detach"
_LOGS = "financebuy logs {name}"
_HERE = ("127.0.0.1", "::1", "localhost")
_MANY_RESTARTS = 3
_LATELY_SECONDS = 3_600.0
# A network of more addresses than this is anybody's: half of the IPv4 addresses that there are
# begin with other bits.
_SMALLEST_PREFIX = {4: 8, 6: 16}


def _unwatched(subject: Subject) -> Iterator[Row]:
    state = subject.endpoints.state
    if state.supervisor is None or state.supervisor.identity.process() is None:
        yield {"stage": state.stage, "supervisor": "does not run"}


def _down(subject: Subject) -> Iterator[Row]:
    watched = not any(_unwatched(subject))
    for each in subject.endpoints.state.services:
        if each.process is None or each.process.identity.process() is None:
            yield {
                "name": each.name,
                "state": each.state,
                "last_exit": describe_exit(each.last_exit),
                "remedy": _LOGS.replace("{name}", each.name) if watched else _AGAIN,
            }


def _restless(subject: Subject) -> Iterator[Row]:
    for each in subject.endpoints.state.services:
        lately = subject.now.timestamp() - each.since < _LATELY_SECONDS
        if each.restarts > _MANY_RESTARTS and lately:
            yield {
                "name": each.name,
                "restarts": each.restarts,
                "last_exit": describe_exit(each.last_exit),
            }


def _plain_api(subject: Subject) -> Iterator[Row]:
    api = subject.endpoints.state.api
    if api.host not in _HERE and not api.tls:
        yield {"host": api.host, "port": api.port}


def _public_demo(subject: Subject) -> Iterator[Row]:
    state = subject.endpoints.state
    if state.paper and state.api.host not in _HERE:
        yield {"host": state.api.host, "port": state.api.port}


def _believed(subject: Subject) -> Iterator[Row]:
    named = running_settings(subject).trusted_proxies.split(",")
    for each in filter(None, (part.strip() for part in named)):
        network = ipaddress.ip_network(each, strict=False)
        if network.prefixlen < _SMALLEST_PREFIX[network.version]:
            yield {"network": each}


def _plain_address(subject: Subject) -> Iterator[Row]:
    public_url = running_settings(subject).public_url
    address = urlsplit(public_url)
    if address.scheme != "https" and address.hostname not in _HERE:
        yield {"public_url": public_url, "host": address.netloc}


CHECKS: tuple[Check, ...] = (
    Check(
        "service.somebody_watches",
        "The supervisor runs: what ends is started again, and logs are rotated.",
        Severity.HIGH, "ours", _AGAIN, _unwatched,
    ),
    Check(
        "service.every_process_runs",
        "Every process of the platform runs.",
        Severity.HIGH, "ours", "{remedy}", _down,
    ),
    Check(
        "service.processes_stay_up",
        "No process ends and is started over and over again.",
        Severity.MEDIUM, "ours", _LOGS, _restless,
    ),
    Check(
        "service.other_machines_speak_tls",
        "Where other machines reach the API, it speaks TLS.",
        Severity.HIGH, "ours",
        "financebuy down && FINANCEBUY_API_TLS=true financebuy up --detach", _plain_api,
    ),
    Check(
        "service.play_money_is_not_public",
        "A paper platform, with its demo users, is reached from this machine alone.",
        Severity.MEDIUM, "ours",
        "financebuy down && FINANCEBUY_API_HOST=127.0.0.1 financebuy up --detach", _public_demo,
    ),
    Check(
        "service.proxies_are_named",
        "Nobody but known proxies is believed about where a request came from.",
        Severity.HIGH, "ours",
        "financebuy down && FINANCEBUY_TRUSTED_PROXIES=127.0.0.1 financebuy up --detach", _believed,
    ),
    Check(
        "service.browsers_come_by_https",
        "What people have in their address bar is https: sessions and passkeys need it.",
        Severity.MEDIUM, "ours",
        "financebuy down && FINANCEBUY_PUBLIC_URL=https://{host} financebuy up --detach",
        _plain_address,
    ),
)  # fmt: skip
