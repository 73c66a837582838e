"""Key-encryption keys in AWS KMS, which moto plays. What it does not enforce stands in the docs."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import boto3
import pytest
from moto import mock_aws

from financebuy.bootstrap import Platform
from financebuy.crypto.epochs import Epoch, KeyUnavailableError
from financebuy.crypto.kms import KmsKeys
from financebuy.services import keys
from financebuy.services.identity import personal_data
from tests.privacy.conftest import STAFF, Place, name_of, person


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        yield boto3.client("kms")


def test_an_epoch_is_a_key_of_its_own_and_its_bytes_are_bound_to_it(kms: Any) -> None:
    keeper = KmsKeys(kms)
    first, second = keeper.make("personal", 2), keeper.make("personal", 3)
    assert first.reference != second.reference
    assert len(keeper.fetch(first)) == 32
    assert keeper.fetch(first) == keeper.fetch(first)
    assert keeper.fetch(first) != keeper.fetch(second)
    for wrong in (
        replace(first, epoch=3),
        replace(first, tree="backup"),
        replace(first, reference=second.reference),
        replace(first, wrapped_key=second.wrapped_key),
    ):
        with pytest.raises(KeyUnavailableError):
            keeper.fetch(wrong)


def test_a_destroyed_key_waits_for_its_deletion(kms: Any) -> None:
    """AWS refuses what such a key should open; moto opens it, so that cannot be shown here."""
    keeper = KmsKeys(kms)
    made = keeper.make("personal", 2)
    for _ in range(2):
        keeper.destroy(made)
        metadata = kms.describe_key(KeyId=made.reference)["KeyMetadata"]
        assert metadata["KeyState"] == "PendingDeletion"
    # One that is gone altogether is no error: a destruction that was interrupted is repeated.
    keeper.destroy(Epoch("personal", 2, "aws-kms", "destroyed", "arn:aws:kms:x:1:key/none"))


def test_a_refusal_names_the_epoch_and_not_the_key(kms: Any) -> None:
    with pytest.raises(KeyUnavailableError, match=r"AWS KMS refuses the personal key of epoch 7"):
        KmsKeys(kms).fetch(Epoch("personal", 7, "aws-kms", "active", "alias/none", b"x" * 32))


def test_from_the_file_to_kms_and_back_while_everything_stays_readable(
    place: Place, kms: Any
) -> None:
    async def work(platform: Platform) -> list[UUID]:
        people = [await person(platform)]
        done = await keys.rotate(platform, STAFF, place.keepers("aws-kms"))
        people.append(await person(platform))
        assert (done.epoch, done.rewrapped) == (2, 1)
        await keys.destroy(platform, STAFF, place.keepers, "personal", 1, lose_backups=True)
        return people

    people = place.run(work)
    # Whoever starts now holds no key at all, and asks KMS.
    assert "personal" not in place.secrets.read("kek").partition("\n")[2]
    (stored,) = place.world.rows("select * from key_epochs where epoch = 2")
    assert stored["provider"] == "aws-kms"

    async def back(platform: Platform) -> None:
        assert platform.vault.keyring.active == 0
        assert [await name_of(platform, user_id) for user_id in people] == ["Grace", "Grace"]
        people.append(await person(platform))
        await keys.rotate(platform, STAFF, place.keepers("file"))
        await keys.destroy(platform, STAFF, place.keepers, "personal", 2, lose_backups=True)
        assert [await name_of(platform, user_id) for user_id in people] == ["Grace"] * 3

    place.run(back)
    metadata = kms.describe_key(KeyId=stored["reference"])["KeyMetadata"]
    assert metadata["KeyState"] == "PendingDeletion"
    (stored,) = place.world.rows("select * from key_epochs where epoch = 2")
    assert (stored["state"], stored["wrapped_key"]) == ("destroyed", None)


def test_while_kms_does_not_answer_nobody_is_told_anything(
    place: Place, kms: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(platform: Platform) -> UUID:
        user_id = await person(platform)
        await keys.rotate(platform, STAFF, place.keepers("aws-kms"))
        return user_id

    user_id = place.run(work)

    def refuse(_keeper: KmsKeys, epoch: Epoch) -> bytes:
        raise KeyUnavailableError(f"epoch {epoch.epoch}")

    monkeypatch.setattr(KmsKeys, "fetch", refuse)
    with pytest.raises(KeyUnavailableError):
        place.run(lambda platform: personal_data(platform, STAFF, user_id))
