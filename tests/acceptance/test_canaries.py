"""Personal data and secrets are planted in every request that takes any, and then looked for.

The requests are those of the OpenAPI document and of the command line; the classification says what
is personal or secret in them.
"""

import io
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import psycopg
import pytest
import typer
from typer.core import TyperGroup

from financebuy import cli
from financebuy.api.app import routes
from financebuy.api.cookies import NAME
from financebuy.cluster.accounts import for_servers
from financebuy.cluster.binaries import postgres_programs
from financebuy.cluster.demo import Credentials, read_demo
from financebuy.cluster.endpoints import Endpoints
from financebuy.sql.classes import classification
from tests.acceptance.platforms import CommandLine
from tests.support.canaries import BIRTHDAY, Bodies, Canary, forms, plain
from tests.support.people import SAME_ORIGIN, Person

ACCEPTED = {
    "post /v1/accounts",
    "post /fb/v1/users/{user_id}/payment-methods",
    "post /fb/v1/users/{user_id}/documents",
    "post /fb/v1/auth/sign-up",
    "put /fb/v1/auth/password",
}
"""Where a canary gets in, so that the search means something."""
CONTROL = "zqcontrolzq"


@pytest.fixture
def platform(data_dir: Path) -> Iterator[CommandLine]:
    found = CommandLine(data_dir)
    found.up()
    yield found
    found.run("down")


def test_personal_data_is_nowhere_but_encrypted(
    platform: CommandLine,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tell: Callable[[str], None],
) -> None:
    canary = Canary()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{canary.iban}\n" * 20))
    endpoints = Endpoints.read(platform.data)
    demo = read_demo(endpoints.secrets)
    assert demo is not None

    accepted, asked, revealing = ask_over_http(endpoints.api_url, demo, canary)
    assert accepted >= ACCEPTED
    assert revealing == []

    commands, printed = ask_on_the_command_line(platform.data, canary, capfd)
    assert [line for line in printed.splitlines() if found_in(line.encode(), canary)] == []

    # It is there, and can be opened.
    show = ["user", "show", f"{canary.mark}-cli@example.com", "--data", str(platform.data)]
    assert cli.run(show) == 0
    assert f"{canary.mark} last" in capfd.readouterr().out

    with psycopg.connect(endpoints.admin_url, autocommit=True) as admin:
        admin.execute(f"comment on table users is '{CONTROL}'".encode())
        statements = str(admin.execute("select query from pg_stat_statements").fetchall())
        log = str(admin.execute("select audit_log::text from audit_log").fetchall())
        origins = [
            row[0]
            for table in ("audit_log", "transactions", "order_events")
            for row in admin.execute(f"select distinct origin from {table}".encode()).fetchall()
        ]
        admin.execute("checkpoint")
    dump = dumped(platform.data, endpoints.admin_url)
    for where in (statements.encode(), log.encode(), dump):
        assert found_in(where, canary) == []
    assert any(origin and origin.startswith("http ") for origin in origins)
    assert [origin for origin in origins if origin and "127.0.0.1" in origin] == []
    assert CONTROL.encode() in dump
    assert len(log) > 1000

    files = files_with(platform.data, canary.patterns())
    assert files == []
    assert any("postgres" in name for name in files_with(platform.data, [CONTROL.encode()]))
    assert any("api" in name for name in files_with(platform.data / "logs", [b"/v1/accounts"]))
    tell(
        f"{asked} requests, {len(accepted)} operations took a canary in; {commands} commands;"
        f" {len(dump)} bytes of dump, and every file of the data directory searched"
    )


# ------------------------------------------------------------------------------ HTTP


def ask_over_http(url: str, demo: Any, canary: Canary) -> tuple[set[str], int, list[str]]:
    """Every operation with a body, in every form, by everybody; (accepted, asked, revealing).

    Everybody is an operator and an investor with their keys, nobody, and somebody in a session with
    a second factor that was proven a moment ago: routes about oneself let nobody else in.
    """
    document = routes().openapi()
    bodies = Bodies(document, canary)
    accepted, revealing, asked = set[str](), list[str](), 0
    people: list[Credentials | None] = [demo.operator, demo.investor, None]
    with httpx.Client(base_url=url, timeout=120) as http:
        session = Session(http)
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                content = operation.get("requestBody", {}).get("content", {})
                if not content:
                    continue
                proofs = [partial(key, who) for who in people]
                for proof in (*proofs, session.proof):
                    for body, headers in requests(content, bodies, canary):
                        asked += 1
                        answer = http.request(
                            method, target(path, operation, demo.investor.user_id),
                            content=body, headers=headers | proof(),
                        )  # fmt: skip
                        if answer.is_success and found_in(body, canary):
                            accepted.add(f"{method} {path}")
                        if found_in(answer.content + repr(answer.headers).encode(), canary):
                            revealing.append(f"{method} {path} {answer.status_code}: {answer.text}")
    return accepted, asked, revealing


class Session:
    """Somebody who has just shown a second factor; some requests end their session."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._person: Person | None = None

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._http.request(method, path, **options)

    def proof(self) -> dict[str, str]:
        """The cookie, of somebody new where it is over."""
        if self._person is None or not self._holds(self._person):
            self._person = Person(self).sign_up().sign_in().set_up_codes()
            self._person.step_up()
        return {"Cookie": f"{NAME}={self._person.cookie}", **SAME_ORIGIN}

    def _holds(self, person: Person) -> bool:
        answer = person.call("GET", "/fb/v1/auth/session")
        return answer.status_code == 200 and "self" in answer.json()["scopes"]


def requests(
    content: dict[str, Any], bodies: Bodies, canary: Canary
) -> Iterator[tuple[bytes, dict[str, str]]]:
    schema = content.get("application/json", {}).get("schema")
    if schema is None:
        yield b"%PDF-1.7 " + canary.mark.encode(), {"Content-Type": "application/pdf"}
        yield canary.mark.encode(), {"Content-Type": "application/pdf"}
        return
    good, wrong = bodies.good(schema), bodies.wrong(schema)
    if good.personal:
        for text, headers in forms(good.body, wrong.body, canary):
            yield text.encode(), headers


def target(path: str, operation: dict[str, Any], user_id: str) -> str:
    query = []
    for each in operation.get("parameters", []):
        value = user_id if each["name"] == "user_id" else str(plain(each["schema"]))
        if each["in"] == "path":
            path = path.replace("{" + each["name"] + "}", value)
        elif each["in"] == "query" and each.get("required"):
            query.append(f"{each['name']}={quote(value)}")
    return path + ("?" + "&".join(query) if query else "")


def key(who: Credentials | None) -> dict[str, str]:
    if who is None:
        return {}
    return {"APCA-API-KEY-ID": who.key_id, "APCA-API-SECRET-KEY": who.secret}


# ------------------------------------------------------------------------------ the command line


def ask_on_the_command_line(
    data: Path, canary: Canary, capfd: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """Each command with a personal input, as nobody who is known; and a user with everything."""
    personal = ("--first-name", f"{canary.mark} first", "--last-name", f"{canary.mark} last",
                "--phone", canary.mark, "--address", f"{canary.mark} street")  # fmt: skip
    calls = [
        ["user", "create", f"{canary.mark}-cli@example.com", *personal, "--birth-date", BIRTHDAY],
        ["user", "create", f"{canary.mark}-cli@example.com", *personal],
        ["user", "create", canary.mark],
        ["user", "create", f"{canary.mark}-2@example.com", "--birth-date", canary.mark],
        ["user", "show", canary.mark],
        *commands(canary),
    ]
    capfd.readouterr()
    for call in calls:
        cli.run([*call, "--data", str(data)])
    printed = capfd.readouterr()
    return len(calls), printed.out + printed.err


def commands(canary: Canary) -> Iterator[list[str]]:
    """A call of each command that takes something personal, which nobody has."""
    inputs = classification().inputs

    def walk(command: Any, words: list[str]) -> Iterator[list[str]]:
        if isinstance(command, TyperGroup):
            for name in command.list_commands(None):  # type: ignore[arg-type]
                yield from walk(command.get_command(None, name), [*words, name])  # type: ignore[arg-type]
            return
        options = list[str]()
        planted = False
        for each in command.params:
            is_personal = inputs["command_line", each.name].name == "personal"
            planted = planted or is_personal
            value = f"{canary.mark}-nobody@example.com" if is_personal else str(uuid4())
            if each.param_type_name == "argument":
                options += [value] if each.required else []
            elif is_personal or each.required:
                options += [each.opts[0], value]
        if planted:
            yield [*words, *options]

    yield from walk(typer.main.get_command(cli.app), [])


# ------------------------------------------------------------------------------ looking


def found_in(content: bytes, canary: Canary) -> list[bytes]:
    return [pattern for pattern in canary.patterns() if pattern in content]


def dumped(data: Path, url: str) -> bytes:
    """The whole database as text, as its superuser sees it."""
    pg_dump = postgres_programs(for_servers(), data.parent).tool("pg_dump")
    return subprocess.run([pg_dump, "--dbname", url], check=True, capture_output=True).stdout


def files_with(folder: Path, patterns: list[bytes]) -> list[str]:
    """The files below a folder that hold one of the patterns: heap, WAL, logs, the cache's."""
    found = []
    for path in (each for each in folder.rglob("*") if each.is_file()):
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # a running server's
            continue
        if any(pattern in content for pattern in patterns):
            found.append(str(path.relative_to(folder)))
    return found
