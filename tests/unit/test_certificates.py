"""The platform's certificate authority."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from financebuy.cluster.accounts import current
from financebuy.cluster.certificates import (
    CLIENT_ROLES,
    ensure_certificates,
    rotate_certificates,
)

NOW = datetime.now(UTC)


def _load(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _verify(directory: Path, host: str) -> None:
    store = Store([_load(directory / "ca.crt")])
    verifier = PolicyBuilder().store(store).time(NOW).build_server_verifier(x509.DNSName(host))
    verifier.verify(_load(directory / "server.crt"), [])


def test_the_server_is_verified_by_the_authority_and_by_its_name(tmp_path: Path) -> None:
    ensure_certificates(tmp_path, current())
    _verify(tmp_path, "localhost")
    with pytest.raises(VerificationError):
        _verify(tmp_path, "elsewhere.example")


def test_keys_are_private(tmp_path: Path) -> None:
    ensure_certificates(tmp_path, current())
    for key in ("ca.key", "server.key", "client-fb_backup.key", "client-fb_replication.key"):
        assert (tmp_path / key).stat().st_mode & 0o077 == 0


def test_what_is_valid_stays(tmp_path: Path) -> None:
    ensure_certificates(tmp_path, current())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    ensure_certificates(tmp_path, current())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_month_before_its_end_the_server_gets_a_new_one_from_the_same_authority(
    tmp_path: Path,
) -> None:
    ensure_certificates(tmp_path, current(), NOW - timedelta(days=397 - 29))
    authority, server = (tmp_path / "ca.crt").read_bytes(), _load(tmp_path / "server.crt")
    ensure_certificates(tmp_path, current(), NOW)
    assert (tmp_path / "ca.crt").read_bytes() == authority
    assert _load(tmp_path / "server.crt").not_valid_after_utc > server.not_valid_after_utc
    _verify(tmp_path, "localhost")


def test_a_certificate_that_does_not_fit_its_key_is_made_anew(tmp_path: Path) -> None:
    """Two files cannot be replaced in one step, and a crash may come between them."""
    ensure_certificates(tmp_path, current())
    former = (tmp_path / "server.key").read_bytes()
    rotate_certificates(tmp_path, current())
    (tmp_path / "server.key").write_bytes(former)
    ensure_certificates(tmp_path, current())
    key = load_pem_private_key((tmp_path / "server.key").read_bytes(), None)
    assert _load(tmp_path / "server.crt").public_key() == key.public_key()
    assert (tmp_path / "server.key").read_bytes() != former


def test_clients_certificates_are_for_clients_and_in_their_roles_name(tmp_path: Path) -> None:
    ensure_certificates(tmp_path, current())
    for role in CLIENT_ROLES:
        certificate = _load(tmp_path / f"client-{role}.crt")
        assert certificate.subject.rfc4514_string() == f"CN={role}"
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
