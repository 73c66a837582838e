"""What makes each check of sign-in, TLS and certificates fail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from financebuy.cluster import certificates
from financebuy.doctor.subject import Subject
from tests.doctor.installation import Fixture, Installation, restarted, setting
from tests.doctor.spoiling import first_line, gone, kept, line, text

HBA = "postgres/pg_hba.conf"
BACKUP = "client-fb_backup"
COPIER = "hostssl replication fb_replication 10.1.0.0/16 scram-sha-256"


@contextmanager
def _plain_session(installation: Installation) -> Iterator[Subject]:
    """A session by TCP without TLS, let in by a line that is gone since."""
    url = installation.servers.endpoints.network_url("fb_monitor")
    reload = "select pg_reload_conf()"
    with first_line(HBA, "hostnossl all fb_monitor 127.0.0.1/32 scram-sha-256")(installation):
        installation.connection.execute(reload)
        session = _connect(url)
    with session:
        installation.connection.execute(reload)
        yield installation.subject()


def _connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(url, sslmode="disable", sslrootcert="", autocommit=True)


def _certificate(change: Callable[[Path, certificates.Authority], None]) -> Fixture:
    """Another certificate of who makes backups."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        tls = installation.root / "tls"
        with kept(tls / f"{BACKUP}.crt"), kept(tls / f"{BACKUP}.key"):
            change(tls, certificates.read_authority(tls))
            yield installation.subject()

    return spoil


def _signed(
    tls: Path, authority: certificates.Authority, now: datetime | None = None, key: Any = None
) -> None:
    """For the key that is there, or another one."""
    if key is None:
        key = load_pem_private_key((tls / f"{BACKUP}.key").read_bytes(), None)
    usage, moment = ExtendedKeyUsageOID.CLIENT_AUTH, now or datetime.now(UTC)
    made = certificates.sign(authority, key.public_key(), "fb_backup", usage, [], moment)
    (tls / f"{BACKUP}.crt").write_bytes(made.public_bytes(Encoding.PEM))


def _ending(tls: Path, authority: certificates.Authority) -> None:
    _signed(tls, authority, datetime.now(UTC) - timedelta(days=380))


def _of_another_authority(tls: Path, authority: certificates.Authority) -> None:
    """It says the same of who signed it."""
    another = replace(authority, key=ec.generate_private_key(ec.SECP256R1()))
    _signed(tls, another)


def _for_another_key(tls: Path, authority: certificates.Authority) -> None:
    _signed(tls, authority, key=ec.generate_private_key(ec.SECP256R1()))


def _short_key(tls: Path, authority: certificates.Authority) -> None:
    key = rsa.generate_private_key(65_537, 1024)  # noqa: S505 (to be found)
    (tls / f"{BACKUP}.key").write_bytes(certificates.pem(key))  # type: ignore[arg-type]
    _signed(tls, authority, key=key)


@contextmanager
def _not_taken_up(installation: Installation) -> Iterator[Subject]:
    """The server's certificate was made anew, and nobody has told the server."""
    tls = installation.root / "tls"
    with kept(tls / "server.crt"), kept(tls / "server.key"):
        authority = certificates.read_authority(tls)
        key = ec.generate_private_key(ec.SECP256R1())
        usage, names = ExtendedKeyUsageOID.SERVER_AUTH, [x509.DNSName("localhost")]
        made = certificates.sign(
            authority, key.public_key(), "localhost", usage, names, datetime.now(UTC)
        )
        (tls / "server.key").write_bytes(certificates.pem(key))
        (tls / "server.crt").write_bytes(made.public_bytes(Encoding.PEM))
        yield installation.subject()


FIXTURES: dict[str, Fixture] = {
    "transport.tls_is_on": setting("ssl", "off"),
    "transport.tls_is_new_enough": setting("ssl_min_protocol_version", "TLSv1.1"),
    "transport.server_chooses_the_cipher": setting("ssl_prefer_server_ciphers", "off"),
    "transport.server_listens_where_it_must": restarted("listen_addresses", "*"),
    "transport.access_rules_have_no_errors": line(HBA, "hostssl all all nowhere"),
    "transport.plain_tcp_is_refused_first": text(
        HBA, lambda before: before.replace("hostnossl all all", "# hostnossl all all")
    ),
    "transport.no_rule_lets_plain_tcp_in": line(HBA, "host all app_user 10.1.0.0/16 scram-sha-256"),
    "transport.nobody_is_trusted": line(HBA, "local all app_user trust"),
    "transport.passwords_are_not_sent": line(HBA, "hostssl all app_user 10.1.0.0/16 password"),
    "transport.md5_is_not_taken": line(HBA, "hostssl all app_user 10.1.0.0/16 md5"),
    "transport.nobody_is_believed": line(HBA, "hostssl all app_user 10.1.0.0/16 ident"),
    "transport.networks_are_named": line(HBA, "hostssl all app_user 0.0.0.0/0 scram-sha-256"),
    "transport.administrator_comes_by_socket": text(
        HBA, lambda before: before.replace("hostssl  all  postgres  all  reject", "#")
    ),
    "transport.copying_needs_a_certificate": text(
        HBA,
        lambda before: before.replace(
            "hostssl  replication  all", f"{COPIER}\nhostssl  replication  all"
        ),
    ),
    "transport.sessions_are_encrypted": _plain_session,
    "transport.ciphers_are_strong": setting("ssl_ciphers", "HIGH:MEDIUM:+3DES:!aNULL"),
    "transport.certificates_last": _certificate(_ending),
    "transport.certificates_are_there": gone(f"tls/{BACKUP}.crt"),
    "transport.certificates_are_trusted": _certificate(_of_another_authority),
    "transport.certificates_fit_their_keys": _certificate(_for_another_key),
    "transport.certificates_are_strong": _certificate(_short_key),
    "transport.servers_show_their_certificate": _not_taken_up,
}
