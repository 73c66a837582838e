"""The proof that one row was sealed, which anybody can check without the database."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from financebuy.crypto.notes import Checkpoint, NoteError, Verifier
from financebuy.database.pools import Connection
from financebuy.domain import merkle
from financebuy.domain.audit import TABLES, RowKey, SealRecord, nonce, row_leaf, split_hashes
from financebuy.errors import InvalidValueError, NotFoundError
from financebuy.services.audit.epochs import epochs
from financebuy.services.audit.errors import NotSealedError
from financebuy.services.audit.rows import snapshot, stream_between
from financebuy.services.audit.seals import Seal, seal_rows
from financebuy.services.audit.sources import sources
from financebuy.services.rows import fetch_all
from financebuy.sql import load

SQL = load("audit")
_PLACES = {
    "transactions": SQL.place_of_transactions,
    "entries": SQL.place_of_entries,
    "executions": SQL.place_of_executions,
    "order_events": SQL.place_of_order_events,
    "audit_log": SQL.place_of_audit_log,
}


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A row, and what leads from it to a signed head. Hashes and nonces are base64."""

    table: str
    row_id: UUID
    number: int
    payload: str
    nonce: str
    leaf_index: int
    path: list[str]
    seal_record: str
    log_path: list[str]
    head: str
    verifier_key: str
    epoch_record: str


@dataclass(frozen=True, slots=True)
class _Place:
    epoch: int
    xid: int


async def prove(connection: Connection, key: RowKey) -> Proof:
    """Return the proof of a row. Over a connection of `auditor`.

    Raises:
        InvalidValueError: no such table is sealed.
        NotFoundError: there is no such row.
        NotSealedError: the sealer has not come to it.
    """
    if key.table not in TABLES.values():
        raise InvalidValueError(f"table: one of {', '.join(TABLES.values())}", field="table")
    async with snapshot(connection):
        place, payload = await _row(connection, key)
        seal = await _seal_of(connection, place, key)
        log = await _log_before(connection, seal)
        (epoch,) = [each for each in await epochs(connection) if each.epoch == seal.epoch]
    index = seal.keys.index(key.pack())
    return Proof(
        table=key.table,
        row_id=key.row_id,
        number=key.number,
        payload=payload.decode(),
        nonce=_text(nonce(seal.salt, key.pack())),
        leaf_index=index,
        path=[_text(each) for each in merkle.inclusion_path(seal.hashes, index)],
        seal_record=seal.record.decode(),
        log_path=[_text(each) for each in log],
        head=seal.head,
        verifier_key=epoch.verifier_key,
        epoch_record=epoch.record,
    )


async def _row(connection: Connection, key: RowKey) -> tuple[_Place, bytes]:
    values = {"id": key.row_id, "number": key.number}
    packed = key.pack()
    for place in await fetch_all(connection, _Place, _PLACES[key.table], values):
        for source in await sources(connection):
            async for row in stream_between(
                connection, place.epoch, place.xid, place.xid + 1, source.tables
            ):
                if row.key == packed:
                    return place, row.payload
    raise NotFoundError(f"{key}: there is no such row")


async def _seal_of(connection: Connection, place: _Place, key: RowKey) -> Seal:
    packed = key.pack()
    for seal in await seal_rows(
        connection, load("audit").seals_that_may_hold, {"epoch": place.epoch, "xid": place.xid}
    ):
        if packed in seal.keys:
            return seal
    raise NotSealedError(f"{key} is not sealed yet")


async def _log_before(connection: Connection, seal: Seal) -> list[bytes]:
    """The last leaf's neighbours are the subtrees that were whole before it came."""
    if seal.seal_seq == 1:
        return []
    values = {"epoch": seal.epoch, "after": seal.seal_seq - 2, "kind": None, "limit": 1}
    (before,) = await seal_rows(connection, load("audit").seals_after, values)
    return list(reversed(split_hashes(before.frontier)))


def read_proof(data: bytes) -> Proof:
    """Read a proof from its JSON.

    Raises:
        InvalidValueError: it is none.
    """
    try:
        return msgspec.json.decode(data, type=Proof)
    except msgspec.MsgspecError as error:
        raise InvalidValueError(f"this is not a proof: {error}", field="proof") from None


def problems_of(proof: Proof, trusted_key: str | None = None) -> list[str]:
    """Say what is wrong with a proof; nothing: the row was sealed so, under the key it names."""
    if trusted_key is not None and trusted_key.strip() != proof.verifier_key:
        return [f"it is signed by {proof.verifier_key}, not by your key"]
    try:
        key = RowKey(proof.table, proof.row_id, proof.number).pack()
        content: dict[str, Any] = msgspec.json.decode(proof.payload)
        record = SealRecord.parse(proof.seal_record)
        verifier = Verifier.parse(proof.verifier_key)
        head = Checkpoint.parse(verifier.open(proof.head))
        verifier.open(proof.epoch_record)
        leaf = row_leaf(_bytes(proof.nonce), proof.payload.encode())
        path, log_path = _all_bytes(proof.path), _all_bytes(proof.log_path)
    except (NoteError, KeyError, ValueError, binascii.Error, msgspec.MsgspecError) as error:
        return [f"it cannot be read: {error}"]
    found = []
    if _key_of(proof.table, content) != key:
        found.append("its content is of another row than it names")
    root = merkle.root_from_path(leaf, proof.leaf_index, record.row_count, path)
    if root != record.merkle_root:
        found.append("the row and its path do not lead to the seal's root")
    size = record.seal_seq
    whole = merkle.root_from_path(
        merkle.leaf_hash(proof.seal_record.encode()), size - 1, size, log_path
    )
    if (whole, size) != (head.root, head.size):
        found.append("the seal and its path do not lead to the signed head")
    return found


def _key_of(table: str, content: dict[str, Any]) -> bytes:
    ids = {
        "transactions": "transaction_id", "entries": "transaction_id",
        "executions": "execution_id", "order_events": "order_id", "audit_log": "log_id",
    }  # fmt: skip
    numbers = {"entries": "leg", "order_events": "event_seq"}
    number = content[numbers[table]] if table in numbers else 0
    return RowKey(content["table"], UUID(content[ids[table]]), number).pack()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _all_bytes(texts: Sequence[str]) -> list[bytes]:
    return [_bytes(text) for text in texts]
