"""What an insider with the signing key does: seal the changed history as if it had been so."""

from financebuy.crypto.notes import NoteSigner
from financebuy.database.pools import Connection
from financebuy.services.audit.epochs import epochs
from financebuy.services.audit.rows import begin, rows_between
from financebuy.services.audit.sealing import add_seal
from financebuy.services.audit.seals import seals_of
from tests.support.world import World


async def rewrite_from(connection: Connection, signer: NoteSigner, world: World) -> None:
    """Replace every seal of the only epoch by one over what is there now."""
    (epoch,) = await epochs(connection)
    limits = [(seal.first_xid, seal.end_xid) async for seal in seals_of(connection, 1)]
    world.admin.execute("delete from seal_copies")
    world.admin.execute("delete from seals")
    for first, end in limits:
        async with connection.transaction():
            await begin(connection)
            rows = await rows_between(connection, 1, first, end)
            await add_seal(connection, epoch, signer, rows, "rows", (first, end))
