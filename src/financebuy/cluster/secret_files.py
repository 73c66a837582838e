"""The platform's secrets: generated once, one a file, readable by its account alone."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from financebuy.cluster.accounts import Account
from financebuy.cluster.errors import ClusterError
from financebuy.cluster.files import write_file

LOGIN_ROLES = (
    "app_user",
    "fb_auth",
    "fb_broker",
    "fb_bank",
    "fb_venue",
    "fb_worker",
    "fb_sealer",
    "analytics_user",
    "db_admin",
    "auditor",
    "fb_migrator",
    "fb_monitor",
    "fb_backup",
    "fb_replication",
)
"""The roles of PostgreSQL that log in, each with a password of its own."""

KEYS = ("identity_key", "kek", "blind_index_key")
"""Keys of 32 bytes, in hex: signed identities, personal data, the blind index."""

AUDIT_KEY = "audit_key"
"""The Ed25519 key that signs the audit's heads. A new one may be made, and is signed for."""

IDENTITY_KEY_NUMBER = 1
"""The number of the first `identity_key`: identities name the key that they were signed with."""

VALKEY_KEEPER = "valkey_keeper"
"""The password of whoever may have the cache read its users anew, and nothing else."""

_PASSWORDS = ("postgres", "valkey", VALKEY_KEEPER, *(f"db_{role}" for role in LOGIN_ROLES))


@dataclass(frozen=True, slots=True)
class SecretFiles:
    """The secrets of one data directory."""

    directory: Path

    def read(self, name: str) -> str:
        """One secret. Raises `ClusterError` when it is missing or not for this user to read."""
        try:
            return (self.directory / name).read_text().strip()
        except OSError as error:
            raise ClusterError(f"cannot read the secret {name}: {error.strerror}") from error

    def has(self, name: str) -> bool:
        """Whether this secret was made."""
        return (self.directory / name).exists()

    def path(self, name: str) -> Path:
        """The file of a secret."""
        return self.directory / name

    def write(self, name: str, value: str, account: Account) -> None:
        """Keep a secret that was made elsewhere."""
        write_file(self.directory / name, value + "\n", account)

    def identity_key(self) -> tuple[int, bytes]:
        """The number and the secret of the key that identities are signed with.

        The file holds `NUMBER:HEX`; the first key's holds its hex alone.
        """
        number, _, text = self.read("identity_key").rpartition(":")
        return int(number or IDENTITY_KEY_NUMBER), bytes.fromhex(text)

    def require_keys(self) -> None:
        """Raises `ClusterError` if a secret is lost without which existing data is unreadable."""
        lost = [name for name in ("postgres", *KEYS) if not self.has(name)]
        if lost:
            names = ", ".join(lost)
            raise ClusterError(
                f"{self.directory} lacks {names}: restore it from a backup, since new secrets do"
                " not fit the data that is there"
            )

    def create_missing(self, account: Account) -> None:
        """Make every secret that is not there yet."""
        for name in (*_PASSWORDS, *KEYS, AUDIT_KEY):
            if not self.has(name):
                self.write(name, secrets.token_hex(32), account)

    def role_passwords(self) -> dict[str, str]:
        """The password of each login role."""
        return {role: self.read(f"db_{role}") for role in LOGIN_ROLES}
