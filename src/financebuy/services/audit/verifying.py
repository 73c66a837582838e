"""Verifying history: every seal, every row against its leaf, and the heads that are outside."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from financebuy.database.pools import Connection
from financebuy.services.audit.comparing import problem_of
from financebuy.services.audit.comparison import RowComparison
from financebuy.services.audit.epochs import Epoch, epochs
from financebuy.services.audit.errors import OutsideError
from financebuy.services.audit.findings import Progress, Report
from financebuy.services.audit.outside import Store
from financebuy.services.audit.outside_walk import OutsideWalk
from financebuy.services.audit.rows import LAST_XID, SealRow, snapshot, stream_between
from financebuy.services.audit.seals import LogWalk, Seal, seals_of
from financebuy.services.audit.sources import Source, sources
from financebuy.services.audit.strays import foreign_rows, orphans
from financebuy.services.rows import fetch_all
from financebuy.sql import load

_GROUP_ROWS = 20_000
"""Leaves that are compared at once."""


@dataclass(frozen=True, slots=True)
class _Total:
    rows: int


@dataclass(frozen=True, slots=True)
class _Retired:
    seal_seq: int
    leaves: bytes


class Verification:
    """One verification, over a connection of `auditor`, in one snapshot."""

    def __init__(
        self, connection: Connection, stores: Sequence[Store], progress: Progress | None = None,
        *, strays_are_wrong: bool = True,
    ) -> None:  # fmt: skip
        """`stores` are the places outside to compare with."""
        self.report = Report()
        self._strays_are_wrong = strays_are_wrong
        self._connection = connection
        self._stores = stores
        self._progress = progress or (lambda _done, _total: None)
        self._total = 0
        self._sources: list[Source] = []
        self._rows = RowComparison(self.report)

    async def run(self, trusted_key: str | None = None) -> Report:
        """Verify everything. `trusted_key`: what the newest epoch must be signed with."""
        async with snapshot(self._connection):
            await self.run_in_transaction(trusted_key)
        return self.report

    async def run_in_transaction(self, trusted_key: str | None = None) -> None:
        """Do so in the caller's transaction, for which `begin` was called."""
        known = await epochs(self._connection)
        self._sources = await sources(self._connection)
        (total,) = await fetch_all(self._connection, _Total, load("audit").sealed_rows, {})
        self._total = total.rows
        self.report.epochs = len(known)
        await self._expect_adopted(known)
        for epoch in known:
            newest = epoch is known[-1]
            self._judge_record(epoch, trusted_key if newest else None)
            await self._verify_epoch(epoch, newest=newest)
        if known:
            await self._see_strays({each.epoch for each in known})
        self._rows.finish(strays_are_wrong=self._strays_are_wrong)
        await self._compare_newest(known)

    async def _see_strays(self, known: set[int]) -> None:
        for row in await orphans(self._connection, self._sources):
            self._rows.see_orphan(row)
        async for row in foreign_rows(self._connection, self._sources, known):
            self._rows.see(row)

    @property
    def unsealed(self) -> list[SealRow]:
        """After a run: the rows that no seal of a closed epoch holds, in their order."""
        return self._rows.unsealed

    async def _expect_adopted(self, known: Sequence[Epoch]) -> None:
        for epoch in known:
            async for seal in seals_of(self._connection, epoch.epoch, "adopted"):
                self._rows.expect_adopted(seal)

    def _judge_record(self, epoch: Epoch, trusted_key: str | None) -> None:
        where = f"epoch {epoch.epoch}"
        self.report.key = epoch.verifier_key
        if epoch.problem is not None:
            self.report.add("head", where, epoch.problem)
            return
        if trusted_key is not None and trusted_key.strip() != epoch.verifier_key:
            self.report.add("head", where, f"it is signed by {epoch.verifier_key}, not by your key")
        if epoch.epoch > 1:
            self.report.notes.append(
                f"epoch {epoch.epoch} was opened {epoch.opened_at:%Y-%m-%d %H:%M} by"
                f" {epoch.opened_by}: {epoch.reason}"
            )

    async def _verify_epoch(self, epoch: Epoch, *, newest: bool) -> None:
        walk = LogWalk(epoch, self.report)
        outside = [OutsideWalk(store, epoch, self.report) for store in self._stores]
        retired = await self._retired(epoch)
        # The first piece begins at 0: what stands before the epoch's first seal is in none.
        first = waiting = 0
        async for seal in seals_of(self._connection, epoch.epoch):
            self._see_seal(seal, walk, outside)
            if seal.kind == "adopted":
                continue
            self._rows.expect(seal)
            waiting += seal.row_count
            if waiting >= _GROUP_ROWS:
                await self._compare(epoch, first, seal.end_xid, retired)
                first, waiting = seal.end_xid, 0
        await self._compare(epoch, first, walk.end_xid, retired)
        async for row in self._between(epoch, walk.end_xid, LAST_XID):
            self._rows.see(row, may_be_unsealed=newest)
        for each in outside:
            each.finish(current=newest)

    def _see_seal(self, seal: Seal, walk: LogWalk, outside: Sequence[OutsideWalk]) -> None:
        self.report.seals += 1
        walk.step(seal)
        for each in outside:
            each.step(seal)

    async def _compare(self, epoch: Epoch, first: int, end: int, retired: dict[int, int]) -> None:
        async for row in self._between(epoch, first, end):
            self._rows.see(row)
        self._rows.close(retired)
        self._progress(self.report.rows, self._total)

    async def _between(self, epoch: Epoch, first: int, end: int) -> AsyncIterator[SealRow]:
        for source in self._sources:
            if source.may_hold(epoch.epoch, first, end):
                async for row in stream_between(
                    self._connection, epoch.epoch, first, end, source.tables
                ):
                    yield row

    async def _retired(self, epoch: Epoch) -> dict[int, int]:
        values = {"epoch": epoch.epoch}
        bits: dict[int, int] = {}
        for each in await fetch_all(
            self._connection, _Retired, load("audit").retired_leaves, values
        ):
            bits[each.seal_seq] = bits.get(each.seal_seq, 0) | int.from_bytes(each.leaves, "little")
        return bits

    async def _compare_newest(self, known: Sequence[Epoch]) -> None:
        """As the sealer does: a head that was copied and is gone is not seen by its neighbours."""
        if not known:
            return
        for store in self._stores:
            try:
                problem = await problem_of(self._connection, store, known)
            except OutsideError:
                continue
            if problem is not None and not any(
                each.kind == "outside" and each.where == store.name for each in self.report.findings
            ):
                self.report.add("outside", store.name, problem)
