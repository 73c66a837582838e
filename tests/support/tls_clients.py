"""Clients of a server that speaks TLS, with certificates of ours and of others."""

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from financebuy.cluster import certificates
from financebuy.cluster.accounts import current
from financebuy.cluster.files import write_file
from tests.support.servers import Servers

REFUSED = psycopg.OperationalError


@dataclass(frozen=True)
class Foreign:
    """Certificates in a directory of their own: of another authority, or of ours for another."""

    home: Path

    def authority(self, name: str) -> certificates.Authority:
        directory = self.home / name
        directory.mkdir(exist_ok=True)
        certificates.make_authority(directory, current(), datetime.now(UTC))
        return certificates.read_authority(directory)

    def client(
        self,
        authority: certificates.Authority,
        common_name: str,
        *,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH,
        made: datetime | None = None,
        names: list[x509.GeneralName] | None = None,
    ) -> dict[str, str]:
        """Connection parameters that show it."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = certificates.sign(
            authority, key.public_key(), common_name, usage, names or [], made or datetime.now(UTC)
        )
        stem = self.home / f"{common_name}-{certificate.serial_number}"
        files = {"sslcert": stem.with_suffix(".crt"), "sslkey": stem.with_suffix(".key")}
        files["sslcert"].write_bytes(certificate.public_bytes(Encoding.PEM))
        write_file(files["sslkey"], certificates.pem(key), current())
        return {name: str(path) for name, path in files.items()}  # fmt: skip


def connect(servers: Servers, role: str, **parameters: str) -> "psycopg.Connection[tuple[object]]":
    return psycopg.connect(servers.endpoints.network_url(role), autocommit=True, **parameters)  # type: ignore[arg-type]


def tls(servers: Servers, command: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """`financebuy tls …` on the servers' data directory."""
    data = ("--data", str(servers.directory.root))
    return subprocess.run(
        [sys.executable, "-m", "financebuy", *command.split(), *data, *options],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
