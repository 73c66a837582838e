"""The platform's certificate authority."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from financebuy.cluster.accounts import current
from financebuy.cluster.certificates import ensure_certificates

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
    for key in ("ca.key", "server.key"):
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
