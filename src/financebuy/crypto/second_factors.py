"""One-time codes (TOTP, RFC 6238) and recovery codes; and how their secrets are kept."""

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from financebuy.errors import FinanceBuyError

STEP_SECONDS = 30
_WINDOW = 1
"""Steps that a phone's clock may be wrong by, either way."""
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
_NONCE = 12


class CredentialKeyError(FinanceBuyError):
    """The secret of a one-time code was sealed with another key, or changed."""

    slug, text = "credential_key", "the stored secret of the one-time codes cannot be read"


@dataclass(frozen=True, slots=True)
class CredentialBox:
    """Seals the secrets of one-time codes with a key of 32 bytes, bound to their user."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, root: bytes) -> "CredentialBox":
        """Derive the key (HKDF, RFC 5869) from a root secret that is never replaced."""
        info = b"financebuy credentials 1"
        return cls(HKDF(SHA256(), 32, salt=None, info=info).derive(root))

    def seal(self, user_id: UUID, secret: str) -> bytes:
        """Encrypt a secret (AES-256-GCM)."""
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self.key).encrypt(nonce, secret.encode(), _context(user_id))

    def open(self, user_id: UUID, sealed: bytes) -> str:
        """Decrypt what `seal` made. Raises `CredentialKeyError`."""
        try:
            plain = AESGCM(self.key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _context(user_id))
        except InvalidTag:
            raise CredentialKeyError from None
        return plain.decode()


def _context(user_id: UUID) -> bytes:
    return b"financebuy totp_secrets\0" + user_id.bytes


def new_secret() -> str:
    """Make the secret that a person's phone makes codes with: 160 bits, base32."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, name: str) -> str:
    """Return what an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="FinanceBuy")


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step that a code is of; None when it is of none near `now`."""
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in range(present - _WINDOW, present + _WINDOW + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Make codes that each work once: 80 random bits, as `abcd-efgh-ijkl-mnop`."""
    made = []
    for _ in range(RECOVERY_CODES):
        text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
        made.append("-".join(text[at : at + 4] for at in range(0, len(text), 4)))
    return made


def recovery_hash(code: str) -> bytes:
    """Hash a recovery code, however it was typed. Random, so nothing is gained by slowness."""
    plain = "".join(each for each in code.lower() if each.isalnum())
    return hashlib.sha256(b"recovery\0" + plain.encode()).digest()
