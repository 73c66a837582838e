"""A client's certificate that was revoked is worth nothing, and the others go on."""

import json
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from financebuy.cluster import certificates, revocation, transport
from financebuy.cluster.certificates import CLIENT_ROLES, client_files
from tests.support.servers import Servers
from tests.support.tls_clients import REFUSED, Foreign, connect, tls

pytestmark = pytest.mark.xdist_group("transport")


def shown_by(role: str, servers: Servers, home: Path) -> dict[str, str]:
    """A copy of what a role shows now."""
    files = {}
    for name, path in zip(
        ("sslcert", "sslkey"), client_files(servers.directory.tls, role), strict=True
    ):
        files[name] = str(home / path.name)
        Path(files[name]).write_bytes(path.read_bytes())
        Path(files[name]).chmod(0o600)
    return files


@pytest.mark.parametrize("role", CLIENT_ROLES)
def test_a_revoked_certificate_is_refused_at_once(
    role: str, servers: Servers, tmp_path: Path
) -> None:
    stolen = shown_by(role, servers, tmp_path)
    (other,) = set(CLIENT_ROLES) - {role}
    with (
        connect(servers, role, **stolen) as held,
        connect(servers, other) as going_on,
        connect(servers, "app_user") as without,
    ):
        done = tls(servers, "tls revoke", role)
        assert done.returncode == 0, done.stderr
        assert "1 connections ended" in done.stdout + done.stderr
        with pytest.raises(psycopg.OperationalError):
            held.execute("select 1")
        for connection in (going_on, without):
            assert connection.execute("select 1").fetchone() == (1,)
    for options in ({}, {"replication": "true"}):
        with pytest.raises(REFUSED, match="certificate revoked"):
            connect(servers, role, **stolen, **options)
    # The role has a new one already.
    connect(servers, role).close()
    assert json.loads(tls(servers, "tls status", "-o", "json").stdout)


def startup(role: str, database: str) -> bytes:
    """The packet by which a client says who it is (protocol 3.0)."""
    told = b"".join(
        word.encode() + b"\0" for word in ("user", role, "database", database, "")
    )  # fmt: skip
    return struct.pack("!ii", len(told) + 8, 196_608) + told


@contextmanager
def half_open(servers: Servers, files: dict[str, str], said: bytes) -> Iterator[ssl.SSLSocket]:
    """A connection that has shown its certificate and `said` something, and waits."""
    database = servers.endpoints.state.database
    context = ssl.create_default_context(cafile=str(servers.directory.tls / "ca.crt"))
    context.check_hostname = False
    context.load_cert_chain(files["sslcert"], files["sslkey"])
    with socket.create_connection((database.host, database.port), timeout=10) as plain:
        plain.sendall(struct.pack("!ii", 8, 80_877_103))
        assert plain.recv(1) == b"S"
        with context.wrap_socket(plain) as shaken:
            if said:
                shaken.sendall(said)
                # It asks for the password: the certificate was good.
                assert shaken.recv(1) == b"R"
                shaken.recv(1_000)
            else:
                time.sleep(0.5)
            yield shaken


@pytest.mark.parametrize("has_said", [False, True])
def test_who_shook_hands_before_does_not_sign_in_afterwards(
    has_said: bool, servers: Servers, tmp_path: Path
) -> None:
    """The server looks at the list in the handshake, and waits a minute for what follows."""
    stolen = shown_by("fb_backup", servers, tmp_path)
    packet = startup("fb_backup", servers.endpoints.state.database.name)
    with (
        half_open(servers, stolen, packet if has_said else b"") as waiting,
        connect(servers, "app_user") as going_on,
    ):
        assert tls(servers, "tls revoke", "fb_backup").returncode == 0
        assert going_on.execute("select 1").fetchone() == (1,)
        try:
            if not has_said:
                waiting.sendall(packet)
            answer = waiting.recv(1)
        except (ConnectionError, ssl.SSLError):
            answer = b""
        # It is over; a question for the password would be an R, and waiting for one a timeout.
        assert answer in {b"", b"E"}
    connect(servers, "fb_backup").close()


def test_a_file_is_revoked_that_no_role_has_any_more(servers: Servers, foreign: Foreign) -> None:
    ours = certificates.read_authority(servers.directory.tls)
    kept = foreign.client(ours, "fb_backup")
    connect(servers, "fb_backup", **kept).close()
    present = client_files(servers.directory.tls, "fb_backup")[0].read_bytes()
    assert tls(servers, "tls revoke", kept["sslcert"]).returncode == 0
    with pytest.raises(REFUSED, match="certificate revoked"):
        connect(servers, "fb_backup", **kept)
    # Twice is once; what was revoked before stays so; the present one is as it was.
    assert tls(servers, "tls revoke", kept["sslcert"]).returncode == 0
    assert client_files(servers.directory.tls, "fb_backup")[0].read_bytes() == present
    connect(servers, "fb_backup").close()


def test_what_cannot_be_revoked_is_said(servers: Servers, foreign: Foreign) -> None:
    theirs = foreign.client(foreign.authority("another"), "fb_backup")["sslcert"]
    before = (servers.directory.tls / revocation.REVOKED).read_bytes()
    for what, complaint in (
        (theirs, "the present authority did not sign this certificate"),
        (str(servers.directory.tls / "server.crt"), "clients do not read the list"),
        (str(servers.directory.tls / "server.key"), "is no certificate in PEM"),
        ("nowhere.crt", "cannot read nowhere.crt"),
    ):
        refused = tls(servers, "tls revoke", what)
        assert refused.returncode != 0
        assert complaint in refused.stderr
    assert (servers.directory.tls / revocation.REVOKED).read_bytes() == before


def test_a_new_authority_keeps_what_the_former_one_revoked(
    servers: Servers, tmp_path: Path
) -> None:
    """While both are trusted both lists hold; then there is one."""
    stolen, good = (tmp_path / name for name in ("stolen", "good"))
    for home in (stolen, good):
        home.mkdir()
    revoked = shown_by("fb_backup", servers, stolen)
    assert tls(servers, "tls revoke", "fb_backup").returncode == 0
    former = shown_by("fb_backup", servers, good)
    transport.rotate(servers.endpoints, with_authority=True)
    assert len(revocation.read_lists(servers.directory.tls)) == 2
    with pytest.raises(REFUSED, match="certificate revoked"):
        connect(servers, "fb_backup", **revoked)
    connect(servers, "fb_backup", **former).close()
    connect(servers, "fb_backup").close()
    transport.rotate(servers.endpoints, forget_former=True)
    (only,) = revocation.read_lists(servers.directory.tls)
    authority = certificates.read_authority(servers.directory.tls).certificate
    assert only.next_update_utc == authority.not_valid_after_utc
    with pytest.raises(REFUSED, match="unknown ca"):
        connect(servers, "fb_backup", **former)
    connect(servers, "fb_backup").close()
