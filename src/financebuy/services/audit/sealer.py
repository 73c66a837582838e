"""The sealer's passes, and what stops it."""

import contextlib
import logging
import time
from collections.abc import Sequence
from uuid import uuid4

import psycopg

from financebuy.crypto.notes import NoteSigner
from financebuy.database.pools import Connection
from financebuy.services.audit.comparing import copy_heads, problem_of, records_of, vouched
from financebuy.services.audit.epochs import Epoch, epochs, new_epoch, position, save_epoch
from financebuy.services.audit.erasures import copy_erasures
from financebuy.services.audit.errors import OutsideError, SealerStoppedError
from financebuy.services.audit.outside import Store
from financebuy.services.audit.sealing import seal_batch
from financebuy.sql import load

COMPARE_SECONDS = 60.0
"""How often the heads outside are looked at, beside the start of a sealer."""
log = logging.getLogger(__name__)


class Sealer:
    """Seals over one connection of `fb_sealer`; there must be one at a time."""

    def __init__(
        self, connection: Connection, signer: NoteSigner | None, stores: Sequence[Store]
    ) -> None:
        """`signer` signs the heads, `stores` keep them outside; without a signer it stops."""
        self._connection = connection
        self._given = signer
        self._stores = stores
        self._compared_at: float | None = None

    async def run(self) -> int:
        """Seal all that can be sealed, copy the heads; returns how many rows that was.

        What stops the sealer is logged and stands in `sealer_state`; the next pass tries again.
        """
        try:
            sealed = await self.seal()
        except (SealerStoppedError, psycopg.errors.RaiseException, psycopg.IntegrityError) as error:
            log.error("sealing has stopped: %s", error)
            await self._say(str(error))
            return 0
        await self._say(None)
        return sealed

    async def seal(self) -> int:
        """Do so.

        Raises:
            SealerStoppedError: going on would hide something.
        """
        known = await self._known_epochs()
        await self._compare(known)
        total, done = 0, False
        while not done:
            rows, done = await seal_batch(self._connection, known[-1], self._signer)
            total += rows
        ours = await self._vouched(known)
        for store in self._stores:
            try:
                await copy_heads(self._connection, store, ours)
            except OutsideError as error:
                # Its heads wait; status and doctor say how many.
                log.error("heads cannot be copied: %s", error)
                self._compared_at = None
        return total

    async def _vouched(self, known: Sequence[Epoch]) -> list[Epoch]:
        """Return the epochs that may be copied outside, as far as the places can be read now."""
        records = []
        for store in self._stores:
            # One that is away keeps nothing from the others but epochs that it alone knows.
            with contextlib.suppress(OutsideError):
                records += await records_of([store])
        # Its own key has been compared with the last epoch's.
        return vouched(known, records, [str(self._signer.verifier)])

    @property
    def _signer(self) -> NoteSigner:
        if self._given is None:
            raise SealerStoppedError("the key that heads are signed with (audit_key) is missing")
        return self._given

    async def _known_epochs(self) -> list[Epoch]:
        known = await epochs(self._connection)
        if not known:
            return [await self._open_first()]
        current = known[-1]
        place = await position(self._connection)
        if current.system_identifier != place.system_identifier:
            raise SealerStoppedError(
                f"this is another server (system {place.system_identifier}) than the one that"
                f" epoch {current.epoch} was opened on ({current.system_identifier}): the database"
                " was restored or copied. `financebuy audit recover` opens the next epoch."
            )
        if current.problem is not None:
            raise SealerStoppedError(
                f"epoch {current.epoch}: {current.problem}. `financebuy audit recover` opens the"
                " next epoch."
            )
        if current.verifier_key != str(self._signer.verifier):
            raise SealerStoppedError(
                f"the key of this sealer is not the one of epoch {current.epoch}."
                " `financebuy audit recover` opens the next epoch with this key."
            )
        return known

    async def _open_first(self) -> Epoch:
        for store in self._stores:
            if store.epochs():
                raise SealerStoppedError(
                    f"{store.name} has heads, and this database has no seals: it was restored from"
                    " before, or they were taken away. `financebuy audit recover` goes on."
                )
        place = await position(self._connection)
        first = new_epoch(self._signer, 1, uuid4(), place, "role:fb_sealer", "the first epoch")
        await save_epoch(self._connection, first)
        return first

    async def _compare(self, known: Sequence[Epoch]) -> None:
        now = time.monotonic()
        if self._compared_at is not None and now < self._compared_at + COMPARE_SECONDS:
            return
        all_read = True
        for store in self._stores:
            try:
                problem = await problem_of(self._connection, store, known)
            except OutsideError as error:
                # Who takes one store away must not keep the others from being compared.
                log.error("heads cannot be compared: %s", error)
                all_read = False
                continue
            if problem is not None:
                raise SealerStoppedError(f"{problem}. `financebuy audit recover` goes on.")
        if all_read:
            self._compared_at = now
            await self._keep_erasures()

    async def _keep_erasures(self) -> None:
        """Copy what `keys shred` could not, or what was done without the key of the audit."""
        try:
            await copy_erasures(self._connection, self._signer, self._stores)
        except OutsideError as error:
            log.error("erasures cannot be copied: %s", error)
            self._compared_at = None

    async def _say(self, stopped: str | None) -> None:
        await self._connection.execute(load("audit").sealer_passed, {"stopped": stopped})
