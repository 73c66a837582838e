"""What each function of an identity is asked, so that the victim's own request is accepted."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from financebuy.sql import load
from tests.security.command_callers import CUSTOMER
from tests.sql.accepted_rows import a_row_of_each
from tests.support import world as w
from tests.support.world import Row, User, World

HASH = "$argon2id$v=19$m=47104,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA"
PASSKEY, API_KEY = b"the victim's only passkey", "V" * 20
KEY = b"k" * 32


@dataclass(frozen=True, slots=True)
class Cast:
    """The victim, the account and what is asked about it: by case, the arguments but for who."""

    victim: User
    account: UUID
    other: UUID
    """One of the victim's in another currency, whose owners are the account's."""
    rows: dict[str, Row]


def cast(world: World) -> Cast:
    """A person who has one of everything that a person can have."""
    victim = world.user()
    rows = a_row_of_each(world, victim, world.security("VICTIM"), "joint")
    account = rows["place_order"]["account_id"]
    euros = world.account(victim, 0, "EUR", "joint")
    person = _single_rows(world, victim) | {"portfolio_of": {"account_id": account}}
    rows["convert_currency"]["target"] = str(euros)
    rows["revoke_api_key"]["key_id"] = API_KEY
    # What changes nothing would leave nothing to be seen.
    rows["set_account_status"]["status"] = "restricted"
    rows["set_kyc_status"]["status"] = "submitted"
    return Cast(victim, account, euros, {**rows, **person})


def _single_rows(world: World, victim: User) -> dict[str, Row]:
    user = {"user_id": victim.user_id}
    oneself = world.token(victim.user_id, *CUSTOMER)
    _have_means_of_signing_in(world, victim, oneself)
    method, document = _have_things(world, victim)
    operator, newcomer = world.staff().user_id, world.user("pending")
    epoch = world.value("select max(epoch) + 1 as n from key_epochs where tree = 'personal'")
    new_epoch = {"tree": "personal", "epoch": epoch, "provider": "file", "reference": "k"}
    new_key = {
        "account_id": None, "secret_hash": KEY, "scopes": "read", "expires_at": None,
        "name": None, "allowed_addresses": None,
    }  # fmt: skip
    return {
        "add_document": _document(victim),
        "remove_document": {"key": str(uuid4()), "document_id": document},
        "document_content": {"document_id": document},
        "data_key": user,
        "personal_data": user,
        "payment_number": {"payment_method_id": method},
        "shred_data_keys": {"user_ids": [newcomer.user_id]},
        "begin_key_epoch": {**new_epoch, "wrapped_key": None},
        "destroy_key_epoch": {
            "tree": "backup", "epoch": _a_retired_key(world), "lose_backups": True,
        },
        "act_as": {},
        "money_leaves_from": {"payment_method_id": method},
        "set_staff_role": {"user_id": operator, "role": "read"},
        "remove_second_factors": user,
        "set_user_active": {**user, "is_active": False},
        "set_user_active of an operator": {"user_id": operator, "is_active": False},
        "end_sessions": {},
        "begin_totp": {"secret_ciphertext": b"another"},
        "remove_totp": {},
        "submit_kyc": {},
        "replace_recovery_codes": {"hashes": [KEY]},
        "add_passkey": {
            "credential_id": b"another one of a passkey", "public_key": KEY, "sign_count": 0,
            "name": "phone",
        },
        "remove_passkey": {"credential_id": PASSKEY},
        "create_own_api_key": {"key_id": "N" * 20, **new_key},
        "revoke_own_api_key": {"key_id": API_KEY},
        "set_password": {**user, "password_hash": HASH},
        "set_password for the first time": {
            "user_id": newcomer.user_id, "password_hash": HASH,
        },
    }  # fmt: skip


def _have_means_of_signing_in(world: World, victim: User, oneself: str) -> None:
    """A password, a code's secret that is not confirmed, a passkey, recovery codes, a key."""
    own = {"identity": oneself, **w.COMMON}
    door = load("people")
    for query, arguments in (
        ("set_password", {"user_id": victim.user_id, "password_hash": HASH + "x"}),
        ("begin_totp", {"secret_ciphertext": b"secret"}),
        ("replace_recovery_codes", {"hashes": [b"r" * 32]}),
        ("add_passkey", {
            "credential_id": PASSKEY, "public_key": KEY, "sign_count": 0, "name": "key",
        }),
    ):  # fmt: skip
        world.as_role("fb_auth").execute(getattr(door, query).encode(), own | arguments)
    world.accepted("create_api_key", {
        "identity": world.broker, "key": str(uuid4()), **w.COMMON, "key_id": API_KEY,
        "user_id": victim.user_id, "account_id": None, "secret_hash": KEY, "scopes": "read",
        "expires_at": None, "name": None, "allowed_addresses": None,
    })  # fmt: skip
    # Who was approved has no papers to hand in. Here they have, so that there is something to see.
    world.admin.execute(
        "insert into kyc_transitions values ('approved', 'submitted') on conflict do nothing"
    )


def _have_things(world: World, victim: User) -> tuple[UUID, UUID]:
    method = w.payment_method(victim)
    world.accepted("add_payment_method", method)
    document = _document(victim)
    world.as_role("app_user").execute(
        load("privacy").add_document.encode(),
        document | {"identity": victim.token, **w.COMMON},
    )
    return method["payment_method_id"], document["document_id"]


def _document(victim: User) -> dict[str, Any]:
    return {
        "key": str(uuid4()), "document_id": uuid4(), "user_id": victim.user_id, "kind": "passport",
        "media_type": "image/png", "byte_count": 10, "content_ciphertext": b"sealed",
        "content_index": uuid4().bytes * 2, "generation": 1,
    }  # fmt: skip


def _a_retired_key(world: World) -> int:
    """A retired key of the backups' tree."""
    world.admin.execute(
        "insert into key_epochs (tree, epoch, provider, reference, state, created_at, retired_at)"
        " values ('backup', 901, 'file', 'k', 'retired', now(), now())"
    )
    return 901
