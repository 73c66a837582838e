"""What a platform is before anything of it runs: who, where, and on which ports."""

import os
from dataclasses import replace

from financebuy.cluster.accounts import Account
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.ports import PortClaims
from financebuy.cluster.processes import ProcessId
from financebuy.cluster.state import ApiRecord, DatabaseRecord, PlatformState, ProcessRecord
from financebuy.cluster.supervision.databases import external_record
from financebuy.cluster.supervision.programs import program_account
from financebuy.cluster.supervision.services import (
    API_PORT,
    POSTGRES_PORT,
    Surroundings,
    cache_socket,
)
from financebuy.settings import Settings


def surroundings(
    directory: DataDirectory, settings: Settings, servers: Account, claims: PortClaims
) -> Surroundings:
    """Accounts, and settings with the ports that will be used: the last ones, if they are free.

    Raises `PortTakenError`.
    """
    previous = PlatformState.read(directory.state_file)
    last_api = API_PORT if previous is None else previous.api.port
    last_postgres = POSTGRES_PORT if previous is None else previous.database.port
    embedded = settings.database_url is None
    resolved = replace(
        settings,
        paper=settings.is_paper,
        api_port=claims.choose(settings.api_port, last_api, settings.api_host),
        postgres_port=claims.choose(settings.postgres_port, last_postgres) if embedded else None,
    )
    return Surroundings(directory, resolved, servers, program_account(servers))


def first_state(around: Surroundings) -> PlatformState:
    """The state of a platform that begins to start."""
    settings, directory = around.settings, around.directory
    me = ProcessId.of(os.getpid())
    return PlatformState(
        stage="starting",
        paper=settings.is_paper,
        database=_database(settings, directory),
        api=ApiRecord(settings.api_host, settings.api_port or API_PORT, settings.api_speaks_tls),
        cache_socket=str(cache_socket(directory)),
        supervisor=ProcessRecord(me.pid, me.started),
        notes=tuple(_notes(around)),
    )


def _database(settings: Settings, directory: DataDirectory) -> DatabaseRecord:
    if settings.database_url is not None:
        return external_record(settings.database_url)
    port = settings.postgres_port or POSTGRES_PORT
    return DatabaseRecord("embedded", port=port, sockets=str(directory.sockets))


def _notes(around: Surroundings) -> list[str]:
    if around.programs.uid == around.servers.uid:
        return []
    note = (
        f"worker, API and market run as {around.programs.name}, because the account"
        f" {around.servers.name} cannot run this Python"
    )
    return [note]
