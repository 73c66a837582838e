"""The secrets of a running platform: where they are not, how they are replaced, who tried them."""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import psycopg
import pytest
import valkey

from financebuy.api.cookies import NAME
from financebuy.cluster import valkey_server
from financebuy.cluster.demo import read_demo
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.secret_files import KEYS
from financebuy.database.identity import Identity, Signer
from tests.acceptance.platforms import HANG_SECONDS, CommandLine

PASSWORD = "correct horse battery"
SHORTEST = 16
"""Shorter texts stand in files and arguments by chance."""


@pytest.fixture(scope="module")
def platform() -> Iterator[CommandLine]:
    parent = Path(tempfile.mkdtemp(prefix="financebuy-test-"))
    parent.chmod(0o755)
    command_line = CommandLine(parent / "data")
    try:
        command_line.up()
        yield command_line
    finally:
        command_line.run("down")
        shutil.rmtree(parent)


def endpoints(platform: CommandLine) -> Endpoints:
    return Endpoints.read(platform.data)


def financebuy(
    platform: CommandLine, *arguments: str, given: str | None = None
) -> subprocess.CompletedProcess[str]:
    """A command of a noun: the data directory comes last."""
    done = subprocess.run(
        [sys.executable, "-m", "financebuy", *arguments, "--data", str(platform.data)],
        input=given, capture_output=True, text=True, check=False, timeout=HANG_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


def secrets_of(platform: CommandLine) -> dict[str, str]:
    """Every secret by its file, the parts of structured ones too."""
    found: dict[str, str] = {}
    for path in (platform.data / "secrets").iterdir():
        text = path.read_text().strip()
        found[path.name] = text
        if path.name == "demo.json":
            for who, key in json.loads(text).items():
                found[f"{path.name} {who}"] = key["secret"]
    return {name: text for name, text in found.items() if len(text) >= SHORTEST}


def shown(secrets: dict[str, str]) -> list[str]:
    """Where in the machine's processes a secret can be read: arguments and environments."""
    places: list[str] = []
    for process in psutil.process_iter():
        try:
            text = "\0".join([*process.cmdline(), *process.environ().values()])
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
        places += [f"{process.pid} shows {name}" for name, each in secrets.items() if each in text]
    return places


def test_no_secret_is_in_arguments_environments_logs_or_state(platform: CommandLine) -> None:
    secrets = secrets_of(platform)
    assert {*KEYS, "valkey", "postgres", "db_app_user", "demo.json operator"} <= secrets.keys()
    assert len(platform.pids()) == 5
    assert shown(secrets) == []
    for path in [platform.data / "platform.json", *(platform.data / "logs").iterdir()]:
        told = path.read_text(errors="replace")
        assert [name for name, text in secrets.items() if text in told] == [], path
    # Files that hold them are their owner's alone.
    modes = {oct(path.stat().st_mode & 0o777) for path in (platform.data / "secrets").iterdir()}
    assert modes == {"0o600"}
    acl = (platform.data / "valkey" / "users.acl").read_text()
    assert secrets["valkey"] not in acl


def test_a_secret_that_is_shown_would_be_seen() -> None:
    """The control: the same search finds one in an argument and one in an environment."""
    argument, variable = "an-argument-that-is-secret", "a-variable-that-is-secret"
    command = [sys.executable, "-c", "import time; time.sleep(60)", argument]
    process = subprocess.Popen(command, env={"X": variable})
    try:
        deadline = time.monotonic() + 30
        while len(found := shown({"a": argument, "b": variable})) < 2:
            assert time.monotonic() < deadline, found
            time.sleep(0.05)
        assert {line.split()[0] for line in found} == {str(process.pid)}
    finally:
        process.kill()
        process.wait()


def test_a_failed_sign_in_to_the_database_is_recorded(platform: CommandLine) -> None:
    record = endpoints(platform).state.database
    wrong = f"host={record.host} port={record.port} dbname={record.name} password=wrong"
    for user in ("app_user", "no_such_user"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(f"{wrong} user={user}")
    deadline = time.monotonic() + HANG_SECONDS
    while True:
        listed = json.loads(financebuy(platform, "signins", "list", "-o", "json").stdout)
        seen = {each["login"]: each for each in listed if each["place"] == "database"}
        unknown = [login for login in seen if login.startswith("unknown:")]
        if "app_user" in seen and unknown:
            break
        assert time.monotonic() < deadline, listed
        time.sleep(1)
    assert (seen["app_user"]["outcome"], seen["app_user"]["method"]) == ("refused", "password")
    assert seen["app_user"]["network"] in {"127.0.0.0/24", "::/48"}
    assert "no_such_user" not in json.dumps(listed)


class Traffic:
    """A person and a program who go on all the time; what they met."""

    def __init__(self, platform: CommandLine) -> None:
        demo = read_demo(endpoints(platform).secrets)
        assert demo is not None
        key = {
            "APCA-API-KEY-ID": demo.investor.key_id,
            "APCA-API-SECRET-KEY": demo.investor.secret,
        }
        url = platform.api
        body = {"email": "investor@example.com", "password": PASSWORD}
        signed_in = httpx.post(f"{url}/fb/v1/auth/sign-in", json=body, timeout=HANG_SECONDS)
        assert signed_in.status_code == 200, signed_in.text
        token = signed_in.headers["set-cookie"].partition("=")[2].partition(";")[0]
        cookie = {"Cookie": f"{NAME}={token}"}
        self.codes: dict[str, list[int]] = {"key": [], "session": [], "order": []}
        order = {
            "symbol": "AAPL", "qty": "1", "side": "buy", "type": "limit",
            "time_in_force": "gtc", "limit_price": "1",
        }  # fmt: skip
        self._asks = {
            "key": lambda http: http.get(f"{url}/v2/account", headers=key),
            "session": lambda http: http.get(f"{url}/fb/v1/me", headers=cookie),
            "order": lambda http: http.post(f"{url}/v2/orders", headers=key, json=order),
        }
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._go_on, args=(name,)) for name in self._asks]

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, name: str) -> None:
        with httpx.Client(timeout=HANG_SECONDS) as http:
            while not self._stop.is_set():
                self.codes[name].append(self._asks[name](http).status_code)
                self._stop.wait(0.05)


def test_secrets_are_replaced_while_requests_go_on(platform: CommandLine) -> None:
    financebuy(platform, "user", "password", "investor@example.com", given=PASSWORD + "\n")
    before = secrets_of(platform)
    old_pids = platform.pids()
    urls = {role: endpoints(platform).database_url(role) for role in ("app_user", "fb_worker")}
    admin = endpoints(platform).admin_url
    old_number, old_key = endpoints(platform).secrets.identity_key()
    with Traffic(platform) as traffic:
        time.sleep(1)
        told = financebuy(platform, "secrets", "rotate", "--grace", "5").stderr
        # Connections of before end, so that new ones are made with what is new.
        with psycopg.connect(endpoints(platform).admin_url, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename in ('app_user', 'fb_auth', 'fb_broker') and pid <> pg_backend_pid()"
            )
        time.sleep(3)
    # A read whose connection was just cut may say so; nothing else may fail.
    unexpected = {
        name: [code for code in codes if code not in {200, 503}]
        for name, codes in traffic.codes.items()
    }
    assert unexpected == {"key": [], "session": [], "order": []}
    assert all(codes[-1] == 200 and len(codes) > 20 for codes in traffic.codes.values())
    assert {name: codes.count(503) < 5 for name, codes in traffic.codes.items()} == {
        "key": True, "session": True, "order": True,
    }  # fmt: skip
    assert platform.pids() == old_pids
    # Nothing of before works any more.
    after = secrets_of(platform)
    unchanged = {name for name in before if after.get(name) == before[name]}
    assert not unchanged & {"identity_key", "valkey", "postgres", "db_app_user", "db_fb_worker"}
    for url in (*urls.values(), admin):
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            psycopg.connect(url)
    socket = Path(endpoints(platform).state.cache_socket)
    with (
        valkey.Valkey.from_url(valkey_server.url(socket, before["valkey"])) as client,
        pytest.raises(valkey.AuthenticationError),
    ):
        client.ping()
    forged = Signer(old_number, old_key).sign(Identity(uuid4()))
    with psycopg.connect(endpoints(platform).database_url("app_user")) as connection:
        connection.execute("select set_config('fb.identity', %s, true)", (forged,))
        with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
            connection.execute("select count(*) from accounts")
    for secret in after.values():
        assert secret not in told
    financebuy(platform, "check", "books")
