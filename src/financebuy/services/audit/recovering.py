"""The next epoch, after a restore: what was lost is written down and signed for, then it goes on.

The sealer cannot tell a restore from somebody who takes history away. A person can; so a person
says why, the record says what the last epoch had come to here and outside, and it is signed.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from financebuy.crypto.notes import NoteSigner
from financebuy.database.pools import Connection
from financebuy.errors import NotAllowedError, RequiredError
from financebuy.services.audit.comparing import copy_heads, records_of, vouched
from financebuy.services.audit.epochs import Epoch, epochs, new_epoch, position, save_epoch
from financebuy.services.audit.findings import Progress, Report
from financebuy.services.audit.outside import Store
from financebuy.services.audit.rows import begin
from financebuy.services.audit.sealing import add_seal, last_seal, sealed_until
from financebuy.services.audit.verifying import Verification


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was opened. Of the `adopted` rows, `late` have a number that had been sealed by.

    `left` are epochs that were not copied outside: nobody there knows their key.
    """

    epoch: Epoch
    adopted: int
    late: int
    report: Report
    left: tuple[Epoch, ...] = ()


async def recover(
    connection: Connection, signer: NoteSigner, stores: Sequence[Store], *, by: str, reason: str,
    accept_findings: bool = False, keys: Sequence[str] = (), progress: Progress | None = None,
) -> Recovery:  # fmt: skip
    """Open the next epoch and seal into it what no seal holds yet. Writers wait meanwhile.

    What is copied outside is signed by a key that is known there, by `signer` or by one of `keys`.

    Raises:
        RequiredError: there is no reason.
        NotAllowedError: history does not verify, and that was not accepted.
    """
    if not reason.strip():
        raise RequiredError(field="reason")
    async with connection.transaction():
        known = await epochs(connection)
        place = await position(connection)
        outside, lines = await _before(connection, known, stores)
        number = max([0, *(each.epoch for each in known), *outside]) + 1
        records = await records_of(stores)
        ours = vouched(known, records, [str(signer.verifier), *keys])
        log_id = (ours or known)[-1].log_id if known else uuid4()
        epoch = new_epoch(signer, number, log_id, place, by, reason, lines)
        # From here on nobody writes until this is over.
        await save_epoch(connection, epoch)
        await begin(connection)
        verification = Verification(connection, (), progress, strays_are_wrong=False)
        await verification.run_in_transaction()
        if not verification.report.good and not accept_findings:
            raise NotAllowedError(
                f"history does not verify ({verification.report.count} findings): look at"
                " `financebuy audit verify`, then repeat with --accept-findings to sign for it"
            )
        rows = verification.unsealed
        late = 0
        if rows:
            await add_seal(connection, epoch, signer, rows, "adopted", (0, place.horizon))
            passed = await sealed_until(connection, known[-1]) if known else 0
            late = sum(row.xid < passed for row in rows)
    for store in stores:
        await copy_heads(connection, store, [*ours, epoch])
    left = tuple(each for each in known if each not in ours)
    return Recovery(epoch, len(rows), late, verification.report, left)


async def _before(
    connection: Connection, known: Sequence[Epoch], stores: Sequence[Store]
) -> tuple[set[int], list[str]]:
    """The epochs that are outside, and what the record says of the time before."""
    lines: list[str] = []
    if known:
        last = await last_seal(connection, known[-1].epoch)
        size = 0 if last is None else last.seal_seq
        lines.append(f"database ended at head {size} of epoch {known[-1].epoch}")
    outside: set[int] = set()
    for store in stores:
        there = await asyncio.to_thread(store.epochs)
        outside |= set(there)
        for number in there:
            head = await asyncio.to_thread(store.newest, number)
            size = 0 if head is None else head.seal_seq
            lines.append(f"{store.name} ended at head {size} of epoch {number}")
    return outside, lines
