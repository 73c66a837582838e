"""How far history is sealed, for `financebuy status`."""

from dataclasses import dataclass
from datetime import datetime

import psycopg

from financebuy.cluster.endpoints import MONITOR, Endpoints
from financebuy.cluster.errors import ClusterError
from financebuy.cluster.layout import DataDirectory
from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class Sealing:
    """`unsealed_rows` counts to 100,000; `stopped` says why the sealer seals no more."""

    sealed_rows: int
    unsealed_rows: int
    oldest_unsealed: datetime | None
    uncopied_heads: int
    stopped: str | None

    @property
    def sentence(self) -> str:
        """The state in a line."""
        if self.stopped is not None:
            return f"STOPPED: {self.stopped}"
        waiting = f", {self.unsealed_rows} not yet" if self.unsealed_rows else ""
        copies = f", {self.uncopied_heads} heads not copied" if self.uncopied_heads else ""
        return f"{self.sealed_rows} rows sealed{waiting}{copies}"


def sealing(directory: DataDirectory) -> Sealing | None:
    """The sealer's state, or None when the database cannot be asked."""
    try:
        url = Endpoints.read(directory.root).database_url(MONITOR)
        with psycopg.connect(url, connect_timeout=2) as connection:
            row = connection.execute(load("cluster").sealing.encode()).fetchone()
    except (psycopg.Error, ClusterError):
        return None
    return None if row is None else Sealing(*row)
