"""Heads in an S3 bucket with object lock: not even the account's administrator can delete them.

The bucket has to have been made with object lock. Each head is an object of its own, written once
(`If-None-Match`) and locked in compliance mode. This module brings boto3; it is loaded when a
bucket is configured.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from financebuy.services.audit.errors import OutsideError
from financebuy.services.audit.outside import Head

_MOST_HEADS = 1_000
"""How many of the newest heads a verification reads: each stands for all seals before it."""
_EXISTS = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


def _client() -> Any:
    return boto3.client("s3")


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket and a prefix in it; `lock_days` is how long an object cannot be deleted."""

    bucket: str
    prefix: str
    lock_days: int
    client: Any = field(default_factory=_client, repr=False)

    @property
    def name(self) -> str:
        """See `Store`."""
        return f"s3://{self.bucket}/{self.prefix}"

    def epochs(self) -> dict[int, str]:
        """See `Store`."""
        keys = [key for key in self._keys("") if key.endswith(".record")]
        return {
            int(key.rpartition("epoch-")[2].removesuffix(".record")): self._get(key)
            for key in sorted(keys)
        }

    def put_epoch(self, epoch: int, record: str) -> None:
        """See `Store`."""
        self._put(f"{self.prefix}epoch-{epoch}.record", record)

    def newest(self, epoch: int) -> Head | None:
        """See `Store`."""
        # Names count down, so that the newest is the first of the list.
        keys = self._keys(f"epoch-{epoch}/", most=1)
        return self._head(keys[0]) if keys else None

    def heads(self, epoch: int) -> Iterator[Head]:
        """See `Store`: the newest ones."""
        for key in reversed(self._keys(f"epoch-{epoch}/", most=_MOST_HEADS)):
            yield self._head(key)

    def put_heads(self, epoch: int, heads: Sequence[Head]) -> None:
        """See `Store`. The last of them stands for all: it is over the whole log."""
        last = heads[-1]
        number = _LARGEST - last.seal_seq
        self._put(f"{self.prefix}epoch-{epoch}/{number:012d}.head", last.note)

    def erased(self) -> set[UUID]:
        """See `Store`."""
        names = (key.rpartition("/")[2] for key in self._keys("erasures/"))
        return {UUID(name.removesuffix(".note")) for name in names}

    def erasure(self, user_id: UUID) -> str:
        """See `Store`."""
        return self._get(f"{self.prefix}erasures/{user_id}.note")

    def put_erasure(self, user_id: UUID, note: str) -> None:
        """See `Store`."""
        self._put(f"{self.prefix}erasures/{user_id}.note", note)

    def _head(self, key: str) -> Head:
        number = int(key.rpartition("/")[2].removesuffix(".head"))
        return Head(_LARGEST - number, self._get(key))

    def _keys(self, below: str, most: int | None = None) -> list[str]:
        try:
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket,
                Prefix=self.prefix + below,
                Delimiter="/",
                PaginationConfig={"MaxItems": most},
            )
            return [each["Key"] for page in pages for each in page.get("Contents", [])]
        except (BotoCoreError, ClientError) as error:
            raise OutsideError(f"{self.name}: {error}") from None

    def _get(self, key: str) -> str:
        try:
            body = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except (BotoCoreError, ClientError) as error:
            raise OutsideError(f"{self.name}: {error}") from None
        return str(body.decode())

    def _put(self, key: str, text: str) -> None:
        until = datetime.now(UTC) + timedelta(days=self.lock_days)
        lock = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}
        try:
            self.client.put_object(
                Bucket=self.bucket,
                Key=key,
                Body=text.encode(),
                IfNoneMatch="*",
                ChecksumAlgorithm="SHA256",
                **(lock if self.lock_days else {}),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in _EXISTS:
                raise OutsideError(f"{self.name}: {error}") from None
            # A pass that was killed may have put it; then it is the same.
            if self._get(key) != text:
                raise OutsideError(f"{self.name} has another {key} already") from None
        except BotoCoreError as error:
            raise OutsideError(f"{self.name}: {error}") from None


_LARGEST = 10**12 - 1
