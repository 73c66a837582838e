"""The platform's own certificate authority, and the server certificate that it signs."""

import ipaddress
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from financebuy.cluster.accounts import Account, current
from financebuy.cluster.files import write_file

_AUTHORITY_LIFE = timedelta(days=3650)
_SERVER_LIFE = timedelta(days=397)
_RENEW_BEFORE = timedelta(days=30)


def ensure_certificates(directory: Path, account: Account, now: datetime | None = None) -> None:
    """Make what is missing, and renew a server certificate that ends within 30 days.

    Clients trust `ca.crt`, which stays the same when the server's certificate is renewed.
    """
    moment = now or datetime.now(UTC)
    authority = directory / "ca.crt"
    if not authority.exists():
        _make_authority(directory, account, moment)
    server = directory / "server.crt"
    if not server.exists() or _expires(server) - moment < _RENEW_BEFORE:
        _make_server(directory, account, moment)


def _expires(path: Path) -> datetime:
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc


def _make_authority(directory: Path, account: Account, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"FinanceBuy platform on {socket.gethostname()[:40]}")
    certificate = (
        _builder(name, name, key.public_key(), now, _AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(sign_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    # The servers' account never signs, so it cannot read this key.
    write_file(directory / "ca.key", _pem(key), current())
    write_file(directory / "ca.crt", certificate.public_bytes(_PEM), account, 0o644)


def _make_server(directory: Path, account: Account, now: datetime) -> None:
    authority = x509.load_pem_x509_certificate((directory / "ca.crt").read_bytes())
    authority_key = serialization.load_pem_private_key((directory / "ca.key").read_bytes(), None)
    assert isinstance(authority_key, ec.EllipticCurvePrivateKey)  # noqa: S101 (we wrote it)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("localhost")
    certificate = (
        _builder(name, authority.subject, key.public_key(), now, _SERVER_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_own_names()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    # The key first: a crash in between leaves no certificate, so both are made again.
    write_file(directory / "server.key", _pem(key), account)
    write_file(directory / "server.crt", certificate.public_bytes(_PEM), account, 0o644)


def _own_names() -> list[x509.GeneralName]:
    hosts = dict.fromkeys(["localhost", socket.gethostname()])
    addresses = ("127.0.0.1", "::1")
    return [
        *(x509.DNSName(host) for host in hosts if host.isascii() and host),
        *(x509.IPAddress(ipaddress.ip_address(address)) for address in addresses),
    ]


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # An hour back, for clients whose clock is a little behind.
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


_PEM = serialization.Encoding.PEM


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
