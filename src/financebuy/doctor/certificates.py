"""Certificates: how long they last, who signed them, whether they are what the servers show."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from financebuy.cluster import certificates, transport
from financebuy.cluster.certificates import AUTHORITY, CLIENT_ROLES, SERVER, client_files
from financebuy.doctor.checks import Check, NotEvaluatedError, Row, Severity
from financebuy.doctor.subject import Subject
from financebuy.sql import load

_ROTATE = "financebuy tls rotate"
_USE = "financebuy tls use CERTIFICATE KEY --authority FILE"
_LEAST_RSA_BITS, _LEAST_EC_BITS = 2048, 256
_OLD_HASHES = {"md5", "sha1"}
_LEAST_STRENGTH_BITS = 128


def _remedy(subject: Subject, name: str) -> str:
    """What replaces a certificate: the given one is not ours to make."""
    return _USE if name == SERVER and certificates.is_given(subject.directory.tls) else _ROTATE


def _leaves(subject: Subject) -> Iterator[Path]:
    """The certificates that servers and clients show, as far as they are there."""
    tls = subject.directory.tls
    for file in (tls / SERVER, *(client_files(tls, role)[0] for role in CLIENT_ROLES)):
        if file.exists():
            yield file


def _ending(subject: Subject) -> Iterator[Row]:
    for each in transport.read_certificates(subject.directory.tls, subject.now):
        if each.problem is not None:
            yield {
                "certificate": each.name,
                "ends": f"{each.expires:%Y-%m-%d}",
                "days": each.days,
                "remedy": each.problem.partition(": ")[2],
            }


def _missing(subject: Subject) -> Iterator[Row]:
    tls = subject.directory.tls
    clients = [client_files(tls, role)[0].name for role in CLIENT_ROLES]
    for name in [AUTHORITY, SERVER, *clients] if _shows(subject) else []:
        if not (tls / name).exists():
            remedy = "financebuy tls rotate --authority" if name == AUTHORITY else _ROTATE
            yield {"certificate": name, "remedy": remedy}


def _unsigned(subject: Subject) -> Iterator[Row]:
    """What those who must trust a certificate would say of it, its days apart."""
    for file in _leaves(subject):
        try:
            if file.name == SERVER:
                _verify_server(subject, file)
            else:
                _verify_client(subject, file)
        except (VerificationError, InvalidSignature, ValueError, TypeError) as error:
            reason = str(error) or "another authority signed it"
            yield {
                "certificate": file.name, "reason": reason, "remedy": _remedy(subject, file.name)
            }  # fmt: skip


def _verify_server(subject: Subject, file: Path) -> None:
    leaf, *others = x509.load_pem_x509_certificates(file.read_bytes())
    trusted = x509.load_pem_x509_certificates(subject.directory.ca_certificate.read_bytes())
    policy = PolicyBuilder().store(Store(trusted)).time(leaf.not_valid_before_utc)
    policy.build_server_verifier(x509.DNSName("localhost")).verify(leaf, others)


def _verify_client(subject: Subject, file: Path) -> None:
    leaf = certificates.read_certificate(file)
    authorities = (subject.directory.tls / AUTHORITY).read_bytes()
    issuers = [
        each for each in x509.load_pem_x509_certificates(authorities) if each.subject == leaf.issuer
    ]
    if not issuers:
        raise ValueError("an authority signed it that is not trusted")
    leaf.verify_directly_issued_by(issuers[0])
    names = leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if [each.value for each in names] != [file.stem.removeprefix("client-")]:
        raise ValueError(f"it is in the name of {leaf.subject.rfc4514_string()}")


def _unfit(subject: Subject) -> Iterator[Row]:
    for file in _leaves(subject):
        key = load_pem_private_key(file.with_suffix(".key").read_bytes(), None)
        if key.public_key() != certificates.read_certificate(file).public_key():
            yield {"certificate": file.name, "remedy": _remedy(subject, file.name)}


def _weak(subject: Subject) -> Iterator[Row]:
    for file in _leaves(subject):
        certificate = certificates.read_certificate(file)
        reason = _weakness(certificate)
        if reason is not None:
            remedy = _remedy(subject, file.name)
            yield {"certificate": file.name, "reason": reason, "remedy": remedy}


def _weakness(certificate: x509.Certificate) -> str | None:
    key, signed = certificate.public_key(), certificate.signature_hash_algorithm
    if signed is not None and signed.name in _OLD_HASHES:
        return f"signed with {signed.name}"
    if isinstance(key, ed25519.Ed25519PublicKey):
        return None
    if isinstance(key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)):
        least = _LEAST_RSA_BITS if isinstance(key, rsa.RSAPublicKey) else _LEAST_EC_BITS
        return None if key.key_size >= least else f"a key of {key.key_size} bits"
    return f"a key of another kind: {type(key).__name__}"


def _shows(subject: Subject) -> bool:
    """Whether a server here has to show a certificate at all."""
    return subject.is_embedded or subject.endpoints.state.api.tls


def _not_shown(subject: Subject) -> Iterator[Row]:
    if not _shows(subject):
        return
    served = transport.is_served(subject.endpoints)
    if served is None:
        raise NotEvaluatedError("no server of the platform answers by TLS")
    if not served:
        yield {"certificate": SERVER, "shown": "another one"}


def _weak_ciphers(subject: Subject) -> Iterator[Row]:
    """What the server's list comes to, by the OpenSSL of this Python."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(_ciphers(subject))
    for cipher in context.get_ciphers():
        flaws = [word for word, found in _flaws(cipher) if found]
        if flaws:
            yield {"cipher": cipher["name"], "flaw": ", ".join(flaws)}


def _flaws(cipher: Any) -> Iterator[tuple[str, bool]]:
    yield "weak", cipher["strength_bits"] < _LEAST_STRENGTH_BITS
    yield "no authenticated encryption", not cipher["aead"]
    # TLS 1.3 has nothing but: its own say "any".
    yield "no forward secrecy", cipher["kea"] not in {"kx-ecdhe", "kx-dhe", "kx-any"}


def _ciphers(subject: Subject) -> str:
    if subject.connection is None:
        raise NotEvaluatedError(subject.unreachable)
    row = subject.connection.execute(load("doctor").ciphers.encode()).fetchone()
    return str(row["ciphers"]) if row else ""


CHECKS: tuple[Check, ...] = (
    Check(
        "transport.certificates_last",
        "Every certificate is good for 30 days more.",
        Severity.HIGH, "ours", "{remedy}", _ending,
    ),
    Check(
        "transport.certificates_are_there",
        "The authority's certificate is there, the server's, and those of backups and standbys.",
        Severity.MEDIUM, "ours", "{remedy}", _missing,
    ),
    Check(
        "transport.certificates_are_trusted",
        "Whom clients and the server trust signed each certificate, in the right name.",
        Severity.HIGH, "CIS PostgreSQL 6.8", "{remedy}", _unsigned,
    ),
    Check(
        "transport.certificates_fit_their_keys",
        "Each certificate is of the key beside it: else the server does not start again.",
        Severity.HIGH, "ours", "{remedy}", _unfit,
    ),
    Check(
        "transport.certificates_are_strong",
        "No certificate has a key that can be broken, or a signature that can be forged.",
        Severity.HIGH, "CIS PostgreSQL 6.8", "{remedy}", _weak,
    ),
    Check(
        "transport.servers_show_their_certificate",
        "The servers show the certificate that lies there: they have read it since it was made.",
        Severity.MEDIUM, "ours", _ROTATE, _not_shown,
    ),
    Check(
        "transport.ciphers_are_strong",
        "The server's ciphers authenticate what they encrypt, and a stolen key opens no old talk.",
        Severity.LOW, "CIS PostgreSQL 6.10", load("doctor").strong_ciphers, _weak_ciphers,
    ),
)  # fmt: skip
