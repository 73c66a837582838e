"""The commands of `bench audit`: what a round asks of a database, and the CPU that it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

COMMANDS = ("deposit_received", "place_order", "execution")
_SAME = {"request_id": "a-request", "origin": "bench"}


def cpu_seconds(pid: int) -> float:
    """How long a process has been on a CPU (Linux counts it in nanoseconds)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


@dataclass(frozen=True, slots=True)
class Subject:
    """A database and connections of those whose commands it takes."""

    connections: Mapping[str, psycopg.Connection[DictRow]]
    accounts: Sequence[UUID]
    security_id: UUID
    token: str

    @classmethod
    def connect(
        cls, urls: Mapping[str, str], accounts: Sequence[UUID], security_id: UUID, user_id: UUID,
        signer: Signer,
    ) -> "Subject":  # fmt: skip
        """Connect as each role."""
        roles = {ROLES[name] for name in COMMANDS}
        connections = {
            role: psycopg.connect(
                urls[role], autocommit=True, row_factory=dict_row, prepare_threshold=1
            )
            for role in roles
        }
        identity = Identity(user_id, "BENCH", ("read", "trade", "funding"))
        return cls(connections, accounts, security_id, signer.sign(identity, timedelta(hours=4)))

    def close(self) -> None:
        """Close the connections."""
        for connection in self.connections.values():
            connection.close()

    def measure(
        self, command: str, size: int, count: int, orders: Sequence[UUID]
    ) -> tuple[float, list[UUID]]:
        """Submit commands in batches of `size`; returns the CPU seconds of one, and their ids."""
        connection = self.connections[ROLES[command]]
        rows = [self._row(command, number, orders) for number in range(count)]
        batches = [_columns(command, rows[at : at + size]) for at in range(0, count, size)]
        query = getattr(load("commands"), command).encode()
        began = cpu_seconds(connection.info.backend_pid)
        ids: list[UUID] = []
        for batch in batches:
            for answer in connection.execute(query, batch | {"skip_locked": False}).fetchall():
                assert answer["outcome"] == "accepted", answer  # noqa: S101 (a bench stops)
                ids.append(answer["command_id"])
        return (cpu_seconds(connection.info.backend_pid) - began) / count, ids

    def _row(self, command: str, number: int, orders: Sequence[UUID]) -> dict[str, Any]:
        account, key = self.accounts[number % len(self.accounts)], str(uuid4())
        if command == "deposit_received":
            return {
                **_SAME, "bank": "bench", "bank_reference": key, "account_id": account,
                "amount": Decimal(200), "currency": "USD", "effective_at": None, "settle_on": None,
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
