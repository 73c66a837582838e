"""The sealer as a job of the worker: beside the writers, with a role and a key of its own."""

from financebuy.bootstrap import Platform
from financebuy.database.pools import Connection
from financebuy.services.audit.sealer import Sealer
from financebuy.services.audit.stores import open_stores
from financebuy.worker.jobs import Job, Run


def sealing_job(platform: Platform) -> Job:
    """The job that seals; over connections of `fb_sealer`."""
    stores = open_stores(platform.settings)

    def prepare(connection: Connection) -> Run:
        return Sealer(connection, platform.audit_signer, stores).run

    return Job("seal", platform.settings.seal_seconds, prepare)
