"""The heads of a store, beside an epoch's seals."""

from collections.abc import Iterator

from financebuy.services.audit.epochs import Epoch
from financebuy.services.audit.errors import OutsideError
from financebuy.services.audit.findings import Report
from financebuy.services.audit.outside import Head, Store
from financebuy.services.audit.seals import Seal


class OutsideWalk:
    """Goes through a store's heads along with the seals; reports the first that differs."""

    def __init__(self, store: Store, epoch: Epoch, report: Report) -> None:
        """Begin before the first head of `epoch`."""
        self._store, self._epoch, self._report = store, epoch, report
        self._heads: Iterator[Head] = iter(())
        self._next: Head | None = None
        self._differs = False
        self._last_seal = 0
        try:
            record = store.epochs().get(epoch.epoch)
            if record is None:
                self._add(f"has no record of epoch {epoch.epoch}")
            elif record != epoch.record:
                self._add(f"has another record of epoch {epoch.epoch}")
            self._heads = store.heads(epoch.epoch)
            self._advance()
        except OutsideError as error:
            self._add(f"cannot be read: {error}")

    def step(self, seal: Seal) -> None:
        """Compare the head of that size, if the store has one."""
        self._last_seal = seal.seal_seq
        while self._next is not None and self._next.seal_seq <= seal.seal_seq:
            head = self._next
            if head.seal_seq == seal.seal_seq:
                self._report.heads_outside += 1
                if head.note != seal.head and not self._differs:
                    self._differs = True
                    self._add(f"has another head of {seal}: it was rewritten since it was copied")
            self._advance()

    def finish(self, *, current: bool) -> None:
        """See whether the store goes on where the seals end."""
        last = self._next
        while self._next is not None:
            last = self._next
            self._advance()
        if last is None:
            return
        ours, epoch = self._last_seal, self._epoch.epoch
        if current:
            self._add(f"has head {last.seal_seq} of epoch {epoch}; the seals here end at {ours}")
        else:
            self._report.notes.append(
                f"{self._store.name} has head {last.seal_seq} of epoch {epoch}, which ended here at"
                f" {ours}: what came between was lost when the next epoch was opened"
            )

    def _advance(self) -> None:
        self._next = next(self._heads, None)

    def _add(self, what: str) -> None:
        self._report.add("outside", self._store.name, what)
