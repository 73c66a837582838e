"""`/fb/v1/audit`: who did what, proofs that it was so, and whether history is what was sealed."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, BinaryIO
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict
from starlette.types import Receive, Scope, Send

from financebuy.api.auth import Inspector, The
from financebuy.api.bodies import Route
from financebuy.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, next_cursor, unseal
from financebuy.api.times import Instant
from financebuy.domain.audit import TABLES, RowKey
from financebuy.errors import InvalidValueError
from financebuy.services.audit import reading
from financebuy.services.audit.searching import Filter

router = APIRouter(prefix="/fb/v1/audit", tags=["native: audit"], route_class=Route)
PARQUET = "application/vnd.apache.parquet"
_PIECE_BYTES = 256 * 1024
Text = Annotated[str | None, Query(max_length=200)]


class AuditLineView(BaseModel):
    """Something that was done; `seal_seq` says which seal holds it, null: none yet."""

    model_config = ConfigDict(from_attributes=True)

    recorded_at: Instant
    actor: str
    actor_kind: str | None
    login: str | None
    key_id: str | None
    action: str
    record: str | None
    subject_id: UUID | None
    old_values: dict[str, Any] | None
    new_values: dict[str, Any] | None
    request_id: str | None
    origin: str | None
    in_table: str
    row_id: UUID
    number: int
    epoch: int
    seal_seq: int | None


class AuditStatusView(BaseModel):
    """How far history is sealed; `stopped` says why it is not sealed any further."""

    model_config = ConfigDict(from_attributes=True)

    epoch: int
    seal_seq: int | None
    sealed_at: Instant | None
    sealed_rows: int
    unsealed_rows: int
    oldest_unsealed: Instant | None
    uncopied_heads: int
    passed_at: Instant | None
    stopped: str | None
    stopped_at: Instant | None


class ProofView(BaseModel):
    """The proof of one row: `financebuy audit verify --proof` checks it without a database."""

    model_config = ConfigDict(from_attributes=True)

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


class FindingView(BaseModel):
    """Something that is wrong."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    where: str
    what: str


class VerificationView(BaseModel):
    """What was verified, and the first thousand findings; `count` says how many there are."""

    model_config = ConfigDict(from_attributes=True)

    good: bool
    epochs: int
    seals: int
    rows: int
    retired: int
    unsealed: int
    heads_outside: int
    key: str | None
    count: int
    findings: list[FindingView]
    notes: list[str]


@router.get("", response_model=Page[AuditLineView])
async def search_audit(
    platform: The,
    caller: Inspector,
    actor: Text = None,
    subject_id: UUID | None = None,
    action: Text = None,
    table: Text = None,
    record: Text = None,
    request_id: Text = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List who did what, newest first."""
    wanted = Filter(actor, subject_id, action, table, record, request_id, since, until)
    found = await reading.search_lines(
        platform, caller, wanted, limit=limit, before=_position(cursor)
    )
    return Page(
        items=[AuditLineView.model_validate(each) for each in found],
        next_cursor=next_cursor(
            found, limit, lambda last: f"{last.recorded_at.isoformat()} {last.row_id}"
        ),
    )


@router.get("/status", response_model=AuditStatusView)
async def audit_status(platform: The, caller: Inspector) -> Any:
    """Say how far the sealer is."""
    return AuditStatusView.model_validate(await reading.sealing_status(platform, caller))


@router.get("/proof", response_model=ProofView)
async def audit_proof(
    platform: The,
    caller: Inspector,
    table: Annotated[str, Query(max_length=50)],
    row_id: UUID,
    row_number: Annotated[int, Query(ge=0, lt=2**63)] = 0,
) -> Any:
    """Return the proof that a row was sealed; `row_number`: an entry's leg, an event's number."""
    key = RowKey(table, row_id, row_number)
    return ProofView.model_validate(await reading.proof_of(platform, caller, key))


@router.get("/verification", response_model=VerificationView)
async def audit_verification(platform: The, caller: Inspector) -> Any:
    """Verify all history now; it takes about a second for every ten thousand rows."""
    return VerificationView.model_validate(await reading.verification(platform, caller))


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"description": "The file.", "content": {PARQUET: {}}}},
)
async def audit_export(
    platform: The,
    caller: Inspector,
    table: Annotated[list[str] | None, Query(max_length=len(TABLES))] = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> StreamingResponse:
    """Return what was sealed in a time as a Parquet file with its proofs.

    It is what `financebuy audit export` writes: `financebuy audit verify --file` checks it without
    a database. Without `table`, which may be repeated: everything.
    """
    return Download(await reading.export(platform, caller, table, since, until))


class Download(StreamingResponse):
    """Sends a file and closes it, also when its reader is gone before the first byte."""

    def __init__(self, file: BinaryIO) -> None:
        """The file is read from its beginning."""
        self._file = file
        length = file.seek(0, os.SEEK_END)
        file.seek(0)
        super().__init__(
            _pieces(file, length),
            media_type=PARQUET,
            headers={
                "Content-Disposition": 'attachment; filename="audit.parquet"',
                "Content-Length": str(length),
            },
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._file.close()


async def _pieces(file: BinaryIO, left: int) -> AsyncIterator[bytes]:
    while left > 0 and (piece := await asyncio.to_thread(file.read, _PIECE_BYTES)):
        left -= len(piece)
        if left <= 0:
            # Before its reader has everything, and may ask for the next one.
            file.close()
        yield piece


def _position(cursor: str | None) -> tuple[datetime, UUID] | None:
    if cursor is None:
        return None
    moment, _, row_id = unseal(cursor).partition(" ")
    try:
        return datetime.fromisoformat(moment), UUID(row_id)
    except ValueError:
        raise InvalidValueError(field="cursor") from None
