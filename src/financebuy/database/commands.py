"""Takes commands and facts one by one; what arrives together is written together."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Self
from uuid import UUID

from financebuy.database.columns import call
from financebuy.database.command import Command, Verdict
from financebuy.database.lanes import Lane
from financebuy.database.pools import Pools
from financebuy.database.presence import present
from financebuy.errors import TryAgainError

__all__ = ["ROLES", "CommandWriter", "Verdict", "parameters"]

ROLES: dict[str, str] = {
    "place_order": "app_user", "replace_order": "app_user", "cancel_order": "app_user",
    "request_withdrawal": "app_user",
    "create_user": "fb_broker", "set_kyc_status": "fb_broker", "open_account": "fb_broker",
    "set_account_status": "fb_broker", "create_api_key": "fb_broker",
    "revoke_api_key": "fb_broker",
    "request_approval": "fb_broker", "decide_approval": "fb_broker",
    "assign_exception": "fb_broker", "resolve_exception": "fb_broker",
    "deposit_returned": "fb_bank", "execution_busted": "fb_venue",
    "execution_corrected": "fb_venue",
    "deposit_received": "fb_bank", "withdrawal_settled": "fb_bank",
    "withdrawal_returned": "fb_bank",
    "transfer": "app_user", "convert_currency": "app_user",
    "add_owner": "fb_broker", "remove_owner": "fb_broker", "charge_fee": "fb_broker",
    "set_fee_schedule": "fb_broker", "add_currency": "fb_broker", "exchange_rate": "fb_bank",
    "set_preferences": "app_user", "choose_lots": "app_user",
    "add_payment_method": "app_user", "remove_payment_method": "app_user",
    "shares_received": "fb_bank", "corporate_action": "fb_bank",
    "order_acknowledged": "fb_venue", "order_rejected": "fb_venue", "order_canceled": "fb_venue",
    "cancel_rejected": "fb_venue", "order_expired": "fb_venue", "order_triggered": "fb_venue",
    "order_replaced": "fb_venue", "replace_rejected": "fb_venue", "execution": "fb_venue",
}  # fmt: skip
"""Which login may call which function: customers, the broker, the bank and the venue are apart."""


SUBJECTS = (
    "account_id", "order_id", "transfer_id", "approval_id", "exception_id", "key_id", "user_id",
)  # fmt: skip
"""What a command is about: the first of these that it has. What has none waits in one chain."""


def parameters(function: str) -> list[str]:
    """List the keys that a row of `function` has."""
    return [name for name, _ in call(function).columns]


class CommandWriter:
    """Submits commands and facts; each role of the database has a queue of its own."""

    def __init__(
        self,
        pools: Pools,
        *,
        writers: int = 2,
        most_waiting: int = 10_000,
        patience: float = 15.0,
    ) -> None:
        """Write through `pools`, with at most `writers` batches a role in flight.

        At most `most_waiting` commands a role wait. Each has its answer after `patience` seconds,
        and two more where the database was asked and is silent.
        """
        self._pools = pools
        self._writers = writers
        self._most_waiting = most_waiting
        self._patience = patience
        self._lanes: dict[str, Lane] = {}
        self._closed = False

    async def __aenter__(self) -> Self:
        """Begin; connections are made when they are first needed."""
        return self

    async def __aexit__(self, *failure: Any) -> None:
        """Stop; whoever may have been written hears so, the others may try again."""
        self._closed = True
        for lane in self._lanes.values():
            await lane.close()

    async def submit(self, function: str, row: Mapping[str, Any]) -> Verdict:
        """Send one command and wait for its verdict.

        `row` has the keys that `parameters(function)` lists. A refusal is a verdict, not an error.
        Its identity has to outlive `patience`: the command may be sent until then.
        Who stops waiting (a timeout, a cancelled task) before the command was sent has it never
        written; after that, its outcome is unknown. So it is for who hangs up (`presence`).

        Raises:
            OverloadedError: too many wait; nothing was written.
            TryAgainError: nothing was written.
            OutcomeUnknownError: the database was asked and did not answer in time.
        """
        expected = call(function).names
        if row.keys() != expected:
            raise TypeError(f"{function} takes {parameters(function)}, got {sorted(row)}")
        subject = next((row[name] for name in SUBJECTS if row.get(name)), None)
        answer: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        # Whole numbers are found in a dictionary without a step of Python.
        key = subject.int if isinstance(subject, UUID) else subject
        command = Command(function, row, key, answer, time.monotonic() + self._patience)
        lane = self._lane(ROLES[function])
        presence = present.get()
        if presence is None:
            lane.add(command)
            return await _answer(lane, command)
        presence.check()
        lane.add(command)
        presence.wait(command, lane.drop)
        try:
            verdict = await _answer(lane, command)
            presence.decided()
        finally:
            presence.forget(command)
        return verdict

    def _lane(self, role: str) -> Lane:
        lane = self._lanes.get(role)
        if lane is None:
            lane = self._lanes[role] = Lane(
                self._pools, role, writers=self._writers, most_waiting=self._most_waiting,
                patience=self._patience,
            )  # fmt: skip
        if self._closed:
            raise TryAgainError
        return lane


async def _answer(lane: Lane, command: Command) -> Verdict:
    try:
        return await command.answer
    except asyncio.CancelledError:
        lane.drop(command)
        raise
