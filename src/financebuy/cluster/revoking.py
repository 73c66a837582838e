"""Revoking a client's certificate while the server runs."""

import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from financebuy.cluster import revocation, transport
from financebuy.cluster.accounts import Account, for_servers
from financebuy.cluster.certificates import (
    CLIENT_ROLES,
    SERVER,
    CertificateError,
    client_files,
    make_leaf,
    read_authority,
    read_certificate,
)
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.half_open import end_half_open
from financebuy.cluster.transport import TAKEN_UP_SECONDS
from financebuy.sql import load


def read_given(path: Path) -> x509.Certificate:
    """The certificate of a file that somebody named.

    Raises:
        CertificateError: there is none in it.
    """
    try:
        return x509.load_pem_x509_certificate(transport.read_file(path))
    except ValueError:
        raise CertificateError(f"{path} is no certificate in PEM") from None


def revoke(endpoints: Endpoints, revoked: x509.Certificate) -> tuple[str | None, int]:
    """Let the server refuse whoever shows this client's certificate, and end those who did.

    Returns the role that got a new one (None: it was not a role's present one), and how many
    connections ended.

    Raises:
        CertificateError: it is a server's, the present authority did not sign it, or the server did
            not read the list again.
    """
    role = _put_on_list(endpoints.directory.tls, for_servers(), revoked)
    if transport.shown_by_postgres(endpoints) is None:
        return role, 0
    return role, _refuse_from_now_on(endpoints, revoked.serial_number)


def _refuse_from_now_on(endpoints: Endpoints, serial: int) -> int:
    """Let the server read its list; returns how many connections ended."""
    queries = load("cluster")
    with psycopg.connect(endpoints.admin_url, autocommit=True) as connection:
        moment = connection.execute(queries.now.encode()).fetchone()
        connection.execute(queries.reload_configuration.encode())
    deadline = time.monotonic() + TAKEN_UP_SECONDS
    while time.monotonic() < deadline:
        # Of a new process: it has what the server had when it was made.
        with psycopg.connect(endpoints.admin_url, autocommit=True) as connection:
            if connection.execute(queries.is_loaded_since.encode(), moment).fetchone() == (True,):
                # First those that could still sign in, then those that have.
                _end_half_open(endpoints, connection)
                ended = connection.execute(
                    queries.end_connections_by_certificate.encode(), {"serial": serial}
                )
                return ended.rowcount
        time.sleep(0.05)
    raise CertificateError("the server did not read its list again: financebuy logs postgres")


def _end_half_open(
    endpoints: Endpoints, connection: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    def connected() -> list[int]:
        return [int(str(pid)) for (pid,) in connection.execute(load("cluster").pids.encode())]

    try:
        end_half_open(endpoints.directory.postgres, connected)
    except (psutil.Error, OSError) as error:
        raise CertificateError(
            f"connections that have not signed in yet could not be ended ({error}): what they have"
            " shown counts for a minute; run this as the account of the servers, or restart them"
        ) from None


def _put_on_list(directory: Path, account: Account, revoked: x509.Certificate) -> str | None:
    moment, ours = datetime.now(UTC), read_authority(directory)
    try:
        revoked.verify_directly_issued_by(ours.certificate)
    except (InvalidSignature, ValueError, TypeError):
        raise CertificateError(
            "the present authority did not sign this certificate: what a former one signed ends"
            " by financebuy tls rotate --forget-former"
        ) from None
    if revoked == read_certificate(directory / SERVER):
        raise CertificateError(
            "clients do not read the list: replace the server's certificate by financebuy tls"
            " rotate --authority"
        )
    number = revoked.serial_number
    revocation.revoke(directory, account, ours.certificate, ours.key, number, moment)
    for role in CLIENT_ROLES:
        if read_certificate(client_files(directory, role)[0]) == revoked:
            make_leaf(directory, account, f"client-{role}.crt", moment)
            return role
    return None
