"""The command line, on a real database: what it prints, and the exit codes of each refusal."""

import csv
import io
import json
import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from financebuy.cli import run
from financebuy.cluster.demo import Demo
from financebuy.services.identity import KYC_STATUSES, SCOPES
from financebuy.sql import text
from tests.support.databases import Database, clone
from tests.support.directories import add_demo_users, write_data_directory
from tests.support.world import World, execution

NOBODY = "nobody"


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code, its data, its messages."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


@dataclass(frozen=True)
class Terminal:
    """`financebuy` on a platform whose market is open; AAPL is quoted at 100."""

    root: Path
    world: World
    demo: Demo
    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Done:
        self.capture.readouterr()
        code = run([*arguments, "--data", str(self.root)])
        printed = self.capture.readouterr()
        return Done(code, printed.out, printed.err)

    def json(self, *arguments: str) -> Any:
        """The document that a command prints with `-o json`; it must succeed."""
        return self(*arguments, "-o", "json").json

    def new_customer(self, cash: str | None = "1000.00") -> str:
        """A verified user with an account and cash; returns the address."""
        address = f"{uuid4()}@example.com"
        self.json("user", "create", address)
        self.json("user", "kyc", address, "approved")
        self.json("account", "open", address)
        if cash is not None:
            self.json("deposit", cash, "--as", address)
        return address


@pytest.fixture(scope="module")
def platform(
    template: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, World, Demo]]:
    root = tmp_path_factory.mktemp("cli") / "data"
    with clone(template) as database, World(database) as world:
        write_data_directory(root, database)
        world.open_market()
        world.security("AAPL", 100)
        yield root, world, add_demo_users(root)


@pytest.fixture
def financebuy(platform: tuple[Path, World, Demo], capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(*platform, capsys)


def test_from_a_new_user_to_the_gain_of_a_sale(financebuy: Terminal) -> None:
    grace = financebuy.new_customer()
    assert financebuy.json("account", "show", "--as", grace)["balance"] == "1000.00"

    order = financebuy.json("order", "place", "buy", "AAPL", "4", "--limit", "101", "--as", grace)
    assert (order["status"], order["held"], order["symbol"]) == ("accepted", "404.00", "AAPL")
    financebuy.world.accepted("execution", execution(order["order_id"], 4, 99))
    found = financebuy.json("order", "show", order["order_id"], "--as", grace)
    assert (found["status"], found["filled_average_price"]) == ("filled", "99.00")

    shown = financebuy.json("portfolio", "show", "--as", grace)
    assert (shown["cash"], shown["equity"]) == ("604.00", "1004.00")
    assert shown["positions"][0]["unrealized_gain"] == "4.00"
    (lot,) = financebuy.json("portfolio", "lots", "--as", grace)
    assert (lot["symbol"], lot["cost"]) == ("AAPL", "396.00")

    sold = financebuy.json("order", "place", "sell", "AAPL", "1", "--limit", "99", "--as", grace)
    financebuy.world.accepted("execution", execution(sold["order_id"], 1, 103))
    (gain,) = financebuy.json("portfolio", "gains", "--as", grace)
    assert (gain["gain"], gain["proceeds"]) == ("4.00", "103.00")


def test_a_withdrawal_is_held_settled_and_then_final(financebuy: Terminal) -> None:
    grace = financebuy.new_customer()
    asked = financebuy.json("withdraw", "request", "250", "--as", grace)
    assert asked["state"] == "requested"
    assert financebuy.json("account", "show", "--as", grace)["held"] == "250.00"
    (listed,) = financebuy.json("withdraw", "list", "--as", grace)
    assert listed["transfer_id"] == asked["transfer_id"]

    settled = financebuy.json("withdraw", "settle", asked["transfer_id"], "--reference", "w-1")
    assert (settled["state"], settled["bank_reference"]) == ("settled", "w-1")
    assert financebuy.json("account", "show", "--as", grace)["balance"] == "750.00"
    back = financebuy.json("withdraw", "return", asked["transfer_id"], "no such account")
    assert (back["state"], back["reason"]) == ("refunded", "no such account")

    again = financebuy("withdraw", "settle", asked["transfer_id"], "--reference", "w-2")
    assert again.code == 1
    assert "transfer_id" in again.err


def test_a_banks_words_have_an_end(financebuy: Terminal) -> None:
    grace = financebuy.new_customer()
    asked = financebuy.json("withdraw", "request", "1", "--as", grace)["transfer_id"]
    long = "x" * 101
    settled = financebuy("withdraw", "settle", asked, "--reference", long)
    returned = financebuy("withdraw", "return", asked, long)
    rule = "is outside of the range allowed here"
    assert (settled.code, settled.err) == (64, f"financebuy: bank_reference: {rule}\n")
    assert (returned.code, returned.err) == (64, f"financebuy: reason: {rule}\n")


def test_without_as_it_is_the_demo_investor(financebuy: Terminal) -> None:
    shown = financebuy.json("account", "show")
    assert shown["owner_id"] == financebuy.demo.investor.user_id


def test_the_staff_sees_everybody_and_personal_data_leaves_a_trace(financebuy: Terminal) -> None:
    grace = financebuy.new_customer(None)
    everybody = financebuy.json("account", "list", "--everybody")
    assert len(everybody) > len(financebuy.json("account", "list", "--as", grace)) == 1
    shown = financebuy.json("user", "show", grace)
    assert (shown["email"], shown["kyc_status"]) == (grace, "approved")
    assert financebuy.world.value(
        "select count(*) from audit_log where action = 'read' and subject_id = %s and actor = %s",
        shown["user_id"],
        f"user:{financebuy.demo.operator.user_id}",
    ) == 1  # fmt: skip


def test_an_api_key_is_shown_once_and_can_be_revoked(financebuy: Terminal) -> None:
    grace = financebuy.new_customer(None)
    made = financebuy.json("user", "key", "create", grace, "--scope", "read")
    assert len(made["secret"]) == 40
    (listed,) = financebuy.json("user", "key", "list", grace)
    assert (listed["key_id"], listed["scopes"], listed["revoked_at"]) == (
        made["key_id"], "read", None,
    )  # fmt: skip
    assert made["secret"] not in str(listed)
    assert financebuy("user", "key", "revoke", made["key_id"]).code == 0
    (listed,) = financebuy.json("user", "key", "list", grace)
    assert listed["revoked_at"] is not None


def test_a_key_makes_a_repeat_harmless(financebuy: Terminal) -> None:
    grace = financebuy.new_customer()
    once = ["order", "place", "buy", "AAPL", "1", "--limit", "90", "--key", "k", "--as", grace]
    assert financebuy.json(*once)["order_id"] == financebuy.json(*once)["order_id"]
    other = financebuy(*once[:4], "2", *once[5:])
    assert (other.code, other.out) == (1, "")
    assert "idempotency key" in other.err


def test_an_order_is_replaced(financebuy: Terminal) -> None:
    grace = financebuy.new_customer()
    order = financebuy.json(
        "order", "place", "buy", "AAPL", "2", "--stop", "90", "--limit", "91", "--as", grace
    )
    assert (order["order_type"], order["stop_price"]) == ("stop_limit", "90")
    new = financebuy.json(
        "order", "replace", order["order_id"], "--quantity", "3", "--limit", "92", "--as", grace
    )
    assert (new["quantity"], new["limit_price"], new["stop_price"]) == ("3", "92", "90")
    assert (new["replaces"], new["status"]) == (order["order_id"], "accepted")
    old = financebuy.json("order", "show", order["order_id"], "--as", grace)
    assert (old["status"], old["replaced_by"]) == ("pending_replace", new["order_id"])
    again = financebuy("order", "cancel", order["order_id"], "--as", grace)
    assert (again.code, again.out) == (1, "")
    at_once = financebuy("order", "replace", new["order_id"], "--tif", "ioc", "--as", grace)
    assert (at_once.code, at_once.out) == (1, "")


def test_a_sell_is_placed_with_lots_of_its_own(financebuy: Terminal) -> None:
    grace = financebuy.new_customer()
    (account,) = financebuy.json("account", "list", "--as", grace)
    for cost in ("400", "600"):
        received = ("account", "receive", account["account_id"], "AAPL", "4", "--cost", cost)
        assert financebuy(*received, "--acquired", "2010-03-01").code == 0
    dear = financebuy.json("portfolio", "lots", "--as", grace)[-1]
    sell = ["order", "place", "sell", "AAPL", "2", "--limit", "9000", "--as", grace]
    chosen = financebuy.json(*sell, "--lots", "lifo", "--lot", f"{dear['lot_id']}=1")
    assert chosen["lot_method"] == "lifo"
    assert financebuy.world.rows(
        "select lot_id::text, quantity from order_lots where order_id = %s", chosen["order_id"]
    ) == [{"lot_id": dear["lot_id"], "quantity": 1}]
    for wrong, field in (("average", "lot_method"), ("fifo", "lots")):
        refused = financebuy(*sell, "--lots", wrong, "--lot", f"{dear['lot_id']}=3")
        assert (refused.code, refused.out) == (64, "")
        assert refused.err.startswith(f"financebuy: {field}:")


def test_an_order_can_be_waited_for_and_canceled(financebuy: Terminal) -> None:
    grace = financebuy.new_customer()
    order = financebuy.json(
        "order", "place", "buy", "AAPL", "1", "--limit", "90", "--wait", "0.3", "--as", grace
    )
    assert order["status"] == "accepted"
    canceled = financebuy.json("order", "cancel", order["order_id"], "--as", grace)
    assert canceled["status"] == "pending_cancel"
    again = financebuy("order", "cancel", order["order_id"], "--as", grace)
    assert (again.code, again.out) == (1, "")
    assert again.err.startswith("financebuy: order_id:")


def test_csv_is_csv_and_text_has_a_line_a_row(financebuy: Terminal) -> None:
    listed = financebuy("account", "list", "-o", "csv")
    (account,) = csv.DictReader(io.StringIO(listed.out))
    assert account["account_id"] == financebuy.demo.investor.account_id
    header, line = financebuy("account", "list").out.splitlines()
    assert header.split("\t")[0] == "account_id"
    assert line.split("\t")[0] == financebuy.demo.investor.account_id


# -------------------------------------------------------------------------- what is refused

UNKNOWN = "00000000-0000-7000-8000-000000000000"

REFUSED: dict[str, tuple[list[str], int, str]] = {
    "nan": (["deposit", "NaN"], 64, "amount: 'NaN' is not a decimal number"),
    "exponent": (["deposit", "1e3"], 64, "amount: '1e3' is not a decimal number"),
    "negative": (["deposit", "--", "-5"], 64, "amount: is outside of the range allowed here"),
    "excess scale": (
        ["deposit", "1.001"], 64, "amount: has more decimal places than the asset allows",
    ),
    "too many digits": (["deposit", "1" * 41], 64, "amount: is outside of the range allowed here"),
    "unknown account": (
        ["deposit", "1", "--account", UNKNOWN], 1, "account_id: account not found",
    ),
    "no id": (["deposit", "1", "--account", "x"], 64, "account_id: 'x' is not an id"),
    "no date": (
        ["deposit", "1", "--settle-on", "soon"], 64,
        "settle_on: 'soon' is not a date like 2012-06-01",
    ),
    "too long": (
        ["deposit", "1", "--reference", "x" * 101], 64,
        "bank_reference: is outside of the range allowed here",
    ),
    "more than there is": (
        ["withdraw", "request", "1000000"], 1,
        "amount: is more than can be withdrawn: held and unsettled cash stays",
    ),
    "unknown side": (
        ["order", "place", "hold", "AAPL", "1"], 64,
        "side: must be one of buy, sell (it is 'hold')",
    ),
    "unknown symbol": (["order", "place", "buy", "NOPE", "1"], 1, "symbol: asset not found"),
    "no quantity": (["order", "place", "buy", "AAPL"], 64, "qty: is required"),
    "fraction of nothing": (
        ["order", "place", "buy", "AAPL", "0"], 64, "qty: is outside of the range allowed here",
    ),
    "nothing to sell": (
        ["order", "place", "sell", "AAPL", "1"], 1,
        "insufficient quantity available: selling short is not offered",
    ),
    "unknown order": (["order", "show", UNKNOWN], 1, "order_id: order not found"),
    "unknown filter": (
        ["order", "list", "--status", "old"], 64, "status: must be open, closed or all",
    ),
    "unknown state": (
        ["action", "list", "--state", "old"], 64,
        "state: must be one of announced, entitled, applied, blocked (it is 'old')",
    ),
    "unknown time in force": (
        ["order", "place", "buy", "AAPL", "1", "--tif", "never"], 64,
        "time_in_force: must be one of day, gtc, ioc, fok, opg, cls (it is 'never')",
    ),
    "unknown transfer": (["withdraw", "settle", UNKNOWN], 1, "transfer_id: transfer not found"),
    "unknown user": (["user", "show", "nobody@example.com"], 1, "email: user not found"),
    "unknown kyc": (
        ["user", "kyc", "investor@example.com", "maybe"], 64,
        f"kyc_status: must be one of {', '.join(KYC_STATUSES)} (it is 'maybe')",
    ),
    "unknown type": (
        ["account", "open", "investor@example.com", "--type", "secret"], 64,
        "account_type: must be one of individual, retirement, joint (it is 'secret')",
    ),
    "unknown status": (
        ["account", "status", UNKNOWN, "asleep"], 64,
        "status: must be one of active, restricted, closed (it is 'asleep')",
    ),
    "no address": (
        ["user", "create", "nowhere"], 64, "email: is not an address like name@example.com",
    ),
    "unknown scope": (
        ["user", "key", "create", "investor@example.com", "--scope", "fly"], 64,
        f"scope: must be one of {', '.join(SCOPES)} (it is 'fly')",
    ),
    "unknown option": (["deposit", "1", "--colour", "red"], 64, "No such option: --colour"),
    "unknown command": (["order", "paint"], 64, "No such command 'paint'."),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_names_the_field_and_the_rule(financebuy: Terminal, case: str) -> None:
    arguments, code, message = REFUSED[case]
    # Options end where `--` begins.
    data = ["--data", str(financebuy.root)]
    financebuy.capture.readouterr()
    found = run([arguments[0], *data, *arguments[1:]] if "--" in arguments else [*arguments, *data])
    printed = financebuy.capture.readouterr()
    assert (found, printed.out) == (code, "")
    assert printed.err.splitlines()[0] == f"financebuy: {message}"


def test_a_closed_account_is_named(financebuy: Terminal) -> None:
    grace = financebuy.new_customer(None)
    account = financebuy.json("account", "show", "--as", grace)["account_id"]
    assert financebuy.json("account", "status", account, "closed")["status"] == "closed"
    refused = financebuy("deposit", "1", "--as", grace)
    assert refused.code == 1
    assert refused.err == "financebuy: account_id: the account is restricted or closed\n"


def test_a_foreign_account_is_not_there(financebuy: Terminal) -> None:
    grace, foreign = financebuy.new_customer(), financebuy.demo.investor.account_id
    refused = financebuy("deposit", "1", "--account", str(foreign), "--as", grace)
    assert refused.err == "financebuy: account_id: account not found\n"


def test_a_user_with_two_accounts_must_say_which(financebuy: Terminal) -> None:
    grace = financebuy.new_customer()
    financebuy.json("account", "open", grace)
    refused = financebuy("deposit", "1", "--as", grace)
    rule = "account_id: is required: this user has several accounts"
    assert (refused.code, refused.err) == (64, f"financebuy: {rule}\n")


# ------------------------------------------------------------------------- books and database


def test_check_books_says_that_all_holds(financebuy: Terminal) -> None:
    done = financebuy("check", "books", "-o", "json")
    assert done.json["good"] is True
    assert {check["rows"] for check in done.json["checks"]} == {0}
    assert len(done.json["checks"]) >= 12


def test_check_access_names_what_is_open(
    template: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "data"
    with clone(template) as database, World(database) as world:
        write_data_directory(root, database)
        # A copied database has rights of its own; the migration sets them.
        world.admin.execute(text("roles.sql").encode())
        assert run(["check", "access", "--data", str(root), "-o", "json"]) == 0
        good = json.loads(capsys.readouterr().out)
        world.admin.execute("grant select on entries_default to app_user")
        assert run(["check", "access", "--data", str(root), "-o", "json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert (good["good"], found["good"]) == (True, False)
    assert len(good["checks"]) >= 14
    broken = {check["check"]: check["findings"] for check in found["checks"] if check["rows"]}
    assert list(broken) == ["05_partitions_are_nobodys"]
    assert broken["05_partitions_are_nobodys"] == [
        {"partition": "entries_default", "role": "app_user", "privilege_type": "SELECT"}
    ]


def test_check_books_prints_the_rows_of_a_broken_invariant(
    template: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "data"
    with clone(template) as database, World(database) as world:
        write_data_directory(root, database)
        account = world.account(world.user(), 100)
        world.admin.execute("update accounts set balance = 101 where account_id = %s", [account])
        assert run(["check", "books", "--data", str(root), "-o", "json"]) == 2
    found = json.loads(capsys.readouterr().out)
    broken = {check["check"]: check["findings"] for check in found["checks"] if check["rows"]}
    assert not found["good"]
    assert list(broken) == ["04_balances_equal_entries"]
    assert str(account) in json.dumps(broken)


def test_a_dump_is_loaded_into_an_empty_database_with_balanced_books(
    template: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, file, copy = tmp_path / "data", tmp_path / "books.dump", f"copy_{uuid4().hex[:8]}"
    with clone(template) as database, World(database) as world:
        write_data_directory(root, database)
        account = world.account(world.user(), "12.34")
        data = ["--data", str(root)]
        assert run(["db", "dump", str(file), *data]) == 0
        assert file.stat().st_mode & 0o777 == 0o600
        assert run(["db", "dump", str(file), *data]) == 1
        assert "exists" in capsys.readouterr().err

        assert run(["db", "load", str(file), *data]) == 1
        assert "has users" in capsys.readouterr().err
        assert run(["db", "load", str(file), "--database", copy, "-o", "json", *data]) == 0
        assert json.loads(capsys.readouterr().out)["good"] is True
        assert run(["db", "load", str(file), "--database", copy, *data]) == 1
        assert capsys.readouterr().err == f"financebuy: the database {copy} is not empty\n"

        url = database.server.url_for("postgres", database.server.password, copy)
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "select balance, cash_balance from accounts natural join portfolio_summary"
                " where account_id = %s",
                [account],
            ).fetchone()
        world.admin.execute(f"drop database {copy}".encode())
    assert row is not None
    assert list(map(str, row)) == ["12.34", "12.34"]


def test_a_dump_takes_the_place_of_a_platform_without_users(
    template: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    full, empty, file = tmp_path / "full", tmp_path / "empty", tmp_path / "books.dump"
    with clone(template) as database, World(database) as world:
        write_data_directory(full, database)
        world.account(world.user(), "12.34")
        assert run(["db", "dump", str(file), "--data", str(full)]) == 0
    with clone(template) as database:
        write_data_directory(empty, database)
        assert run(["db", "load", str(file), "--data", str(empty)]) == 0
        capsys.readouterr()
        accounts = run(["account", "list", "--everybody", "-o", "json", "--data", str(empty)])
        assert accounts == 0
    assert [each["balance"] for each in json.loads(capsys.readouterr().out)] == ["12.34"]


def test_a_damaged_dump_changes_nothing(financebuy: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "broken.dump"
    file.write_bytes(b"PGDMP nonsense")
    name = f"copy_{uuid4().hex[:8]}"
    done = financebuy("db", "load", str(file), "--database", name)
    assert done.code == 1
    assert done.err.startswith("financebuy: pg_restore: error:")
    financebuy.world.admin.execute(f"drop database {name}".encode())


def test_db_status_compares_the_schema(financebuy: Terminal) -> None:
    found = financebuy.json("db", "status")
    assert found["up_to_date"] is True
    assert found["revision"] == found["needed"]


def test_psql_runs_as_the_auditor_with_what_follows(financebuy: Terminal) -> None:
    done = _run_apart(financebuy.root, "db", "psql", after=["--", "-Atc", "select current_user"])
    assert (done.returncode, done.stdout) == (0, "auditor\n"), done.stderr


# ---------------------------------------------------------------------------------- the edges


@pytest.mark.parametrize(
    "noun",
    ["user", "account", "deposit", "withdraw", "order", "portfolio", "check", "db", "user key"],
)
def test_each_noun_has_help_with_its_commands(
    noun: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*noun.split(), "--help"]) == 0
    assert "Usage: financebuy" in capsys.readouterr().out


def test_without_a_platform_it_says_how_to_start_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["account", "list", "--data", str(tmp_path / "none")]) == 1
    assert "start one with `financebuy up`" in capsys.readouterr().err


def test_without_demo_users_a_customers_command_asks_who(
    template: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with clone(template) as database:
        write_data_directory(tmp_path / "data", database)
        assert run(["account", "list", "--data", str(tmp_path / "data")]) == 64
    assert "--as EMAIL" in capsys.readouterr().err


def test_a_stranger_cannot_read_the_secrets(
    financebuy: Terminal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Root becomes somebody else; an ordinary user meets secrets that are not theirs."""
    secrets = financebuy.root / "secrets"
    stranger = os.geteuid() != 0
    if stranger:
        secrets.chmod(0)
    try:
        done = _run_apart(financebuy.root, "account", "list", stranger=not stranger)
    finally:
        secrets.chmod(0o700)
    assert done.returncode == 1, done.stderr
    assert "cannot read" in done.stderr
    assert "Traceback" not in done.stderr


def _run_apart(
    root: Path, *arguments: str, after: list[str] | None = None, stranger: bool = False
) -> "subprocess.CompletedProcess[str]":
    """Run the command line as a process of its own, as `nobody` when `stranger`."""
    command = [sys.executable, "-m", "financebuy", *arguments, "--data", str(root), *(after or [])]
    user = {"user": pwd.getpwnam(NOBODY).pw_uid, "extra_groups": []} if stranger else {}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **user)
