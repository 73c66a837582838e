"""Key-encryption keys in AWS KMS: one KMS key an epoch.

The 32 bytes that wrap data keys are made by KMS and kept beside the data only as KMS encrypted
them. When the KMS key is deleted, no copy of them can be opened any more, wherever it lies. This
module brings boto3; it is loaded when an epoch is kept there.
"""

from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from financebuy.crypto.epochs import Epoch, KeyUnavailableError

PROVIDER = "aws-kms"
WAITING_DAYS = 7
"""The shortest time that KMS lets pass between the order to delete a key and its deletion."""
_GONE = frozenset({"KMSInvalidStateException", "NotFoundException"})


class KmsKeys:
    """Keeps keys in the KMS of the region and credentials that boto3 finds by itself."""

    def __init__(self, client: Any = None) -> None:
        self._client = client or boto3.client("kms")

    def make(self, tree: str, number: int) -> Epoch:
        """Create a KMS key, and let it make and wrap the 32 bytes of the epoch."""
        with _Asking(tree, number):
            made = self._client.create_key(
                Description=f"FinanceBuy: {tree} epoch {number}",
                Tags=[
                    {"TagKey": "financebuy:tree", "TagValue": tree},
                    {"TagKey": "financebuy:epoch", "TagValue": str(number)},
                ],
            )
            reference = made["KeyMetadata"]["Arn"]
            wrapped = self._client.generate_data_key_without_plaintext(
                KeyId=reference, KeySpec="AES_256", EncryptionContext=_context(tree, number)
            )
        return Epoch(tree, number, PROVIDER, "active", reference, wrapped["CiphertextBlob"])

    def fetch(self, epoch: Epoch) -> bytes:
        """Let KMS open the epoch's 32 bytes."""
        with _Asking(epoch.tree, epoch.epoch):
            opened = self._client.decrypt(
                CiphertextBlob=epoch.wrapped_key,
                KeyId=epoch.reference,
                EncryptionContext=_context(epoch.tree, epoch.epoch),
            )
        key: bytes = opened["Plaintext"]
        return key

    def destroy(self, epoch: Epoch) -> None:
        """Order the KMS key's deletion; from now on it opens nothing."""
        # The id that the ARN ends with: a key is deleted from its own account alone.
        key_id = (epoch.reference or "").rpartition("/")[2]
        try:
            self._client.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=WAITING_DAYS)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _GONE:
                raise KeyUnavailableError(_said(epoch.tree, epoch.epoch, error)) from error


class _Asking:
    """Turns what boto3 raises into our error, without the request's content."""

    def __init__(self, tree: str, number: int) -> None:
        self._of = (tree, number)

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, (ClientError, BotoCoreError)):
            raise KeyUnavailableError(_said(*self._of, error)) from error


def _context(tree: str, number: int) -> dict[str, str]:
    return {"financebuy:tree": tree, "financebuy:epoch": str(number)}


def _said(tree: str, number: int, error: Exception) -> str:
    return f"AWS KMS refuses the {tree} key of epoch {number}: {error}"
