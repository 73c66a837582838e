"""The certificates of a platform: how they are, and replacing them while it runs."""

import signal
import socket
import ssl
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from financebuy.cluster import certificates, revocation
from financebuy.cluster.accounts import for_servers
from financebuy.cluster.certificates import (
    AUTHORITY,
    GIVEN_AUTHORITY,
    RENEW_BEFORE,
    SERVER,
    CertificateError,
    client_files,
    read_certificate,
)
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.files import write_file
from financebuy.sql import load

# What a client of PostgreSQL sends to ask for TLS: the length, and a number that says so.
_ASK_FOR_TLS = struct.pack("!ii", 8, 80877103)
TAKEN_UP_SECONDS = 10.0

Shown = Callable[[Endpoints], x509.Certificate | None]


@dataclass(frozen=True, slots=True)
class CertificateStatus:
    """One certificate; `problem` says what to do about it, or is None."""

    name: str
    subject: str
    issuer: str
    expires: datetime
    days: int
    problem: str | None


def read_certificates(directory: Path, now: datetime | None = None) -> list[CertificateStatus]:
    """Every certificate of a platform, the authority first; none where the server is external."""
    moment = now or datetime.now(UTC)
    names = [AUTHORITY, GIVEN_AUTHORITY, SERVER]
    names += [client_files(directory, role)[0].name for role in certificates.CLIENT_ROLES]
    found = [name for name in names if (directory / name).exists()]
    return [_status(directory, name, moment) for name in found]


def warnings(directory: Path, now: datetime | None = None) -> list[str]:
    """A line for each certificate that has ended, or will within 30 days."""
    return [
        f"{each.name} {each.problem}"
        for each in read_certificates(directory, now)
        if each.problem is not None
    ]


def _status(directory: Path, name: str, now: datetime) -> CertificateStatus:
    certificate = read_certificate(directory / name)
    left = certificate.not_valid_after_utc - now
    problem = None
    if left < RENEW_BEFORE:
        when = "has ended" if left.total_seconds() < 0 else f"ends in {left.days} days"
        problem = f"{when}: {_remedy(directory, name)}"
    return CertificateStatus(
        name=name,
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        expires=certificate.not_valid_after_utc,
        days=left.days,
        problem=problem,
    )


def _remedy(directory: Path, name: str) -> str:
    if name == AUTHORITY:
        return "financebuy tls rotate --authority"
    if name == GIVEN_AUTHORITY or (name == SERVER and certificates.is_given(directory)):
        return "financebuy tls use CERTIFICATE KEY --authority FILE"
    return "financebuy tls rotate"


def is_served(endpoints: Endpoints) -> bool | None:
    """Whether the servers show the certificate of the file; None when none of them answers."""
    asked = []
    if endpoints.state.database.kind == "embedded":
        asked.append(shown_by_postgres(endpoints))
    if endpoints.state.api.tls:
        asked.append(shown_by_api(endpoints))
    shown = [each for each in asked if each is not None]
    if not shown:
        return None
    wanted = read_certificate(endpoints.directory.tls / SERVER)
    return all(each == wanted for each in shown)


def rotate(
    endpoints: Endpoints, *, with_authority: bool = False, forget_former: bool = False
) -> None:
    """Make new certificates and keys, and let a running server take them up.

    Connections go on: a server reads its certificate for new ones. With a new authority the former
    one stays trusted, until it is told to forget it, so that clients that hold its copy can be
    given the new one first.

    Raises:
        CertificateError: a file cannot be read, or the server goes on with the former certificate.
    """
    directory, account = endpoints.directory.tls, for_servers()
    if with_authority:
        former = read_certificate(directory / AUTHORITY).public_bytes(serialization.Encoding.PEM)
        certificates.make_authority(directory, account, datetime.now(UTC), former=former)
    if forget_former:
        only = read_certificate(directory / AUTHORITY).public_bytes(serialization.Encoding.PEM)
        write_file(directory / AUTHORITY, only, account, 0o644)
        revocation.forget_former(directory, account, read_certificate(directory / AUTHORITY))
    certificates.rotate_certificates(directory, account)
    take_up(endpoints)


def use(endpoints: Endpoints, certificate: Path, key: Path, authority: Path) -> None:
    """Let the server show a certificate from elsewhere; clients trust `authority` for it.

    Raises:
        CertificateError: the files do not fit each other, or do not stand for localhost now.
    """
    chain, secret, trusted = (read_file(each) for each in (certificate, key, authority))
    _refuse_misfits(chain, secret, trusted)
    directory, account = endpoints.directory.tls, for_servers()
    write_file(directory / GIVEN_AUTHORITY, trusted, account, 0o644)
    write_file(directory / "server.key", secret, account)
    write_file(directory / SERVER, chain, account, 0o644)
    take_up(endpoints)


def use_own(endpoints: Endpoints) -> None:
    """Go back to the platform's own certificate."""
    (endpoints.directory.tls / GIVEN_AUTHORITY).unlink(missing_ok=True)
    rotate(endpoints)


def read_file(path: Path) -> bytes:
    """Raises `CertificateError` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CertificateError(f"cannot read {path}: {error.strerror}") from error


def _refuse_misfits(chain: bytes, key: bytes, trusted: bytes) -> None:
    try:
        leaf, *others = x509.load_pem_x509_certificates(chain)
        secret = serialization.load_pem_private_key(key, None)
        store = Store(x509.load_pem_x509_certificates(trusted))
    except (ValueError, TypeError) as error:
        raise CertificateError(f"not PEM, or a key with a password: {error}") from None
    if leaf.public_key() != secret.public_key():
        raise CertificateError("the key is not the certificate's")
    verifier = PolicyBuilder().store(store).build_server_verifier(x509.DNSName("localhost"))
    try:
        verifier.verify(leaf, others)
    except VerificationError as error:
        raise CertificateError(
            f"clients that trust this authority would refuse the server as localhost: {error}"
        ) from None


def take_up(endpoints: Endpoints) -> None:
    """Let what runs read its certificate again, and see that it shows it.

    Raises:
        CertificateError: it goes on with the former one; its log says why.
    """
    database = endpoints.state.database
    if database.kind == "embedded" and shown_by_postgres(endpoints) is not None:
        with psycopg.connect(endpoints.admin_url, autocommit=True) as connection:
            connection.execute(load("cluster").reload_configuration.encode())
        _wait(endpoints, "postgres", shown_by_postgres)
    api = _api_process(endpoints)
    if api is not None:
        api.send_signal(signal.SIGHUP)
        _wait(endpoints, "api", shown_by_api)


def _api_process(endpoints: Endpoints) -> psutil.Process | None:
    """The API's process, if it runs and speaks TLS."""
    if not endpoints.state.api.tls:
        return None
    # As it is now: it may have been started again since.
    services = Endpoints.read(endpoints.directory.root).state.services
    found = [each.process for each in services if each.name == "api" and each.process]
    return found[0].identity.process() if found else None


def _wait(endpoints: Endpoints, name: str, shown: Shown) -> None:
    wanted = read_certificate(endpoints.directory.tls / SERVER)
    deadline = time.monotonic() + TAKEN_UP_SECONDS
    while shown(endpoints) != wanted:
        if time.monotonic() > deadline:
            log = endpoints.directory.log(name)
            raise CertificateError(f"{name} goes on with its former certificate: see {log}")
        time.sleep(0.05)


def shown_by_postgres(endpoints: Endpoints) -> x509.Certificate | None:
    """The certificate that the embedded PostgreSQL shows now; None when nobody answers."""
    database = endpoints.state.database
    return _shown(database.host, database.port, _ASK_FOR_TLS)


def shown_by_api(endpoints: Endpoints) -> x509.Certificate | None:
    """The certificate that the API shows now; None when nobody answers."""
    api = endpoints.state.api
    return _shown(api.reachable_host, api.port, b"")


def _shown(host: str, port: int, greeting: bytes) -> x509.Certificate | None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # It is looked at, not trusted.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), timeout=5) as plain:
            if greeting:
                plain.sendall(greeting)
                if plain.recv(1) != b"S":
                    return None
            with context.wrap_socket(plain) as encrypted:
                shown = encrypted.getpeercert(binary_form=True)
    except OSError:
        return None
    return None if shown is None else x509.load_der_x509_certificate(shown)
