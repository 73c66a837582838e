"""Key-encryption keys: their epochs, rotation while requests go on, and their end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from financebuy import errors
from financebuy.crypto.epochs import PERSONAL, Epoch, EpochKeys
from financebuy.crypto.vault import DecryptionError, Wrapped
from financebuy.database.pools import Connection
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.vault_keys import learn
from financebuy.sql import load

STEP = 500
"""Data keys that are wrapped anew in one transaction."""
Progress = Callable[[int, int], None]
"""Told how many data keys are done, of how many."""
_ROLE = "fb_broker"
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class KeyState:
    """One key-encryption key. `data_keys`: how many it wraps; `due`: a new epoch should begin.

    `destroy_after`: until then a retired key is kept for the backups that may need it.
    """

    tree: str
    epoch: int
    provider: str
    state: str
    data_keys: int
    created_at: datetime | None
    retired_at: datetime | None
    destroy_after: datetime | None
    destroyed_at: datetime | None
    due: bool


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did. `unreadable` are users whose data key no key here opens."""

    epoch: int
    resumed: bool
    rewrapped: int
    unreadable: list[UUID]


class RotationRunningError(errors.RefusedError):
    """Another rotation is at work."""

    slug, text = "rotation_running", "a rotation is under way: wait for its end"


async def status(platform: Platform, caller: Caller) -> list[KeyState]:
    """Return the state of every epoch; needs the scope `operations` or `admin`."""
    caller.require("operations", "admin")
    async with platform.pools.connection(_ROLE) as connection:
        return await _states(connection)


async def rotate(
    platform: Platform,
    caller: Caller,
    keeper: EpochKeys,
    tree: str = PERSONAL,
    progress: Progress = lambda _done, _all: None,
    *,
    anew: bool = False,
) -> Rotation:
    """Begin a new epoch, kept by `keeper`, and wrap every data key by it.

    Requests go on meanwhile. A rotation that was interrupted is taken up where it ended, without
    a new epoch unless `anew`. The retired key stays until `destroy`.

    Raises:
        RotationRunningError: another one is at work.
        KeyUnavailableError: a key cannot be had from its keeper.
    """
    caller.require("operations", "admin")
    async with platform.pools.long(_ROLE) as connection:
        await _lock(connection)
        try:
            states = [each for each in await _states(connection) if each.tree == tree]
            resumed = not anew and any(s.data_keys for s in states if s.state != "active")
            if not resumed:
                await _begin(platform, caller, connection, keeper, tree, len(states) + 1)
            await learn(platform)
            if tree != PERSONAL:
                return Rotation(len(states) + 1, resumed, 0, [])
            return await _rewrap(platform, connection, progress, resumed=resumed)
        finally:
            await connection.execute(load("platform").unlock_all)


async def destroy(
    platform: Platform,
    caller: Caller,
    keepers: Callable[[str], EpochKeys],
    tree: str,
    epoch: int,
    *,
    lose_backups: bool = False,
) -> None:
    """Destroy a retired key for good.

    Raises:
        EpochNotFoundError, EpochActiveError, EpochInUseError: it is not, or not yet, retired.
        EpochKeptError: a backup may still need it, and `lose_backups` is not said.
    """
    caller.require("operations", "admin")
    async with platform.pools.connection(_ROLE) as connection:
        refused = await fetch_one(
            connection,
            _Refusal,
            load("privacy").destroy_key_epoch,
            {
                **_caller(platform, caller),
                "tree": tree,
                "epoch": epoch,
                "lose_backups": lose_backups,
            },
        )
        if refused is not None and refused.refusal is not None:
            raise errors.refused(refused.refusal, "epoch")
        epochs = await fetch_all(connection, Epoch, load("privacy").key_epochs, {})
    # The record first: a key that is gone while the record says otherwise would be a riddle.
    (found,) = (each for each in epochs if (each.tree, each.epoch) == (tree, epoch))
    keepers(found.provider).destroy(found)
    await learn(platform)


async def _begin(
    platform: Platform,
    caller: Caller,
    connection: Connection,
    keeper: EpochKeys,
    tree: str,
    number: int,
) -> None:
    made = keeper.make(tree, number)
    await connection.execute(
        load("privacy").begin_key_epoch,
        {
            **_caller(platform, caller),
            "tree": tree,
            "epoch": number,
            "provider": made.provider,
            "reference": made.reference,
            "wrapped_key": made.wrapped_key,
        },
    )


async def _rewrap(
    platform: Platform, connection: Connection, progress: Progress, *, resumed: bool
) -> Rotation:
    """One pass is enough: nothing new is wrapped by a retired key, the database refuses it."""
    epoch, done, unreadable, after = platform.vault.keyring.active, 0, list[UUID](), _FIRST
    states = await _states(connection)
    total = sum(s.data_keys for s in states if s.tree == PERSONAL and s.epoch != epoch)
    while True:
        rows = await fetch_all(
            connection, _Key, load("privacy").keys_to_rewrap, {"after": after, "limit": STEP}
        )
        if not rows:
            return Rotation(epoch, resumed, done, unreadable)
        after = rows[-1].user_id
        fresh = [(row, _fresh(platform, row)) for row in rows]
        unreadable += [row.user_id for row, wrapped in fresh if wrapped is None]
        pairs = [(row, wrapped) for row, wrapped in fresh if wrapped is not None]
        changed = await fetch_one(
            connection,
            _Rewrapped,
            load("privacy").rewrap_keys,
            {
                "user_ids": [row.user_id for row, _ in pairs],
                "old_keys": [row.wrapped_key for row, _ in pairs],
                "new_keys": [wrapped.wrapped_key for _, wrapped in pairs],
                "epoch": epoch,
            },
        )
        done += changed.rewrapped if changed else 0
        progress(done, total)


def _fresh(platform: Platform, row: "_Key") -> Wrapped | None:
    wrapped = Wrapped(row.wrapped_key, row.key_epoch, row.generation)
    try:
        return platform.vault.rewrap(row.user_id, wrapped)
    except DecryptionError:
        return None


async def _states(connection: Connection) -> list[KeyState]:
    epochs = await fetch_all(connection, Epoch, load("privacy").key_epochs, {})
    usage = await fetch_all(connection, _Usage, load("privacy").key_usage, {})
    used = {(each.tree, each.epoch): each for each in usage}
    return [
        KeyState(
            e.tree, e.epoch, e.provider, e.state, used[e.tree, e.epoch].data_keys, e.created_at,
            e.retired_at, used[e.tree, e.epoch].destroy_after, e.destroyed_at,
            used[e.tree, e.epoch].due,
        )
        for e in epochs
        if (e.tree, e.epoch) in used
    ]  # fmt: skip


async def _lock(connection: Connection) -> None:
    row = await fetch_one(connection, _Locked, load("privacy").lock_rotation, {})
    if row is None or not row.locked:
        raise RotationRunningError


def _caller(platform: Platform, caller: Caller) -> dict[str, Any]:
    return {
        "identity": caller.token(platform),
        "request_id": caller.request_id,
        "origin": caller.origin,
    }


@dataclass(frozen=True, slots=True)
class _Usage:
    tree: str
    epoch: int
    data_keys: int
    destroy_after: datetime | None
    due: bool


@dataclass(frozen=True, slots=True)
class _Key:
    user_id: UUID
    wrapped_key: bytes
    key_epoch: int
    generation: int


@dataclass(frozen=True, slots=True)
class _Refusal:
    refusal: str | None


@dataclass(frozen=True, slots=True)
class _Rewrapped:
    rewrapped: int


@dataclass(frozen=True, slots=True)
class _Locked:
    locked: bool
