"""Passkeys: registering them, signing in by one, proving by one who is there."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from financebuy.crypto import passkeys as webauthn
from financebuy.crypto.passkeys import Site
from financebuy.errors import NotFoundError, SignedOutError, WrongCredentialsError
from financebuy.services import attempts, sign_in
from financebuy.services.asking import ask_door
from financebuy.services.caller import Caller
from financebuy.services.door import Problem, Taken, Visit
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.sign_in import TICKET_SECONDS, SignedIn
from financebuy.sql import load

_CHALLENGE_BYTES = 32


class Challenge(msgspec.Struct, frozen=True):
    """What a device has to sign; `user_id` is who registers it, None for who signs in."""

    challenge: bytes
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a page hands to the browser, and the ticket that it sends back with the answer."""

    ticket: str
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as it can be shown."""

    credential_id: bytes
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Kept:
    user_id: UUID
    public_key: bytes
    sign_count: int
    is_active: bool
    email_index: bytes


async def begin_registration(platform: Platform, caller: Caller, name: str) -> Question:
    """Ask for a new passkey; needs a fresh proof. `name` is shown by the device."""
    caller.require_self()
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)
    known = [each.credential_id for each in await passkeys(platform, caller)]
    options = webauthn.registration(site(platform), caller.user_id, name, challenge, known)
    return Question(await _keep(platform, Challenge(challenge, caller.user_id)), options)


async def register(
    platform: Platform, caller: Caller, ticket: str, answer: Mapping[str, Any], name: str
) -> None:
    """Keep a passkey that the caller's browser has made.

    Raises:
        WrongCredentialsError: the answer is not to the question of this ticket.
        DuplicateError: it is registered already.
    """
    caller.require_self()
    asked = await platform.door.open_sessions.take("passkey", ticket, Challenge)
    if asked is None or asked.user_id != caller.user_id:
        raise WrongCredentialsError("the ticket is over: begin anew", field="ticket")
    made = webauthn.registered(site(platform), asked.challenge, answer)
    if made is None:
        raise WrongCredentialsError("the browser's answer is not good", field="credential")
    found = await ask_door(
        platform,
        Problem,
        load("people").add_passkey,
        caller.signed(platform)
        | {
            "credential_id": made.credential_id, "public_key": made.public_key,
            "sign_count": made.sign_count, "name": name,
        },
    )  # fmt: skip
    found.check()


async def begin(platform: Platform, visit: Visit) -> Question:
    """Ask whoever is there for one of their passkeys: to sign in, or to prove it once more."""
    await attempts.pass_limit(platform, visit, "passkey")
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)
    options = webauthn.authentication(site(platform), challenge, ())
    return Question(await _keep(platform, Challenge(challenge)), options)


async def sign_in_by(
    platform: Platform, visit: Visit, ticket: str, answer: Mapping[str, Any]
) -> SignedIn:
    """Let a person in by their passkey, which stands for password and second factor.

    Raises:
        WrongCredentialsError: unknown passkey, wrong answer, or a ticket that is over.
    """
    kept = await _check(platform, visit, ticket, answer)
    return await sign_in.open_session(platform, visit, kept.email_index, kept.user_id, "passkey")


async def step_up_by(
    platform: Platform, visit: Visit, token: str, ticket: str, answer: Mapping[str, Any]
) -> SignedIn:
    """Prove by a passkey who is there; the session goes on under a new token."""
    session = await sign_in.find_session(platform, token)
    if await sign_in.state(platform, session.user_id, session.began_at) is None:
        raise SignedOutError
    kept = await _check(platform, visit, ticket, answer)
    if kept.user_id != session.user_id:
        await attempts.fail(platform, visit, "wrong_passkey", "step_up", session.user_id)
    return await sign_in.renew(platform, visit, token, session, kept.email_index, "passkey")


async def passkeys(platform: Platform, caller: Caller) -> list[Passkey]:
    """Return the caller's passkeys, oldest first."""
    async with platform.pools.connection("fb_auth") as connection:
        return await fetch_all(
            connection, Passkey, load("people").passkeys, {"user_id": caller.user_id}
        )


async def remove(platform: Platform, caller: Caller, credential_id: bytes) -> None:
    """Take a passkey away; needs a fresh proof.

    Raises:
        NotFoundError: the caller has none of this id.
    """
    caller.require_self()
    found = await ask_door(
        platform,
        Taken,
        load("people").remove_passkey,
        caller.signed(platform) | {"credential_id": credential_id},
    )
    if not found.taken:
        raise NotFoundError(field="credential_id")


def site(platform: Platform) -> Site:
    """Return whose passkeys these are, from the platform's public URL."""
    url = urlsplit(platform.settings.public_url)
    return Site(url.hostname or "localhost", f"{url.scheme}://{url.netloc}")


async def _check(platform: Platform, visit: Visit, ticket: str, answer: Mapping[str, Any]) -> _Kept:
    await attempts.pass_limit(platform, visit, "passkey")
    asked = await platform.door.open_sessions.take("passkey", ticket, Challenge)
    credential_id = webauthn.credential_id(answer)
    if asked is None or asked.user_id is not None or credential_id is None:
        await attempts.fail(platform, visit, "wrong_passkey", "passkey", None)
    async with platform.pools.connection("fb_auth") as connection:
        kept = await fetch_one(
            connection, _Kept, load("people").passkey, {"credential_id": credential_id}
        )
    if (
        kept is None
        or not kept.is_active
        or not await _answers(platform, asked.challenge, answer, credential_id, kept)
    ):
        user_id = kept.user_id if kept else None
        await attempts.fail(platform, visit, "wrong_passkey", "passkey", user_id)
    return kept


async def _answers(
    platform: Platform,
    challenge: bytes,
    answer: Mapping[str, Any],
    credential_id: bytes,
    kept: _Kept,
) -> bool:
    count = webauthn.authenticated(
        site(platform), challenge, answer, kept.public_key, kept.sign_count
    )
    if count is None:
        return False
    found = await ask_door(
        platform,
        Taken,
        load("people").take_passkey,
        {"credential_id": credential_id, "sign_count": count},
    )
    return found.taken


async def _keep(platform: Platform, challenge: Challenge) -> str:
    return await platform.door.open_sessions.keep("passkey", challenge, TICKET_SECONDS)
