"""What a use case works with. `financebuy.bootstrap` builds it."""

from dataclasses import dataclass

from financebuy.cache.client import Cache
from financebuy.crypto.notes import NoteSigner
from financebuy.crypto.vault import Vault
from financebuy.database.commands import CommandWriter
from financebuy.database.identity import CurrentSigner, Signer
from financebuy.database.pools import Pools
from financebuy.services.door import Door
from financebuy.services.key_checks import KeyChecks
from financebuy.services.portfolio_copies import PortfolioCopies
from financebuy.services.securities import Securities
from financebuy.settings import Settings


@dataclass(frozen=True, slots=True)
class Platform:
    """The connections and keys of one process. `cache` is None where there is no Valkey.

    `audit_signer` signs the audit's heads: None where this process has not been given the key.
    """

    settings: Settings
    pools: Pools
    writer: CommandWriter
    signer: Signer | CurrentSigner
    vault: Vault
    cache: Cache | None
    securities: Securities
    key_checks: KeyChecks
    door: Door
    audit_signer: NoteSigner | None = None
    copies: PortfolioCopies | None = None
