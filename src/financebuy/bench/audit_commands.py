"""The commands of `bench audit`: what a round asks of a database, and the CPU that it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import DictRow, dict_row

from financebuy.database.commands import ROLES, parameters
from financebuy.database.identity import Identity, Signer
from financebuy.sql import load

READ = "personal_data"
COMMANDS = ("deposit_received", "place_order", "execution", "set_account_status", READ)
"""History is their record, but for the last two, which write a line of audit_log each."""
_SAME = {"request_id": "a-request", "origin": "bench"}


def cpu_seconds(pid: int) -> float:
    """How long a process has been on a CPU (Linux counts it in nanoseconds)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def role_of(command: str) -> str:
    """Who asks for it."""
    return "fb_broker" if command == READ else ROLES[command]


@dataclass(frozen=True, slots=True)
class Subject:
    """A database and connections of those whose commands it takes."""

    connections: Mapping[str, psycopg.Connection[DictRow]]
    accounts: Sequence[UUID]
    security_id: UUID
    user_id: UUID
    token: str
    staff: str
    statuses: dict[UUID, str] = field(default_factory=dict)

    @classmethod
    def connect(
        cls, urls: Mapping[str, str], accounts: Sequence[UUID], security_id: UUID, user_id: UUID,
        signer: Signer,
    ) -> "Subject":  # fmt: skip
        """Connect as each role."""
        roles = {role_of(name) for name in COMMANDS}
        connections = {
            role: psycopg.connect(
                urls[role], autocommit=True, row_factory=dict_row, prepare_threshold=1
            )
            for role in roles
        }
        hours = timedelta(hours=4)
        identity = Identity(user_id, "BENCH", ("read", "trade", "funding"))
        staff = Identity(uuid4(), "BENCH", ("broker",))
        return cls(
            connections, accounts, security_id, user_id, signer.sign(identity, hours),
            signer.sign(staff, hours),
        )  # fmt: skip

    def close(self) -> None:
        """Close the connections."""
        for connection in self.connections.values():
            connection.close()

    def measure(
        self, command: str, size: int, count: int, orders: Sequence[UUID]
    ) -> tuple[float, list[UUID]]:
        """Submit commands in batches of `size`; returns the CPU seconds of one, and their ids."""
        if command == READ:
            return self._measure_reading(count), []
        connection = self.connections[ROLES[command]]
        rows = [self.row(command, number, orders) for number in range(count)]
        batches = [_columns(command, rows[at : at + size]) for at in range(0, count, size)]
        query = getattr(load("commands"), command).encode()
        began = cpu_seconds(connection.info.backend_pid)
        ids: list[UUID] = []
        for batch in batches:
            for answer in connection.execute(query, batch | {"skip_locked": False}).fetchall():
                assert answer["outcome"] == "accepted", answer  # noqa: S101 (a bench stops)
                ids.append(answer["command_id"])
        return (cpu_seconds(connection.info.backend_pid) - began) / count, ids

    def _measure_reading(self, count: int) -> float:
        """A person's data, which is read one at a time."""
        connection = self.connections[role_of(READ)]
        query = load("privacy").personal_data.encode()
        row = {**_SAME, "identity": self.staff, "user_id": self.user_id}
        began = cpu_seconds(connection.info.backend_pid)
        for _ in range(count):
            assert connection.execute(query, row).fetchone()  # noqa: S101 (a bench stops)
        return (cpu_seconds(connection.info.backend_pid) - began) / count

    def open_again(self) -> None:
        """Make accounts active that a measurement has left restricted, where no order is taken."""
        closed = [account for account, status in self.statuses.items() if status != "active"]
        if closed:
            rows = [self._status(account) for account in closed]
            columns = _columns("set_account_status", rows) | {"skip_locked": False}
            query = load("commands").set_account_status.encode()
            self.connections["fb_broker"].execute(query, columns).fetchall()

    def _status(self, account: UUID) -> dict[str, Any]:
        """The other status than the account has: one that it has already leaves no line."""
        was = self.statuses.get(account, "active")
        self.statuses[account] = "restricted" if was == "active" else "active"
        return {
            **_SAME, "identity": self.staff, "key": str(uuid4()), "account_id": account,
            "status": self.statuses[account],
        }  # fmt: skip

    def row(self, command: str, number: int, orders: Sequence[UUID]) -> dict[str, Any]:
        """What a command is asked with; `orders` are those that wait for an execution."""
        account, key = self.accounts[number % len(self.accounts)], str(uuid4())
        if command == "set_account_status":
            return self._status(account)
        if command == "deposit_received":
            return {
                **_SAME, "bank": "bench", "bank_reference": key, "account_id": account,
                "amount": Decimal(200), "currency": "USD", "effective_at": None, "settle_on": None,
                "identity": None,
            }  # fmt: skip
        if command == "place_order":
            return {
                **_SAME, "identity": self.token, "key": key, "account_id": account,
                "security_id": self.security_id, "client_order_id": key, "side": "buy",
                "order_type": "limit", "time_in_force": "day", "quantity": Decimal(1),
                "notional": None, "limit_price": Decimal(100), "stop_price": None,
                "lot_method": None, "lots": None,
            }  # fmt: skip
        return {
            **_SAME, "venue": "bench", "venue_execution_id": key, "order_id": orders[number],
            "quantity": Decimal(1), "price": Decimal(100), "effective_at": None,
        }  # fmt: skip


def _columns(command: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in parameters(command)}
