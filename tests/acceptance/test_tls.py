"""The API over TLS: who trusts the platform's authority gets in, and a rotation stops nothing."""

import http.client
import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from financebuy.cluster import ports, transport
from financebuy.cluster.endpoints import Endpoints
from tests.acceptance.platforms import CommandLine


def get(endpoints: Endpoints, path: str, authority: Path) -> int:
    """The status of an HTTPS GET."""
    connection = kept(endpoints, authority)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def get_plain(endpoints: Endpoints, path: str) -> int:
    """The same without TLS."""
    connection = http.client.HTTPConnection("127.0.0.1", endpoints.state.api.port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


@dataclass
class Asked:
    """What one client did on the connection that it keeps."""

    requests: int = 0
    lost: list[str] = field(default_factory=list)


@contextmanager
def going_on(endpoints: Endpoints, authority: Path) -> Iterator[Asked]:
    """One kept connection asks all the time; none of its requests may be lost."""
    asked, stop = Asked(), threading.Event()
    connection = kept(endpoints, authority)
    connection.connect()
    socket = connection.sock

    def ask() -> None:
        try:
            while not stop.wait(0.01):
                connection.request("GET", "/readyz")
                answer = connection.getresponse()
                answer.read()
                # A new socket would be a new connection: this one was closed.
                if answer.status != 200 or connection.sock is not socket:
                    asked.lost.append(f"{answer.status}, after {asked.requests}")
                asked.requests += 1
        except (OSError, http.client.HTTPException) as error:
            asked.lost.append(repr(error))

    client = threading.Thread(target=ask)
    client.start()
    try:
        yield asked
        done = asked.requests
        while asked.requests < done + 20 and not asked.lost:
            stop.wait(0.01)
    finally:
        stop.set()
        client.join(60)
        connection.close()
    assert asked.lost == []


def kept(endpoints: Endpoints, authority: Path) -> http.client.HTTPSConnection:
    context = ssl.create_default_context(cafile=authority)
    port = endpoints.state.api.port
    return http.client.HTTPSConnection("localhost", port, timeout=30, context=context)


def finish_across_a_rotation(endpoints: Endpoints, authority: Path) -> None:
    """A request of which the half had arrived before is answered after."""
    before = transport.shown_by_api(endpoints)
    connection = kept(endpoints, authority)
    body = b'{"email": "nobody@example.com", "password": "a guess that is wrong"}'
    connection.putrequest("POST", "/fb/v1/auth/sign-in")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body[:20])
    transport.rotate(endpoints)
    assert transport.shown_by_api(endpoints) != before
    connection.send(body[20:])
    answer = connection.getresponse()
    assert answer.status == 401, answer.read()
    connection.close()


def test_the_api_speaks_tls_where_it_is_told_to(
    data_dir: Path, tell: Callable[[str], None]
) -> None:
    platform = CommandLine(
        data_dir,
        {
            "FINANCEBUY_API_TLS": "true",
            "FINANCEBUY_API_PORT": str(ports.any_free()),
            "FINANCEBUY_POSTGRES_PORT": str(ports.any_free()),
        },
    )
    try:
        printed = platform.up()
        endpoints = Endpoints.read(data_dir)
        assert endpoints.api_url.startswith("https://")
        assert endpoints.api_url in printed.stdout + printed.stderr
        authority = endpoints.directory.ca_certificate
        assert get(endpoints, "/readyz", authority) == 200
        # Who does not know the authority is not served, and neither is who comes without TLS.
        with pytest.raises(ssl.SSLCertVerificationError):
            get(endpoints, "/readyz", Path(ssl.get_default_verify_paths().openssl_cafile))
        with pytest.raises((http.client.HTTPException, OSError)):
            get_plain(endpoints, "/readyz")

        before, pid = transport.shown_by_api(endpoints), platform.pids()["api"]
        with going_on(endpoints, authority) as asked:
            rotated = subprocess.run(
                [sys.executable, "-m", "financebuy", "tls", "rotate", "--data", str(data_dir)],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert rotated.returncode == 0, rotated.stderr
        tell(f"{asked.requests} requests on one connection across a rotation, none lost")
        shown = transport.shown_by_api(endpoints)
        assert shown is not None
        assert shown != before
        assert shown == transport.shown_by_postgres(endpoints)
        assert platform.pids()["api"] == pid
        assert get(endpoints, "/readyz", authority) == 200
        finish_across_a_rotation(endpoints, authority)
        assert json.loads(platform.run("status", "-o", "json").stdout)["warnings"] == []
    finally:
        platform.run("down")
