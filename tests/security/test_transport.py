"""TLS: who gets in by TCP, with which proof, and what a change of certificates costs."""

import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from financebuy.cluster import certificates, transport
from financebuy.cluster.accounts import for_servers
from financebuy.cluster.binaries import postgres_programs
from financebuy.cluster.certificates import CLIENT_ROLES, CertificateError
from tests.support.servers import Servers
from tests.support.tls_clients import REFUSED, Foreign, connect, tls

pytestmark = pytest.mark.xdist_group("transport")


def test_nobody_comes_in_by_plain_tcp(servers: Servers) -> None:
    for role in ("app_user", *CLIENT_ROLES):
        with pytest.raises(REFUSED, match="no encryption"):
            connect(servers, role, sslmode="disable")
    with pytest.raises(REFUSED, match="no encryption"):
        connect(servers, "fb_replication", sslmode="disable", replication="true")


def test_what_refuses_plain_tcp_stands_first(servers: Servers) -> None:
    with psycopg.connect(servers.endpoints.admin_url) as admin:
        rules = admin.execute(
            "select type, auth_method, error from pg_hba_file_rules order by rule_number"
        ).fetchall()
    assert [rule[:2] for rule in rules[:2]] == [("hostnossl", "reject")] * 2
    assert {rule[0] for rule in rules[2:]} == {"local", "hostssl"}
    assert [rule for rule in rules if rule[2]] == []


def test_the_server_is_known_by_its_authority_and_its_name(
    servers: Servers, foreign: Foreign
) -> None:
    foreign.authority("another")
    wrong = str(foreign.home / "another" / "ca.crt")
    with pytest.raises(REFUSED, match="certificate verify failed"):
        connect(servers, "app_user", sslrootcert=wrong)
    with pytest.raises(REFUSED, match=r"does not match host name .elsewhere\.example"):
        connect(servers, "app_user", host="elsewhere.example", hostaddr="127.0.0.1")
    with connect(servers, "app_user") as connection:
        (version,) = connection.execute(
            "select version from pg_stat_ssl where pid = pg_backend_pid()"
        ).fetchone() or ("",)
    assert version == "TLSv1.3"
    with pytest.raises(REFUSED, match="protocol version"):
        connect(servers, "app_user", ssl_max_protocol_version="TLSv1.2")


@pytest.mark.parametrize("role", CLIENT_ROLES)
def test_who_copies_everything_shows_a_certificate_of_their_own(
    role: str, servers: Servers, foreign: Foreign
) -> None:
    ours = certificates.read_authority(servers.directory.tls)
    long_ago = datetime.now(UTC) - timedelta(days=400)
    for shown, complaint in (
        ({"sslcert": "none", "sslkey": "none"}, "requires a valid client certificate"),
        (foreign.client(foreign.authority("another"), role), "unknown ca"),
        (foreign.client(ours, "app_user"), "authentication failed"),
        (foreign.client(ours, role, usage=ExtendedKeyUsageOID.SERVER_AUTH), "unsupported"),
        (foreign.client(ours, role, made=long_ago), "expired"),
    ):
        with pytest.raises(REFUSED, match=complaint):
            connect(servers, role, **shown)
        with pytest.raises(REFUSED, match=complaint):
            connect(servers, role, replication="true", **shown)
    with pytest.raises(REFUSED, match="password authentication failed"):
        connect(servers, role, password="wrong")
    with connect(servers, role) as connection:
        assert connection.execute("select current_user").fetchone() == (role,)
    with connect(servers, role, replication="true") as connection:
        system = connection.execute("IDENTIFY_SYSTEM").fetchone()
    assert system


def test_nobody_else_replicates_or_is_the_superuser(servers: Servers) -> None:
    for role in ("app_user", "auditor", "db_admin"):
        with pytest.raises(REFUSED, match="rejects replication connection"):
            connect(servers, role, replication="true")
    password = servers.endpoints.secrets.read("postgres")
    with pytest.raises(REFUSED, match="rejects connection"):
        connect(servers, "app_user", user="postgres", password=password)


def test_the_backup_role_dumps_every_row(servers: Servers) -> None:
    dump = postgres_programs(for_servers(), servers.directory.root).tool("pg_dump")
    url = servers.endpoints.network_url("fb_backup")
    done = subprocess.run(
        [dump, "--data-only", "--table", "public.accounts", url],
        capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "HOUSE-USD-BANK" in done.stdout


def test_an_expired_server_is_refused_and_said_to_be(servers: Servers) -> None:
    directory, account = servers.directory.tls, for_servers()
    long_ago = datetime.now(UTC) - timedelta(days=400)
    certificates.rotate_certificates(directory, account, long_ago)
    transport.take_up(servers.endpoints)
    try:
        with pytest.raises(REFUSED, match="certificate verify failed"):
            connect(servers, "app_user")
        said = transport.warnings(directory)
        assert len(said) == 1 + len(CLIENT_ROLES)
        assert said[0] == "server.crt has ended: financebuy tls rotate"
    finally:
        transport.rotate(servers.endpoints)
    connect(servers, "app_user").close()
    assert transport.warnings(directory) == []


def test_the_warning_comes_thirty_days_before(servers: Servers) -> None:
    directory = servers.directory.tls
    (server,) = (e for e in transport.read_certificates(directory) if e.name == "server.crt")
    before, after = (server.expires - timedelta(days=days) for days in (30.5, 29.5))
    assert transport.warnings(directory, before) == []
    assert "server.crt ends in 29 days: financebuy tls rotate" in transport.warnings(
        directory, after
    )


@dataclass
class Busy:
    """Clients that hold a connection each and ask all the time."""

    servers: Servers
    stop: threading.Event = field(default_factory=threading.Event)
    asked: int = 0
    lost: list[Exception] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self, count: int) -> None:
        for _ in range(count):
            thread = threading.Thread(target=self._ask)
            thread.start()
            self.threads.append(thread)

    def _ask(self) -> None:
        try:
            with connect(self.servers, "app_user") as connection:
                while not self.stop.wait(0.01):
                    connection.execute("select 1")
                    self.asked += 1
        except psycopg.Error as error:
            self.lost.append(error)

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(60)


def test_certificates_change_and_connections_go_on(
    servers: Servers, tell: Callable[[str], None]
) -> None:
    """Three rotations, one with a new authority: nobody is cut off, everybody new sees the new."""
    directory = servers.directory.tls
    pid, busy = servers.pid("postgres"), Busy(servers)
    busy.start(8)
    seen = {transport.shown_by_postgres(servers.endpoints)}
    former = tempfile.NamedTemporaryFile(suffix=".crt")  # noqa: SIM115 (closed below)
    former.write((directory / "ca.crt").read_bytes())
    former.flush()
    try:
        for with_authority in (False, True, False):
            before = busy.asked
            transport.rotate(servers.endpoints, with_authority=with_authority)
            seen.add(transport.shown_by_postgres(servers.endpoints))
            connect(servers, "app_user").close()
            connect(servers, "fb_backup").close()
            while busy.asked < before + 50 and not busy.lost:
                busy.stop.wait(0.01)
    finally:
        busy.end()
    assert len(seen) == 4
    assert busy.lost == []
    assert servers.pid("postgres") == pid
    # Whoever has the former authority alone does not know the server any more.
    with former, pytest.raises(REFUSED, match="certificate verify failed"):
        connect(servers, "app_user", sslrootcert=former.name)
    tell(f"3 rotations, {len(busy.threads)} connections, {busy.asked} queries, none lost")


def test_a_certificate_of_a_former_authority_ends_when_that_is_forgotten(
    servers: Servers, foreign: Foreign
) -> None:
    ours = certificates.read_authority(servers.directory.tls)
    kept = foreign.client(ours, "fb_backup")
    transport.rotate(servers.endpoints, with_authority=True)
    connect(servers, "fb_backup", **kept).close()
    transport.rotate(servers.endpoints, forget_former=True)
    with pytest.raises(REFUSED, match="unknown ca"):
        connect(servers, "fb_backup", **kept)
    connect(servers, "fb_backup").close()


def test_a_given_certificate_is_shown_and_trusted(servers: Servers, foreign: Foreign) -> None:
    company = foreign.authority("company")
    names: list[x509.GeneralName] = [
        x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1")),
    ]  # fmt: skip
    given = foreign.client(
        company, "db.company.example", usage=ExtendedKeyUsageOID.SERVER_AUTH, names=names
    )
    other = foreign.client(company, "other", usage=ExtendedKeyUsageOID.SERVER_AUTH, names=names)
    authority = foreign.home / "company" / "ca.crt"
    certificate, key = Path(given["sslcert"]), Path(given["sslkey"])
    with pytest.raises(CertificateError, match="the key is not the certificate's"):
        transport.use(servers.endpoints, certificate, Path(other["sslkey"]), authority)
    with pytest.raises(CertificateError, match="would refuse the server as localhost"):
        transport.use(servers.endpoints, certificate, key, servers.directory.tls / "ca.crt")
    transport.use(servers.endpoints, certificate, key, authority)
    try:
        assert transport.shown_by_postgres(servers.endpoints) == certificates.read_certificate(
            certificate
        )
        # Clients' certificates are still the platform's own.
        connect(servers, "app_user").close()
        connect(servers, "fb_backup").close()
        certificates.ensure_certificates(servers.directory.tls, for_servers())
        assert (servers.directory.tls / "server.crt").read_bytes() == certificate.read_bytes()
    finally:
        transport.use_own(servers.endpoints)
    connect(servers, "app_user").close()


def test_the_command_line_shows_and_changes_certificates(servers: Servers) -> None:
    directory = servers.directory.tls
    shown = tls(servers, "tls status", "-o", "json")
    assert shown.returncode == 0, shown.stderr
    rows = {row["certificate"]: row for row in json.loads(shown.stdout)}
    assert set(rows) == {"ca.crt", "server.crt", *(f"client-{role}.crt" for role in CLIENT_ROLES)}
    assert rows["server.crt"]["served"] is True
    assert 395 < rows["server.crt"]["days"] <= 397

    before = transport.shown_by_postgres(servers.endpoints)
    done = tls(servers, "tls rotate")
    assert done.returncode == 0, done.stderr
    assert transport.shown_by_postgres(servers.endpoints) != before
    assert tls(servers, "tls rotate", "--authority", "--forget-former").returncode == 64

    # In the files, but not with the server: it is said, and so is what ends soon.
    soon = datetime.now(UTC) - timedelta(days=380)
    certificates.rotate_certificates(directory, for_servers(), soon)
    found = tls(servers, "tls status")
    assert found.returncode == 2
    assert "the server shows another certificate" in found.stderr
    warned = tls(servers, "status", "-o", "json")
    assert (
        "server.crt ends in 16 days: financebuy tls rotate" in json.loads(warned.stdout)["warnings"]
    )
    assert "warning: server.crt ends in 16 days" in warned.stderr
    assert tls(servers, "tls own").returncode == 0
    assert tls(servers, "tls status").returncode == 0
