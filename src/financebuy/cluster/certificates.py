"""The platform's own certificate authority, and the certificates that it signs.

In the directory: `ca.crt` and `ca.key`, the authority; `server.crt` and `server.key`, the
server's; `client-ROLE.crt` and `.key`, one for each role that must show one; `revoked.crl`, what is
worth nothing any more. Where the server's certificate was given instead, `server-ca.crt` is what
clients trust, and nothing renews it.
"""

import ipaddress
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from financebuy.cluster import revocation
from financebuy.cluster.accounts import Account, current
from financebuy.cluster.errors import ClusterError
from financebuy.cluster.files import write_file

CLIENT_ROLES = ("fb_backup", "fb_replication")
"""Who copies the whole database, and so must show a certificate besides a password."""

RENEW_BEFORE = timedelta(days=30)
AUTHORITY, GIVEN_AUTHORITY = "ca.crt", "server-ca.crt"
SERVER, SERVER_KEY = "server.crt", "server.key"

_AUTHORITY_LIFE = timedelta(days=3650)
_LEAF_LIFE = timedelta(days=397)


class CertificateError(ClusterError):
    """A certificate or key that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The certificate that clients trust, and the key that signs with it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def ensure_certificates(directory: Path, account: Account, now: datetime | None = None) -> None:
    """Make what is missing, and renew what ends within 30 days or does not fit its key.

    Clients trust `ca.crt`, which stays the same when a certificate is renewed.
    """
    moment = now or datetime.now(UTC)
    if not (directory / AUTHORITY).exists():
        make_authority(directory, account, moment)
    if not (directory / revocation.REVOKED).exists():
        ours = read_authority(directory)
        revocation.begin_list(directory, account, ours.certificate, ours.key, moment, keep=False)
    for name in _own_leaves(directory):
        if not _is_fit(directory / name, moment):
            make_leaf(directory, account, name, moment)


def rotate_certificates(directory: Path, account: Account, now: datetime | None = None) -> None:
    """Make every certificate anew that the platform's authority signs, with new keys."""
    for name in _own_leaves(directory):
        make_leaf(directory, account, name, now or datetime.now(UTC))


def is_given(directory: Path) -> bool:
    """Whether the server's certificate came from elsewhere."""
    return (directory / GIVEN_AUTHORITY).exists()


def read_certificate(path: Path) -> x509.Certificate:
    """The first certificate of a file."""
    return x509.load_pem_x509_certificate(path.read_bytes())


def client_files(directory: Path, role: str) -> tuple[Path, Path]:
    """Where the certificate and the key of a role are."""
    return directory / f"client-{role}.crt", directory / f"client-{role}.key"


def _own_leaves(directory: Path) -> Iterator[str]:
    if not is_given(directory):
        yield SERVER
    yield from (f"client-{role}.crt" for role in CLIENT_ROLES)


def _is_fit(path: Path, now: datetime) -> bool:
    key = path.with_suffix(".key")
    if not (path.exists() and key.exists()):
        return False
    # Two files cannot be replaced in one step: after a crash in between they do not match.
    certificate = read_certificate(path)
    matches = certificate.public_key() == load_pem_private_key(key.read_bytes(), None).public_key()
    return matches and certificate.not_valid_after_utc - now >= RENEW_BEFORE


def make_authority(
    directory: Path, account: Account, now: datetime, *, former: bytes = b""
) -> None:
    """Make an authority; `former` certificates stay trusted beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"FinanceBuy platform on {socket.gethostname()[:40]}")
    certificate = (
        _builder(name, name, key.public_key(), now, _AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(sign_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    # The servers' account never signs, so it cannot read this key.
    write_file(directory / "ca.key", pem(key), current())
    trusted = certificate.public_bytes(Encoding.PEM) + former
    write_file(directory / AUTHORITY, trusted, account, 0o644)
    revocation.begin_list(directory, account, certificate, key, now, keep=bool(former))


def read_authority(directory: Path) -> Authority:
    """Raises `CertificateError` when its key cannot be read."""
    try:
        key = load_pem_private_key((directory / "ca.key").read_bytes(), None)
        authority = read_certificate(directory / AUTHORITY)
    except OSError as error:
        raise CertificateError(f"cannot read the authority: {error.strerror}") from error
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 (we wrote it)
    return Authority(authority, key)


def make_leaf(directory: Path, account: Account, name: str, now: datetime) -> None:
    """Make the certificate of a file's name, and its key."""
    usage, common_name = ExtendedKeyUsageOID.SERVER_AUTH, "localhost"
    if name != SERVER:
        usage = ExtendedKeyUsageOID.CLIENT_AUTH
        common_name = name.removeprefix("client-").removesuffix(".crt")
    key = ec.generate_private_key(ec.SECP256R1())
    names = _own_names() if name == SERVER else []
    certificate = sign(read_authority(directory), key.public_key(), common_name, usage, names, now)
    # The key first: a crash in between leaves no certificate, or one that does not fit.
    write_file((directory / name).with_suffix(".key"), pem(key), account)
    write_file(directory / name, certificate.public_bytes(Encoding.PEM), account, 0o644)


def sign(
    authority: Authority,
    public_key: ec.EllipticCurvePublicKey,
    common_name: str,
    usage: x509.ObjectIdentifier,
    names: list[x509.GeneralName],
    now: datetime,
) -> x509.Certificate:
    """A certificate for one use, good for 397 days; `names` are a server's."""
    builder = (
        _builder(_name(common_name), authority.certificate.subject, public_key, now, _LEAF_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False,
        )
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(authority.key, hashes.SHA256())


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
    key: CertificateIssuerPublicKeyTypes,
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


def pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as it stands in a file."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
