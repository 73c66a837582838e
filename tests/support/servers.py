"""The embedded servers under a supervisor of the test's own process."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from financebuy.cluster import accounts, ports
from financebuy.cluster.certificates import ensure_certificates
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.secret_files import SecretFiles
from financebuy.cluster.supervision import databases
from financebuy.cluster.supervision.description import first_state, surroundings
from financebuy.cluster.supervision.services import cache_service, postgres_service
from financebuy.cluster.supervision.stop_request import StopRequest
from financebuy.cluster.supervision.stopping import stop_all
from financebuy.cluster.supervision.supervisor import Supervisor
from financebuy.cluster.tuning import GB, Machine
from financebuy.settings import Settings


class Servers:
    """PostgreSQL and Valkey on a data directory, without the platform's own programs."""

    def __init__(self, data_dir: Path) -> None:
        account = accounts.for_servers()
        self.directory = DataDirectory(data_dir)
        self.directory.create(account)
        SecretFiles(self.directory.secrets).create_missing(account)
        ensure_certificates(self.directory.tls, account)
        settings = Settings.read({}, data_dir)
        chosen = replace(settings, postgres_port=ports.any_free(), api_port=ports.any_free())
        with ports.PortClaims() as claims:
            self._around = surroundings(self.directory, chosen, account, claims)
        self.told: list[str] = []
        state = first_state(self._around)
        self.endpoints = Endpoints(self.directory, state)
        self.supervisor = Supervisor(
            self.directory, account, StopRequest(), state, [], self.told.append
        )

    def start(self) -> "Servers":
        machine = Machine(1 * GB, 2)
        port = self.endpoints.state.database.port
        for spec in (
            postgres_service(self._around, port, machine),
            cache_service(self._around, machine),
        ):
            self.supervisor.wait(self.supervisor.launch(spec))
        self.supervisor.publish("running")
        databases.ensure_database(self.endpoints)
        databases.migrate_after_asking(self.endpoints, lambda _question: False)
        return self

    def restart(self, name: str) -> None:
        """Stop a server in its own way, and start it again with the configuration as it is now."""
        found = [each for each in self.supervisor.services if each.spec.name == name]
        stop_all(found, 60.0)
        for service in found:
            service.mark_stopped()
            service.start()
            self.supervisor.wait(service)
        self.supervisor.publish("running")

    def up_again(self, before: Callable[[], object] = lambda: None) -> None:
        """What `financebuy down && financebuy up` does to the servers; `before` is in between."""
        stop_all(self.supervisor.services, 60.0)
        for service in self.supervisor.services:
            service.mark_stopped()
        self.supervisor.services.clear()
        before()
        account = accounts.for_servers()
        SecretFiles(self.directory.secrets).create_missing(account)
        ensure_certificates(self.directory.tls, account)
        self.start()

    def pid(self, name: str) -> int:
        found = [each.record() for each in self.supervisor.services if each.spec.name == name]
        assert found[0].process is not None
        return found[0].process.pid
