"""Certificates that are worth nothing any more: the authority's list, which the server reads.

`revoked.crl` has one list for each authority that is trusted: where one has none, OpenSSL refuses
everybody whom it signed. A list is good for as long as its authority, since it lies beside the
server that reads it: one that runs out would shut everybody out.
"""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from financebuy.cluster.accounts import Account
from financebuy.cluster.files import write_file

REVOKED = "revoked.crl"
_END = b"-----END X509 CRL-----"


def read_lists(directory: Path) -> list[x509.CertificateRevocationList]:
    """Every list of the file, the present authority's first; none where there is no file."""
    path = directory / REVOKED
    content = path.read_bytes() if path.exists() else b""
    return [x509.load_pem_x509_crl(part + _END) for part in content.split(_END) if part.strip()]


def begin_list(
    directory: Path,
    account: Account,
    authority: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    *,
    keep: bool,
) -> None:
    """Begin an authority's empty list; `keep` those of the former ones behind it."""
    former = read_lists(directory) if keep else []
    _write(directory, account, [_sign(authority, key, [], now), *former])


def revoke(
    directory: Path,
    account: Account,
    authority: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    serial: int,
    now: datetime,
) -> None:
    """Put a certificate's number on the authority's list."""
    lists = read_lists(directory)
    own = [each for each in lists if is_of(each, authority)]
    others = [each for each in lists if each not in own]
    entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build()
    known = [each for each in (own[0] if own else []) if each.serial_number != serial]
    _write(directory, account, [_sign(authority, key, [*known, entry], now), *others])


def forget_former(directory: Path, account: Account, authority: x509.Certificate) -> None:
    """Keep the list of this authority alone."""
    own = [each for each in read_lists(directory) if is_of(each, authority)]
    _write(directory, account, own)


def is_of(found: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    """Whether a list is this authority's: those of one machine all have the same name."""
    public_key = authority.public_key()
    return isinstance(public_key, ec.EllipticCurvePublicKey) and found.is_signature_valid(
        public_key
    )


def _sign(
    authority: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    entries: list[x509.RevokedCertificate],
    now: datetime,
) -> x509.CertificateRevocationList:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.subject)
        .last_update(min(now, authority.not_valid_before_utc))
        .next_update(authority.not_valid_after_utc)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
    )
    for entry in entries:
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(key, hashes.SHA256())


def _write(directory: Path, account: Account, lists: list[x509.CertificateRevocationList]) -> None:
    content = b"".join(each.public_bytes(Encoding.PEM) for each in lists)
    write_file(directory / REVOKED, content, account, 0o644)
