"""How a program reaches the platform of a data directory: its URLs, with their secrets.

The programs that the supervisor starts, the command line and in-process clients all find the
servers here, embedded or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from financebuy.cluster import valkey_server
from financebuy.cluster.certificates import CLIENT_ROLES, client_files
from financebuy.cluster.errors import NotRunningError
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.postgres import SUPERUSER
from financebuy.cluster.secret_files import SecretFiles
from financebuy.cluster.state import PlatformState
from financebuy.database.server_proof import server_proof

MONITOR = "fb_monitor"
"""The login that asks whether all is well: it sees no more than states, times and counts."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses of one platform. Reading a URL needs the right to read its secret."""

    directory: DataDirectory
    state: PlatformState
    database_name: str | None = None
    """Another database of the same server; None is the platform's own."""

    @classmethod
    def read(cls, data_dir: Path) -> "Endpoints":
        """Raises `NotRunningError` when no platform was ever started there."""
        directory = DataDirectory(data_dir)
        state = PlatformState.read(directory.state_file)
        if state is None:
            raise NotRunningError(f"no platform in {data_dir}: start one with `financebuy up`")
        return cls(directory, state)

    @property
    def secrets(self) -> SecretFiles:
        """The platform's secrets."""
        return SecretFiles(self.directory.secrets)

    @property
    def api_url(self) -> str:
        """Base URL of the API."""
        host = f"[{self.state.api.host}]" if ":" in self.state.api.host else self.state.api.host
        scheme = "https" if self.state.api.tls else "http"
        return f"{scheme}://{host}:{self.state.api.port}"

    @property
    def cache_url(self) -> str:
        """URL of the cache."""
        return valkey_server.url(Path(self.state.cache_socket), self.secrets.read("valkey"))

    @property
    def admin_url(self) -> str:
        """URL of the role that migrates: the embedded superuser, or whom the user gave."""
        if self.state.database.kind == "external":
            return self._external()
        return self._embedded(SUPERUSER, self.secrets.read(SUPERUSER))

    def database_url(self, role: str) -> str:
        """URL of a login role. The embedded server is reached by its unix socket."""
        password = self.secrets.read(f"db_{role}")
        if self.state.database.kind == "external":
            return as_role(self._external(), role, password)
        return self._embedded(role, password)

    def network_url(self, role: str) -> str:
        """URL of a login role by TCP and verified TLS, for programs of other users."""
        if self.state.database.kind == "external":
            return self.database_url(role)
        database = self.state.database
        options = {"sslmode": "verify-full", "sslrootcert": str(self.directory.ca_certificate)}
        if role in CLIENT_ROLES:
            certificate, key = client_files(self.directory.tls, role)
            options |= {"sslcert": str(certificate), "sslkey": str(key)}
        authority = f"{role}:{self.secrets.read(f'db_{role}')}@{database.host}:{database.port}"
        return f"postgresql://{authority}/{database.name}?{_query(options)}"

    def _external(self) -> str:
        url = verified(self.secrets.read("database_url"))
        return url if self.database_name is None else on_database(url, self.database_name)

    def _embedded(self, role: str, password: str) -> str:
        database = self.state.database
        name = quote(self.database_name or database.name, safe="")
        options = {"host": database.sockets, "port": str(database.port)}
        return f"postgresql://{role}:{password}@/{name}?{_query(options)}"


def verified(url: str) -> str:
    """The same URL, by which a server on another machine must prove who it is."""
    given = conninfo_to_dict(url)
    proof = server_proof(given)
    if not proof:
        return url
    return on_database(make_conninfo(url, **proof), str(given.get("dbname") or ""))


def as_role(url: str, role: str, password: str) -> str:
    """The same server and database for another role; options such as `sslmode` are kept."""
    given = conninfo_to_dict(url)
    parts = {name: str(value) for name, value in given.items() if value is not None}
    database = parts.pop("dbname", "")
    parts.pop("user", None)
    parts.pop("password", None)
    authority = f"{quote(role, safe='')}:{quote(password, safe='')}"
    options = f"?{_query(parts)}" if parts else ""
    return f"postgresql://{authority}@/{quote(database, safe='')}{options}"


def on_database(url: str, name: str) -> str:
    """The same server and role, on another database."""
    given = {**conninfo_to_dict(url), "dbname": name}
    role, password = str(given.get("user") or ""), str(given.get("password") or "")
    return as_role(make_conninfo("", **given), role, password)


def _query(options: Mapping[str, str]) -> str:
    # libpq reads a plus sign as itself, not as a space.
    return urlencode(options, safe="/,", quote_via=quote)
