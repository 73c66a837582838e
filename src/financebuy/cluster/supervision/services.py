"""What each supervised process is: its command, its readiness, the way it stops."""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from financebuy.cluster.access import access_rules, tls_settings
from financebuy.cluster.accounts import Account
from financebuy.cluster.aws_environment import aws_environment
from financebuy.cluster.binaries import postgres_programs
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.postgres import PostgresFiles
from financebuy.cluster.secret_files import VALKEY_KEEPER, SecretFiles
from financebuy.cluster.supervision.programs import program_arguments
from financebuy.cluster.supervision.readiness import answers, beats, listens
from financebuy.cluster.supervision.service import ServiceSpec
from financebuy.cluster.tuning import MB, Machine, postgres_settings
from financebuy.cluster.valkey_server import ValkeyFiles, valkey_program
from financebuy.settings import Settings

POSTGRES_PORT = 5432
API_PORT = 8080

# A crashed server replays its WAL before it is ready, which may take a while.
_RECOVERY_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every service needs to know."""

    directory: DataDirectory
    settings: Settings
    servers: Account
    """Whom the servers run as."""
    programs: Account
    """Whom the platform's own programs run as."""


def postgres_service(around: Surroundings, port: int, machine: Machine) -> ServiceSpec:
    """The embedded PostgreSQL; its data directory is made when it is missing."""
    directory = around.directory
    files = PostgresFiles(
        programs=postgres_programs(around.servers, directory.root),
        account=around.servers,
        data=directory.postgres,
        sockets=directory.sockets,
        port=port,
    )
    if not files.exists:
        files.initialise(directory.secrets / "postgres")
    files.configure(_postgres_configuration(directory, machine), access_rules())
    return ServiceSpec(
        name="postgres",
        argv=files.argv(),
        account=around.servers,
        cwd=directory.postgres,
        log=directory.log("postgres"),
        is_ready=files.is_ready,
        stop_signal=signal.SIGINT,
        hard_signal=signal.SIGQUIT,
        start_seconds=_RECOVERY_SECONDS,
    )


def _postgres_configuration(directory: DataDirectory, machine: Machine) -> dict[str, str]:
    return {
        **postgres_settings(machine),
        "cluster_name": "financebuy",
        "listen_addresses": "localhost",
        **tls_settings(directory.tls),
    }


def cache_service(around: Surroundings, machine: Machine) -> ServiceSpec:
    """The embedded Valkey."""
    directory = around.directory
    files = ValkeyFiles(
        program=valkey_program(around.servers, directory.root),
        account=around.servers,
        directory=directory.valkey,
        socket=cache_socket(directory),
    )
    secrets = SecretFiles(directory.secrets)
    files.configure(
        secrets.read("valkey"), max(64, machine.memory // MB // 32), secrets.read(VALKEY_KEEPER)
    )
    return ServiceSpec(
        name="valkey",
        argv=files.argv(),
        account=around.servers,
        cwd=directory.valkey,
        log=directory.log("valkey"),
        # The password may be replaced meanwhile.
        is_ready=lambda _pid: files.is_ready(secrets.read("valkey")),
    )


def cache_socket(directory: DataDirectory) -> Path:
    """Where the cache listens."""
    return directory.sockets / "valkey.sock"


def program_services(around: Surroundings, endpoints: Endpoints) -> list[ServiceSpec]:
    """Worker, API and, on a paper platform, the market, in the order in which they start."""
    api = endpoints.state.api
    services = [
        _program(around, "worker", beats("worker", endpoints)),
        _program(around, "api", lambda pid: listens(pid, api.port) and answers(api)),
    ]
    if around.settings.is_paper:
        services.append(_program(around, "market", beats("market", endpoints)))
    return services


def _program(around: Surroundings, name: str, is_ready: Callable[[int], bool]) -> ServiceSpec:
    directory = around.directory
    return ServiceSpec(
        name=name,
        argv=[sys.executable, *program_arguments(name, directory.root)],
        account=around.programs,
        cwd=directory.run,
        log=directory.log(name),
        is_ready=is_ready,
        environment={
            **aws_environment(os.environ),
            **replace(around.settings, database_url=None).environment(),
        },
        # Each look costs a connection.
        poll_seconds=0.1,
    )
