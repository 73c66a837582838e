"""Failed sign-ins to the database: read from PostgreSQL's log into the record of sign-ins.

PostgreSQL tells nobody but its log. A line names its SQLSTATE (`%e` in `log_line_prefix`), so that
what is recognised does not hang on the wording of the message. Whoever connects chooses the names
in the prefix, line breaks included: `_Order` says which lines are believed.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from financebuy.cluster.accounts import Account
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.errors import ClusterError
from financebuy.cluster.files import write_file
from financebuy.crypto.blind_index import BlindIndex
from financebuy.domain import addresses
from financebuy.sql import load

NOBODY = "(none)"
"""The login of whoever named none, or came no further than the handshake."""
_METHODS = {
    "28P01": "password",
    "28000": "access rule",  # no such line in pg_hba, no certificate, no right to sign in
    "42501": "right to connect",  # the database is not theirs; or replication is not
    "3D000": "database",  # there is none of this name
    "55000": "database",  # nobody may connect to it
}
"""What refused them, by the SQLSTATE of the last line of a session that never began."""
_BEGIN = (
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) (?P<zone>[A-Z]{1,6}|[+-]\d\d(?::?\d\d)?)"
    r" \[\d{1,10}\] "
)
# The log_line_prefix: when [process] SQLSTATE who@database from-where program.
_LINE = re.compile(
    rf"{_BEGIN}(?P<state>{'|'.join(_METHODS)}) "
    r"(?P<user>.*?)@(?P<database>[^\s@]*) (?P<host>\S+) .*?FATAL: "
)
# protocol_violation before anybody was named: TLS did not come about (another protocol, a foreign
# certificate, an authority that the client does not know), or it was no client of PostgreSQL's.
_HANDSHAKE = re.compile(rf"{_BEGIN}08P01 \[unknown\]@\[unknown\] (?P<host>\S+) .*?LOG: ")
# A whole line: its beginning, and a severity (in any language) before its message.
_WHOLE = re.compile(rf"{_BEGIN}[0-9A-Z]{{5}} (?:.* )?[^\W\d_]+[1-5]?:  ")
_UTC = ("UTC", "GMT")
_SLACK = timedelta(minutes=1)
"""Processes write a little out of order, and clocks are set."""
_WIDEST_ZONE = timedelta(hours=14)
_MOST_AT_ONCE = 1_000
_LONGEST_LOGIN = 128
_CONNECT_SECONDS = 2


@dataclass(frozen=True, slots=True)
class FailedLogin:
    """Who was refused, and from where; `address` is None for a unix socket."""

    login: str
    address: str | None
    method: str


def parse(line: str) -> FailedLogin | None:
    """Return the failed sign-in that a line of the log tells of, None when it is another line."""
    nameless = _HANDSHAKE.match(line)
    if nameless is not None:
        return FailedLogin(NOBODY, addresses.known(nameless["host"]), "handshake")
    found = _LINE.match(line)
    if found is None:
        return None
    login = found["user"][:_LONGEST_LOGIN] or NOBODY
    return FailedLogin(login, addresses.known(found["host"]), _METHODS[found["state"]])


def record(url: str, index: BlindIndex, failures: Iterable[FailedLogin]) -> int:
    """Write failed sign-ins into the record, as fb_auth; returns how many."""
    count = 0
    with psycopg.connect(url, connect_timeout=_CONNECT_SECONDS) as connection:
        for each in failures:
            known = each.address and index.of("sign_in_attempts.address", each.address)
            connection.execute(
                load("people").record_sign_in,
                {
                    "place": "database", "outcome": "refused", "method": each.method,
                    "subject": None, "user_id": None, "login": each.login,
                    "unknown_login": _unknown(index, each.login),
                    "network": addresses.network(each.address), "address_index": known or None,
                    "request_id": None,
                },
            )  # fmt: skip
            count += 1
    return count


def _unknown(index: BlindIndex, login: str) -> str:
    return NOBODY if login == NOBODY else index.of_login(login)


@dataclass(slots=True)
class _Order:
    """Tells lines that the server began from those that somebody put into a name.

    Such a line follows one that broke off in the name, and its time has to fit: neither more than
    a minute before the line that precedes it, nor in the future, nor no time at all. PostgreSQL
    indents by a tab what goes on in a further line.
    """

    now: datetime
    latest: datetime | None = None
    broken: bool = False

    def believes(self, line: str) -> bool:
        """Whether the server began this line; to be asked of each line in turn."""
        if line.startswith("\t"):
            return False
        after_break, self.broken = self.broken, _WHOLE.match(line) is None
        if self.broken:
            return False
        moment = self._time(line)
        latest = self.latest or moment
        if moment is None or latest is None or latest - moment > _SLACK:
            return False
        self.latest = max(latest, moment)
        return not after_break and line.count("FATAL:  ") <= 1

    def _time(self, line: str) -> datetime | None:
        found = _WHOLE.match(line)
        try:
            moment = datetime.fromisoformat(found["time"]) if found else None
        except ValueError:
            return None
        ahead = _SLACK if found and found["zone"] in _UTC else _WIDEST_ZONE + _SLACK
        return moment if moment and moment - self.now <= ahead else None


@dataclass(slots=True)
class LogReader:
    """Reads on where it stopped, over restarts and rotations of the log."""

    log: Path
    place: Path
    """Keeps how far the log was read."""
    account: Account

    def read(self) -> tuple[list[FailedLogin], int]:
        """Return new failures, and the offset up to which they were read."""
        start = self._start()
        failures: list[FailedLogin] = []
        order = _Order(datetime.now(UTC).replace(tzinfo=None))
        with self.log.open("rb") as file:
            file.seek(start)
            offset = read = start
            for line in file:
                if not line.endswith(b"\n"):
                    break
                text = line.decode(errors="replace")
                found = parse(text) if order.believes(text) else None
                read += len(line)
                # What follows a line that broke off is judged by it, so it is read with it.
                if not order.broken:
                    offset = read
                elif not text.startswith("\t"):
                    offset = read - len(line)
                if found is not None:
                    failures.append(found)
                if len(failures) == _MOST_AT_ONCE:
                    break
        return failures, offset

    def done(self, offset: int) -> None:
        """Remember that the log was read up to `offset`."""
        write_file(self.place, f"{offset}\n", self.account)

    def _start(self) -> int:
        try:
            offset = int(self.place.read_text())
        except (FileNotFoundError, ValueError):
            return 0
        # A shorter log is another one: it was rotated.
        return offset if offset <= self.log.stat().st_size else 0


@dataclass(slots=True)
class FailedLogins:
    """The supervisor's chore: what the log says of failed sign-ins comes into the record."""

    endpoints: Endpoints
    reader: LogReader
    read_up_to: int = -1

    def chore(self) -> None:
        """Look at the log once. While the database is away, it is looked at again later."""
        with suppress(psycopg.Error, ClusterError, FileNotFoundError):
            self.run()

    def run(self) -> int:
        """Record what the log says since the last time; returns how many failures that were."""
        failures, offset = self.reader.read()
        if offset != self.read_up_to:
            if failures:
                secret = bytes.fromhex(self.endpoints.secrets.read("blind_index_key"))
                record(self.endpoints.database_url("fb_auth"), BlindIndex(secret), failures)
            self.reader.done(offset)
            self.read_up_to = offset
        return len(failures)
