"""Bank accounts and cards: checked, encrypted, shown as tokens."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from financebuy import errors
from financebuy.bootstrap import Platform
from financebuy.crypto.vault import DecryptionError
from financebuy.services import ledger, personal_data
from financebuy.services import payment_methods as methods
from financebuy.sql import load
from tests.privacy.conftest import STAFF, Place, customer, person
from tests.support import world as w
from tests.support.world import Row, World

IBAN = "GB82 WEST 1234 5698 7654 32"
CARD = "4242 4242 4242 4242"


async def add(platform: Platform, user_id: UUID, *what: str, **options: Any) -> Any:
    return await methods.add(platform, customer(user_id), user_id, *what, **options)


def test_a_token_stands_for_the_number(place: Place) -> None:
    async def work(platform: Platform) -> None:
        user_id = await person(platform)
        iban = await add(platform, user_id, "iban", IBAN)
        us = await add(platform, user_id, "us_bank", "000123456789", "111000025")
        card = await add(platform, user_id, "card", CARD)
        found = await methods.payment_methods(platform, customer(user_id), user_id)
        assert [(m.kind, m.last_four, m.country, m.routing_number) for m in found] == [
            ("iban", "5432", "GB", None),
            ("us_bank", "6789", "US", "111000025"),
            ("card", "4242", None, None),
        ]
        assert found == [iban, us, card]
        assert len({m.token for m in found}) == 3
        assert await methods.number(platform, STAFF, iban.payment_method_id) == IBAN.replace(
            " ", ""
        )
        assert await methods.number(platform, STAFF, us.payment_method_id) == "000123456789"
        with pytest.raises(errors.PaymentMethodNotFoundError):
            await methods.number(platform, STAFF, card.payment_method_id)

    place.run(work)
    stored = str(place.world.rows("select * from payment_methods"))
    for number in ("GB82WEST", "98765432", "000123456789", "42424242"):
        assert number not in stored
    lines = place.world.rows(
        "select action, count(*) from audit_log where table_name = 'payment_methods' group by 1"
        " order by 1"
    )
    assert [tuple(line.values()) for line in lines] == [("insert", 3), ("read", 2)]


def test_one_number_once_and_one_key_one_effect(place: Place) -> None:
    async def work(platform: Platform) -> None:
        user_id, other = await person(platform), await person(platform)
        first = await add(platform, user_id, "iban", IBAN, key="k")
        again = await add(platform, user_id, "iban", IBAN.replace(" ", "").lower(), key="k")
        assert again.replayed
        assert again.token == first.token
        with pytest.raises(errors.IdempotencyConflictError):
            await add(platform, user_id, "card", CARD, key="k")
        with pytest.raises(errors.DuplicateError) as caught:
            await add(platform, user_id, "iban", IBAN)
        assert caught.value.field == "number"
        await add(platform, other, "iban", IBAN)
        caller = customer(user_id)
        assert not await methods.remove(platform, caller, first.payment_method_id, "r")
        assert await methods.remove(platform, caller, first.payment_method_id, "r")
        assert (await add(platform, user_id, "iban", IBAN)).token != first.token

    place.run(work)
    removed = place.world.rows("select * from payment_methods where removed_at is not null")
    assert [(r["number_ciphertext"], r["number_index"]) for r in removed] == [(None, None)]


def test_another_customers_methods_are_not_there(place: Place) -> None:
    async def work(platform: Platform) -> None:
        owner, stranger = await person(platform), await person(platform)
        made = await add(platform, owner, "iban", IBAN)
        caller = customer(stranger)
        with pytest.raises(errors.UserNotFoundError):
            await methods.payment_methods(platform, caller, owner)
        with pytest.raises(errors.PaymentMethodNotFoundError):
            await methods.remove(platform, caller, made.payment_method_id)
        with pytest.raises(errors.PaymentMethodNotFoundError):
            await methods.remove(platform, caller, uuid4())
        with pytest.raises(errors.UserNotFoundError):
            await methods.add(platform, caller, owner, "iban", IBAN)
        with pytest.raises(errors.NotPermittedError):
            await methods.number(platform, caller, made.payment_method_id)

    place.run(work)


def test_twenty_are_the_most(place: Place) -> None:
    async def work(platform: Platform) -> None:
        user_id = await person(platform)
        numbers = [f"{n:08d}" for n in range(21)]
        outcomes = await asyncio.gather(
            *(add(platform, user_id, "us_bank", number, "111000025") for number in numbers),
            return_exceptions=True,
        )
        refused = [each for each in outcomes if isinstance(each, Exception)]
        assert [type(each) for each in refused] == [errors.LimitReachedError]

    place.run(work)


def test_a_withdrawal_names_where_it_goes(place: Place) -> None:
    """One key, one destination; and the number stays until the bank has answered."""
    ann = place.world.user()
    account = place.world.account(ann, 100)
    method = w.payment_method(ann)
    place.world.accepted("add_payment_method", method)
    to = method["payment_method_id"]

    async def work(platform: Platform) -> None:
        caller = customer(ann.user_id)

        async def withdraw(**options: Any) -> Any:
            return await ledger.request_withdrawal(
                platform, caller, account, Decimal(10), "k", **options
            )

        asked = await withdraw(payment_method_id=to)
        assert asked.payment_method_id == to
        assert (await withdraw(payment_method_id=to)).replayed
        with pytest.raises(errors.IdempotencyConflictError):
            await withdraw()
        with pytest.raises(errors.PaymentMethodInUseError):
            await methods.remove(platform, caller, to)
        await ledger.withdrawal_settled(platform, STAFF, asked.transfer_id, "paid")
        await methods.remove(platform, caller, to)
        found = await ledger.transfer(platform, caller, asked.transfer_id)
        assert (found.state, found.payment_method_id) == ("settled", to)

    place.run(work)
    assert place.world.check_books() == {}


def test_a_ciphertext_in_another_place_does_not_open(place: Place) -> None:
    """Swapped between rows of one user, and between users, by whoever may write the table."""

    async def work(platform: Platform) -> list[UUID]:
        grace, ada = await person(platform), await person(platform)
        made = [
            await add(platform, grace, "iban", IBAN),
            await add(platform, grace, "us_bank", "123456789", "111000025"),
            await add(platform, ada, "us_bank", "123456789", "111000025"),
        ]
        return [each.payment_method_id for each in made]

    ids = place.run(work)
    stored = {
        row["payment_method_id"]: row["number_ciphertext"]
        for row in place.world.rows("select * from payment_methods")
    }
    for here, there in ((ids[0], ids[1]), (ids[1], ids[2]), (ids[2], ids[1])):
        put = "update payment_methods set number_ciphertext = %s where payment_method_id = %s"
        place.world.admin.execute(put, (stored[there], here))
        with pytest.raises(DecryptionError):
            place.run(lambda p, here=here: methods.number(p, STAFF, here))
        place.world.admin.execute(put, (stored[here], here))
        assert place.run(lambda p, here=here: methods.number(p, STAFF, here))


def test_a_shredded_user_is_unreadable_for_good(place: Place) -> None:
    async def work(platform: Platform) -> UUID:
        user_id = await person(platform)
        made = await add(platform, user_id, "iban", IBAN)
        email = (await personal_data.personal_data(platform, STAFF, user_id)).email
        assert await personal_data.shred(platform, STAFF, user_id)
        assert not await personal_data.shred(platform, STAFF, user_id)
        with pytest.raises(errors.UserNotFoundError):
            await personal_data.personal_data(platform, STAFF, user_id)
        with pytest.raises(errors.PaymentMethodNotFoundError):
            await methods.number(platform, STAFF, made.payment_method_id)
        with pytest.raises(errors.UserNotFoundError):
            await add(platform, user_id, "iban", IBAN)
        with pytest.raises(errors.NotPermittedError):
            await personal_data.shred(platform, customer(user_id), user_id)
        assert email
        index = platform.vault.email_index(email)
        assert place.world.rows("select from users where email_index = %s", index) == []
        return user_id

    user_id = place.run(work)
    assert place.world.value("select count(*) from erasures where user_id = %s", user_id) == 1
    lines = place.world.rows(
        "select action from audit_log where table_name = 'personal_data_keys' and subject_id = %s",
        user_id,
    )
    assert [line["action"] for line in lines] == ["shred"]


def test_nobody_signs_in_as_somebody_who_was_erased(place: Place) -> None:
    key = {"expires_at": None, "name": "laptop", "allowed_addresses": "203.0.113.7"}

    async def work(platform: Platform) -> UUID:
        user_id = await person(platform)
        world = place.world
        made = {"key_id": "E" * 20, "user_id": user_id, "account_id": None, "scopes": "read"}
        by = {**w.COMMON, "identity": world.broker, "key": "k", "secret_hash": b"s" * 32}
        world.accepted("create_api_key", {**by, **key, **made})
        own = {"identity": world.token(user_id, "self"), **w.COMMON}
        for query, values in (
            ("set_password", {"user_id": user_id, "password_hash": HASH}),
            ("begin_totp", {"secret_ciphertext": b"secret"}),
            ("replace_recovery_codes", {"hashes": [b"r" * 32]}),
            ("add_passkey", {"credential_id": b"a passkey of hers", "public_key": b"k" * 32,
                             "sign_count": 0, "name": "phone"}),
        ):  # fmt: skip
            world.as_role("fb_auth").execute(getattr(load("people"), query).encode(), own | values)
        assert left_of(world, user_id) == {"keys": 1, "means": 4, "told": 1}
        assert await personal_data.shred(platform, STAFF, user_id)
        return user_id

    user_id = place.run(work)
    assert left_of(place.world, user_id) == {"keys": 0, "means": 0, "told": 0}
    since = place.world.value("select sessions_valid_from from users where user_id = %s", user_id)
    assert since is not None


def left_of(world: World, user_id: UUID) -> Row:
    """Keys in force, passwords and factors, and what keys still tell of their owner."""
    (row,) = world.rows(LEFT, *[user_id] * 6)
    return row


HASH = "$argon2id$v=19$m=47104,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA"
LEFT = """
    select (select count(*) from api_keys where user_id = %s and revoked_at is null) as keys,
        (select count(*) from credentials where user_id = %s)
        + (select count(*) from totp_secrets where user_id = %s)
        + (select count(*) from passkeys where user_id = %s)
        + (select count(*) from recovery_codes where user_id = %s) as means,
        (select count(*) from api_keys where user_id = %s
            and (name is not null or allowed_addresses is not null)) as told"""
