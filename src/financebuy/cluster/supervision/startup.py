"""`financebuy up` from beginning to end."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from financebuy.cluster import accounts
from financebuy.cluster.accounts import Account
from financebuy.cluster.certificates import ensure_certificates
from financebuy.cluster.demo import Demo, read_demo, write_demo
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.errors import ClusterError
from financebuy.cluster.failed_logins import FailedLogins, LogReader
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.ports import PortClaims
from financebuy.cluster.processes import can_enter
from financebuy.cluster.secret_files import SecretFiles
from financebuy.cluster.supervision import databases, orphans, services
from financebuy.cluster.supervision.description import first_state, surroundings
from financebuy.cluster.supervision.fresh import delete_after_asking
from financebuy.cluster.supervision.journal import Journal
from financebuy.cluster.supervision.lock import locked
from financebuy.cluster.supervision.reporting import Reporter
from financebuy.cluster.supervision.services import Surroundings
from financebuy.cluster.supervision.stop_request import StopRequest
from financebuy.cluster.supervision.supervisor import Supervisor
from financebuy.cluster.tuning import Machine
from financebuy.settings import Settings


@dataclass(frozen=True, slots=True)
class Launch:
    """What `financebuy up` was asked for."""

    settings: Settings
    reporter: Reporter
    seed: Callable[[Settings], Demo]
    """Creates the demo users of a new paper platform. May be called again after a crash."""
    ready: Callable[[Endpoints], None]
    """Called once everything runs."""
    fresh: bool = False


def run(launch: Launch) -> None:
    """Start the platform and keep it running until a signal asks to stop.

    Raises one of `financebuy.cluster.errors`; whatever had been started by then is stopped.
    """
    directory = DataDirectory(launch.settings.data_dir)
    directory.inspect()
    account = accounts.for_servers()
    with (
        StopRequest() as stop_request,
        locked(directory, account),
        PortClaims() as claims,
        ExitStack() as stack,
    ):
        if launch.fresh:
            ask = stop_request.asking(launch.reporter)
            delete_after_asking(directory, launch.settings, ask)
        _end_orphans(directory, launch.reporter)
        _prepare(directory, account, launch.settings)
        around = surroundings(directory, launch.settings, account, claims)
        journal = Journal(directory.log("supervisor"), launch.reporter)
        supervisor = Supervisor(
            directory, around.programs, stop_request, first_state(around), [], journal.tell
        )
        stack.callback(supervisor.stop)
        endpoints = _start(launch, around, supervisor)
        if endpoints.state.database.kind == "embedded":
            supervisor.chores.append(_failed_logins(endpoints, account).chore)
        launch.ready(endpoints)
        supervisor.watch()
        launch.reporter.begin("stopping")
        stack.close()
        launch.reporter.done("everything has ended")


def _failed_logins(endpoints: Endpoints, account: Account) -> FailedLogins:
    directory = endpoints.directory
    place = directory.run / "postgres.log.read"
    return FailedLogins(endpoints, LogReader(directory.log("postgres"), place, account))


def _end_orphans(directory: DataDirectory, reporter: Reporter) -> None:
    stopped = orphans.stop(directory)
    if stopped:
        names = ", ".join(stopped)
        reporter.note(f"stopped what a killed supervisor had left running: {names}")


def _prepare(directory: DataDirectory, account: Account, settings: Settings) -> None:
    """Make the directories, secrets and certificates that are missing."""
    _refuse_other_database(directory, settings)
    directory.create(account)
    if not can_enter(directory.secrets, account):
        raise ClusterError(
            f"the account {account.name}, which the servers run as, cannot reach {directory.root}:"
            " choose a --data whose parent directories others may enter"
        )
    secrets = SecretFiles(directory.secrets)
    if directory.postgres.exists():
        secrets.require_keys()
    secrets.create_missing(account)
    if settings.database_url is None or settings.api_speaks_tls:
        ensure_certificates(directory.tls, account)
    if settings.database_url is not None:
        secrets.write("database_url", settings.database_url, account)


def _refuse_other_database(directory: DataDirectory, settings: Settings) -> None:
    """The keys in a data directory fit the data of one database, and no other's."""
    was_external = SecretFiles(directory.secrets).has("database_url")
    if settings.database_url is None and was_external:
        raise ClusterError(
            f"{directory.root} belongs to a PostgreSQL of your own: name it by --database-url or"
            " FINANCEBUY_DATABASE_URL"
        )
    if settings.database_url is not None and directory.postgres.exists():
        raise ClusterError(
            f"{directory.root} has an embedded PostgreSQL: choose another --data for your own"
        )


def _start(launch: Launch, around: Surroundings, supervisor: Supervisor) -> Endpoints:
    reporter, machine = launch.reporter, Machine.read()
    endpoints = Endpoints(around.directory, supervisor.state)
    for note in supervisor.state.notes:
        reporter.note(note)

    reporter.begin("database")
    if supervisor.state.database.kind == "embedded":
        postgres = services.postgres_service(around, supervisor.state.database.port, machine)
        supervisor.wait(supervisor.launch(postgres))
        databases.ensure_database(endpoints)
    reporter.done(databases.describe(endpoints))

    reporter.begin("schema")
    ask = supervisor.stop_request.asking(reporter)
    reporter.done(databases.migrate_after_asking(endpoints, ask, around.settings.rules))

    reporter.begin("cache")
    supervisor.wait(supervisor.launch(services.cache_service(around, machine)))
    reporter.done("Valkey, by unix socket")

    _seed_once(launch, around, endpoints)
    _start_programs(around, supervisor, endpoints, reporter)
    return endpoints


def _start_programs(
    around: Surroundings, supervisor: Supervisor, endpoints: Endpoints, reporter: Reporter
) -> None:
    """Start them at once, since each spends its first second reading Python modules.

    They need the servers but not each other: the market waits for the worker's calendar itself.
    """
    launched = [supervisor.launch(spec) for spec in services.program_services(around, endpoints)]
    for service in launched:
        reporter.begin(service.spec.name)
        supervisor.wait(service)
        reporter.done(endpoints.api_url if service.spec.name == "api" else "ready")


def _seed_once(launch: Launch, around: Surroundings, endpoints: Endpoints) -> None:
    if not around.settings.is_paper or read_demo(endpoints.secrets) is not None:
        return
    launch.reporter.begin("demo")
    write_demo(endpoints.secrets, launch.seed(around.settings), around.programs)
    launch.reporter.done("an investor with money, and an operator")
