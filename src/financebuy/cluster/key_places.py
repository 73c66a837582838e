"""Where key-encryption keys of a data directory are kept: its file `kek`, or AWS KMS."""

import importlib
import os
from contextlib import suppress

from financebuy.cluster.accounts import Account
from financebuy.cluster.secret_files import SecretFiles
from financebuy.crypto import key_file
from financebuy.crypto.epochs import EpochKeys, KeyUnavailableError
from financebuy.crypto.keyring import Providers

NAME = "kek"
KMS = "aws-kms"


def key_places(secrets: SecretFiles) -> Providers:
    """Return what finds a keeper of keys by its name."""

    def find(provider: str) -> EpochKeys:
        if provider == key_file.PROVIDER:
            return key_file.FileKeys(
                lambda: secrets.read(NAME), lambda text: _replace(secrets, text)
            )
        return other_places(provider)

    return find


def other_places(provider: str) -> EpochKeys:
    """Find a keeper of keys that needs no file of ours."""
    if provider != KMS:
        raise KeyUnavailableError(f"there is no keeper of keys named {provider} here")
    # boto3 takes a third of a second to load: only who has keys there pays for it.
    found: EpochKeys = importlib.import_module("financebuy.crypto.kms").KmsKeys()
    return found


def _replace(secrets: SecretFiles, text: str) -> None:
    """Write the file anew for whom it belongs to, and wipe a key that it no longer has."""
    path = secrets.path(NAME)
    with path.open("r+b", buffering=0) as old:
        stood = os.fstat(old.fileno())
        secrets.write(NAME, text, Account("", stood.st_uid, stood.st_gid))
        if len(text) < stood.st_size:
            # A key was taken out. As far as a file system lets one: a copy on write, a snapshot or
            # a flash disk keeps more.
            with suppress(OSError):
                old.write(b"\0" * stood.st_size)
                os.fsync(old.fileno())
