"""Documents of identity checks: bounded, encrypted, handed out to few and never unrecorded."""

from typing import Any
from uuid import UUID

import pytest

from financebuy import errors
from financebuy.bootstrap import Platform
from financebuy.database import pools
from financebuy.services import documents, personal_data
from tests.privacy.conftest import STAFF, Place, customer, person
from tests.support.silence import waiting_for_a_standby

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 64


async def add(platform: Platform, user_id: UUID, content: bytes = PDF, **options: Any) -> Any:
    return await documents.add(platform, customer(user_id), user_id, "passport", content, **options)


def test_a_document_comes_back_as_it_went_in(place: Place) -> None:
    largest = PDF + b"\0" * (documents.MOST_BYTES - len(PDF))

    async def work(platform: Platform) -> UUID:
        user_id = await person(platform)
        made = await add(platform, user_id)
        assert (made.media_type, made.byte_count) == ("application/pdf", len(PDF))
        for caller in (customer(user_id), STAFF):
            found = await documents.read(platform, caller, made.document_id)
            assert (found.media_type, found.content) == ("application/pdf", PDF)
            assert await documents.documents(platform, caller, user_id) == [made]
        big = await add(platform, user_id, largest)
        assert (await documents.read(platform, STAFF, big.document_id)).content == largest
        return user_id

    user_id = place.run(work)
    stored = place.world.rows("select content_ciphertext from kyc_documents")
    assert all(PDF[9:40] not in row["content_ciphertext"] for row in stored)
    lines = place.world.rows(
        "select action, count(*) from audit_log where table_name = 'kyc_documents'"
        " and subject_id = %s group by 1 order by 1",
        user_id,
    )
    assert [tuple(line.values()) for line in lines] == [("insert", 2), ("read", 3)]


@pytest.mark.parametrize(
    ("kind", "content", "error", "field"),
    [
        ("diary", PDF, errors.InvalidValueError, "kind"),
        ("passport", b"", errors.OutOfRangeError, "content"),
        ("passport", PDF + b"\0" * documents.MOST_BYTES, errors.OutOfRangeError, "content"),
        ("passport", b"<html>", errors.InvalidValueError, "content"),
        ("passport", b"MZ\x90", errors.InvalidValueError, "content"),
    ],
)
def test_what_is_no_document_is_refused(
    kind: str, content: bytes, error: type[errors.FinanceBuyError], field: str
) -> None:
    with pytest.raises(error) as caught:
        documents.check(kind, content)
    assert caught.value.field == field


def test_one_key_one_effect_and_the_same_document_once(place: Place) -> None:
    async def work(platform: Platform) -> None:
        user_id = await person(platform)
        first = await add(platform, user_id, key="k")
        again = await add(platform, user_id, key="k")
        assert again.replayed
        assert again.document_id == first.document_id
        with pytest.raises(errors.IdempotencyConflictError):
            await add(platform, user_id, PDF + b"other", key="k")
        with pytest.raises(errors.DuplicateError):
            await add(platform, user_id)
        for n in range(19):
            await add(platform, user_id, PDF + bytes([n]))
        with pytest.raises(errors.LimitReachedError):
            await add(platform, user_id, PDF + b"one more")
        assert not await documents.remove(platform, STAFF, first.document_id, "r")
        assert await documents.remove(platform, STAFF, first.document_id, "r")
        with pytest.raises(errors.DocumentNotFoundError):
            await documents.read(platform, STAFF, first.document_id)
        await add(platform, user_id)

    place.run(work)


def test_one_that_may_be_on_no_standby_is_said_to_be_unknown(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit is here, and who waited for a standby to have it was told to wait no longer."""

    async def work(platform: Platform) -> None:
        user_id = await person(platform)
        await documents.documents(platform, STAFF, user_id)
        monkeypatch.setattr(pools, "READ_SECONDS", 1.0)
        with waiting_for_a_standby(place.world), pytest.raises(errors.OutcomeUnknownError):
            await add(platform, user_id, key="one")
        made = await add(platform, user_id, key="one")
        assert made.replayed
        with waiting_for_a_standby(place.world), pytest.raises(errors.OutcomeUnknownError):
            await documents.remove(platform, STAFF, made.document_id, "another")
        assert await documents.remove(platform, STAFF, made.document_id, "another")

    place.run(work)


def test_another_customers_documents_are_not_there(place: Place) -> None:
    async def work(platform: Platform) -> None:
        owner, stranger = await person(platform), await person(platform)
        made = await add(platform, owner)
        caller = customer(stranger)
        with pytest.raises(errors.UserNotFoundError):
            await documents.documents(platform, caller, owner)
        for attempt in (
            documents.read(platform, caller, made.document_id),
            documents.remove(platform, caller, made.document_id),
        ):
            with pytest.raises(errors.DocumentNotFoundError):
                await attempt
        with pytest.raises(errors.UserNotFoundError):
            await documents.add(platform, caller, owner, "passport", PDF)

    place.run(work)


def test_documents_go_with_their_users_key(place: Place) -> None:
    async def work(platform: Platform) -> None:
        user_id = await person(platform)
        made = await add(platform, user_id)
        await personal_data.shred(platform, STAFF, user_id)
        with pytest.raises(errors.DocumentNotFoundError):
            await documents.read(platform, STAFF, made.document_id)
        with pytest.raises(errors.UserNotFoundError):
            await add(platform, user_id)

    place.run(work)
    assert place.world.value("select count(content_ciphertext) from kyc_documents") == 0
