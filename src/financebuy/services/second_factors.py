"""One-time codes and recovery codes: setting them up, checking them, taking them away."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from financebuy.crypto import second_factors as codes
from financebuy.errors import WrongCredentialsError
from financebuy.services.asking import ask_door
from financebuy.services.caller import Caller
from financebuy.services.door import Problem, Taken
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_one
from financebuy.sql import load

_CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class NewTotp:
    """What a person's phone needs, shown once: the secret, and the same for a QR code."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class _Totp:
    secret_ciphertext: bytes
    is_confirmed: bool
    last_step: int


async def begin_totp(platform: Platform, caller: Caller, name: str) -> NewTotp:
    """Make a secret for one-time codes; it counts once a code has confirmed it.

    Raises:
        StepUpRequiredError: the last proof is too old.
        DuplicateError: codes are set up already; take them away first.
    """
    caller.require_self()
    secret = codes.new_secret()
    found = await ask_door(
        platform,
        Problem,
        load("people").begin_totp,
        caller.signed(platform)
        | {"secret_ciphertext": platform.door.box.seal(caller.user_id, secret)},
    )
    found.check()
    return NewTotp(secret, codes.provisioning_uri(secret, name))


async def confirm_totp(platform: Platform, caller: Caller, code: str) -> list[str]:
    """Confirm the secret by a code, and return new recovery codes, which are shown once.

    Raises:
        WrongCredentialsError: the code is wrong.
    """
    caller.require_self()
    if not await _take_totp(platform, caller.user_id, code, confirming=True):
        raise WrongCredentialsError("the code is not of this secret and this moment", field="code")
    return await new_recovery_codes(platform, caller)


async def new_recovery_codes(platform: Platform, caller: Caller) -> list[str]:
    """Replace the recovery codes; the old ones work no more. Shown once."""
    caller.require_self()
    made = codes.new_recovery_codes()
    async with platform.pools.connection("fb_auth") as connection:
        await connection.execute(
            load("people").replace_recovery_codes,
            caller.signed(platform) | {"hashes": [codes.recovery_hash(each) for each in made]},
        )
    return made


async def remove_totp(platform: Platform, caller: Caller) -> bool:
    """Take one-time codes away; returns whether there were any."""
    caller.require_self()
    found = await ask_door(platform, Taken, load("people").remove_totp, caller.signed(platform))
    return found.taken


async def check_code(platform: Platform, user_id: UUID, code: str) -> str | None:
    """Take a one-time or recovery code, each of which works once; None when it is wrong."""
    plain = "".join(code.split())
    if len(plain) == _CODE_DIGITS and plain.isdigit():
        return "totp" if await _take_totp(platform, user_id, plain, confirming=False) else None
    found = await ask_door(
        platform,
        Taken,
        load("people").take_recovery_code,
        {"user_id": user_id, "code_hash": codes.recovery_hash(code)},
    )
    return "recovery_code" if found.taken else None


async def _take_totp(platform: Platform, user_id: UUID, code: str, *, confirming: bool) -> bool:
    async with platform.pools.connection("fb_auth") as connection:
        kept = await fetch_one(connection, _Totp, load("people").totp, {"user_id": user_id})
    if kept is None or kept.is_confirmed is confirming:
        return False
    secret = platform.door.box.open(user_id, kept.secret_ciphertext)
    step = codes.matching_step(secret, code, datetime.now(UTC))
    if step is None:
        return False
    found = await ask_door(
        platform, Taken, load("people").take_totp, {"user_id": user_id, "step": step}
    )
    return found.taken
