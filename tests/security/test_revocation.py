"""A client's certificate that was revoked is worth nothing, and the others go on."""

import json
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
