"""Signing up, in and out: by password, and by what else a person has set up.

Nothing that a stranger is told, nor the time it takes, depends on whether an address is known.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from financebuy.domain.people import NewUser, check_password
from financebuy.errors import (
    DuplicateEmailError,
    SignedOutError,
    StepUpRequiredError,
)
from financebuy.services import attempts, identity, second_factors
from financebuy.services.asking import ask_door
from financebuy.services.caller import PLATFORM, Caller, SessionFacts
from financebuy.services.door import Problem, SessionState, Visit
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_one
from financebuy.sql import load

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 12 * 3600
TICKET_SECONDS = 5 * 60
FRESH_SECONDS = 5 * 60
"""How long a proof of identity is good for what needs one: money that leaves, new keys."""
STRONG = frozenset({"totp", "recovery_code", "passkey"})


class Session(msgspec.Struct, frozen=True):
    """Who is signed in, since when, and when they last proved it, by what."""

    user_id: UUID
    began_at: datetime
    proven_at: float
    is_strong: bool


class Ticket(msgspec.Struct, frozen=True):
    """A password was right, a second factor has to follow."""

    user_id: UUID
    subject: bytes


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` is the session's, for the cookie and nowhere else."""

    user_id: UUID
    token: str


@dataclass(frozen=True, slots=True)
class SecondFactorNeeded:
    """What has to follow: show `ticket` with a code, or use a passkey."""

    ticket: str


async def sign_up(platform: Platform, visit: Visit, user: NewUser, password: str) -> None:
    """Register a person with a password.

    An address that is taken is answered in the same way: nobody learns who is a customer.

    Raises:
        RefusedError: a value breaks a rule; `field` says which.
        TooManyRequestsError: this network has asked too often.
    """
    user.check()
    check_password(password, user.email)
    await attempts.pass_limit(platform, visit, "sign_up")
    hashed = await platform.door.hash(password)
    try:
        made = await identity.create_user(platform, _platform(visit), user)
    except DuplicateEmailError:
        # Recorded, which takes as long as keeping a password.
        await attempts.record(platform, visit, "taken", "sign_up", None)
        return
    await set_password_hash(platform, _platform(visit), made.user_id, hashed)


async def sign_in(
    platform: Platform, visit: Visit, email: str, password: str
) -> SignedIn | SecondFactorNeeded:
    """Let a person in who knows their password.

    Raises:
        WrongCredentialsError: address or password; nobody is told which.
        LockedError, TooManyRequestsError: too many attempts.
        SignInUnavailableError: there is no Valkey to keep the session.
    """
    subject = platform.vault.email_index(email)
    attempt = await attempts.begin(platform, visit, subject, "password")
    right = await platform.door.verify(attempt.password_hash, password)
    if attempt.user_id is None or attempt.password_hash is None:
        await attempts.fail(platform, visit, "unknown_user", "password", attempt.user_id)
    if not right:
        await attempts.fail(platform, visit, "wrong_password", "password", attempt.user_id)
    if not attempt.is_active:
        await attempts.fail(platform, visit, "inactive", "password", attempt.user_id)
    await _renew_hash(platform, attempt.user_id, attempt.password_hash, password)
    found = await state(platform, attempt.user_id, datetime.now(UTC))
    if found is not None and found.has_second_factor:
        ticket = Ticket(attempt.user_id, subject)
        return SecondFactorNeeded(
            await platform.door.open_sessions.keep("ticket", ticket, TICKET_SECONDS)
        )
    return await open_session(platform, visit, subject, attempt.user_id, "password")


async def show_second_factor(platform: Platform, visit: Visit, ticket: str, code: str) -> SignedIn:
    """Let a person in who knew their password and now shows a one-time or recovery code.

    Raises:
        WrongCredentialsError: the ticket is over, or the code is wrong or was used.
        LockedError, TooManyRequestsError: too many attempts.
    """
    known = await platform.door.open_sessions.find("ticket", ticket, Ticket, TICKET_SECONDS)
    if known is None:
        await attempts.fail(platform, visit, "wrong_code", "ticket", None)
    await attempts.begin(platform, visit, known.subject, "code")
    method = await second_factors.check_code(platform, known.user_id, code)
    if method is None:
        await attempts.fail(platform, visit, "wrong_code", "code", known.user_id)
    await platform.door.open_sessions.take("ticket", ticket, Ticket)
    return await open_session(platform, visit, known.subject, known.user_id, method)


async def open_session(
    platform: Platform, visit: Visit, subject: bytes, user_id: UUID, method: str
) -> SignedIn:
    """Begin a session of somebody who has proven who they are."""
    began_at = await attempts.record(platform, visit, "signed_in", method, user_id, subject=subject)
    session = Session(user_id, began_at, time.time(), method in STRONG)
    return SignedIn(
        user_id, await platform.door.open_sessions.keep("session", session, IDLE_SECONDS)
    )


async def find_session(platform: Platform, token: str) -> Session:
    """Return a session, which its use keeps alive.

    Raises:
        SignedOutError: there is none, or it has lasted too long.
        SignInUnavailableError: Valkey does not answer.
    """
    found = await platform.door.open_sessions.find("session", token, Session, IDLE_SECONDS)
    if found is None or time.time() - found.began_at.timestamp() > LONGEST_SECONDS:
        raise SignedOutError
    return found


async def state(platform: Platform, user_id: UUID, began_at: datetime) -> SessionState | None:
    """Return what a session's user may do now; None when the session no longer holds."""
    async with platform.pools.connection("fb_auth") as connection:
        return await fetch_one(
            connection,
            SessionState,
            load("people").session_state,
            {"user_id": user_id, "began_at": began_at},
        )


def caller_of(session: Session, found: SessionState | None, visit: Visit) -> Caller:
    """Return who asks through a session.

    Staff may do nothing of their role before they have shown a second factor.

    Raises:
        SignedOutError: the session no longer holds.
    """
    if found is None:
        raise SignedOutError
    fresh = time.time() - session.proven_at <= FRESH_SECONDS
    scopes = set(found.scopes)
    if found.kind != "customer" and not session.is_strong:
        scopes = {"read"}
    # Who has a second factor proves themselves by it, and by nothing less.
    if fresh and (session.is_strong or not found.has_second_factor):
        scopes.add("self")
    facts = SessionFacts(is_fresh=fresh, is_strong=session.is_strong)
    return Caller(
        session.user_id, None, frozenset(scopes), None, found.kind, visit.origin,
        visit.request_id, facts,
    )  # fmt: skip


async def step_up(
    platform: Platform, visit: Visit, token: str, *, code: str | None, password: str | None
) -> SignedIn:
    """Prove once more who is there; the session goes on under a new token.

    Raises:
        StepUpRequiredError: a password does not do for who has a second factor.
        WrongCredentialsError, LockedError, TooManyRequestsError: as when signing in.
    """
    session = await find_session(platform, token)
    found = await state(platform, session.user_id, session.began_at)
    if found is None:
        raise SignedOutError
    if code is None and found.has_second_factor:
        raise StepUpRequiredError("code: is required of who has a second factor", field="code")
    attempt = await attempts.begin(platform, visit, found.email_index, "step_up")
    if code is not None:
        method = await second_factors.check_code(platform, session.user_id, code)
    else:
        right = await platform.door.verify(attempt.password_hash, password or "")
        method = "password" if right else None
    if method is None:
        await attempts.fail(platform, visit, "wrong_code", "step_up", session.user_id)
    return await renew(platform, visit, token, session, found.email_index, method)


async def renew(
    platform: Platform, visit: Visit, token: str, session: Session, subject: bytes, method: str
) -> SignedIn:
    """Go on with a session that was just proven, under a new token."""
    await attempts.record(platform, visit, "signed_in", f"step_up {method}", session.user_id,
                 subject=subject)  # fmt: skip
    proven = msgspec.structs.replace(
        session, proven_at=time.time(), is_strong=session.is_strong or method in STRONG
    )
    renewed = await platform.door.open_sessions.keep("session", proven, IDLE_SECONDS)
    await platform.door.open_sessions.take("session", token, Session)
    return SignedIn(session.user_id, renewed)


async def sign_out(platform: Platform, token: str) -> None:
    """End a session, if there is one."""
    await platform.door.open_sessions.take("session", token, Session)


async def sign_out_everywhere(platform: Platform, caller: Caller) -> None:
    """End every session of the caller, on every device; needs a fresh proof."""
    caller.require_self()
    async with platform.pools.connection("fb_auth") as connection:
        await connection.execute(load("people").end_sessions, caller.signed(platform))


async def set_password(platform: Platform, caller: Caller, user_id: UUID, password: str) -> None:
    """Set a password, and end every session of its user.

    One's own with a fresh proof; the first one of somebody else with the scope `broker`, a later
    one with `admin`.

    Raises:
        ApprovalRequiredError: a colleague's later one takes a second administrator:
            `approvals.reset_access`.
        NotPermittedError, UserNotFoundError, RefusedError: what was wrong.
    """
    if caller.user_id == user_id:
        caller.require_self()
    check_password(password)
    await set_password_hash(platform, caller, user_id, await platform.door.hash(password))


async def set_password_hash(
    platform: Platform, caller: Caller, user_id: UUID, password_hash: str
) -> None:
    """Store the hash of a password; the database decides whether the caller may."""
    found = await ask_door(
        platform,
        Problem,
        load("people").set_password,
        {**caller.signed(platform), "user_id": user_id, "password_hash": password_hash},
    )
    found.check()


async def _renew_hash(platform: Platform, user_id: UUID, stored: str, password: str) -> None:
    if not platform.door.passwords.is_outdated(stored):
        return
    renewed = await platform.door.hash(password)
    async with platform.pools.connection("fb_auth") as connection:
        await connection.execute(
            load("people").renew_password_hash,
            {"user_id": user_id, "old_hash": stored, "new_hash": renewed},
        )


def _platform(visit: Visit) -> Caller:
    return PLATFORM.at(visit.origin, visit.request_id)
