"""`financebuy reconcile` and `financebuy month`, on a real database."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from financebuy.cli import run
from tests.support import world as w
from tests.support.databases import Database
from tests.support.directories import write_data_directory
from tests.support.world import MONDAY, World

Rows = list[dict[str, str]]
DAY = str(MONDAY)


@dataclass(frozen=True)
class Terminal:
    """`financebuy` on a database where an investor moved money and traded on one day."""

    root: Path
    world: World
    account: UUID
    capture: pytest.CaptureFixture[str]

    def __call__(self, noun: str, verb: str, *rest: str) -> tuple[int, str, str]:
        self.capture.readouterr()
        code = run([noun, verb, "--data", str(self.root), *rest])
        return (code, *self.capture.readouterr())

    def export(self, source: str) -> Rows:
        code, out, err = self("reconcile", "export", "--source", source, "--date", DAY)
        assert code == 0, err
        return list(csv.DictReader(io.StringIO(out)))

    def compare(self, source: str, lines: Rows, day: str = DAY) -> tuple[int, Any]:
        file = self.root / "statement.csv"
        with file.open("w", newline="") as out:
            writer = csv.DictWriter(out, COLUMNS)
            writer.writeheader()
            writer.writerows(lines)
        code, out_text, err = self(
            "reconcile", str(file), "--source", source, "--date", day, "-o", "json"
        )
        assert out_text, err
        return code, json.loads(out_text)


COLUMNS = ("kind", "reference", "asset", "side", "quantity", "price")


@pytest.fixture
def terminal(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Terminal]:
    root = tmp_path / "data"
    with World(database) as world:
        write_data_directory(root, database)
        world.open_market()
        user = world.user()
        account = world.account(user)
        world.accepted("deposit_received", w.deposit(account, "1000.50", bank_reference="IN-1"))
        security = world.security("AAA")
        placed = world.accepted(
            "place_order", w.order(user.token, account, security, quantity=Decimal(3))
        )
        for number, quantity in enumerate(("1", "2"), 1):
            row = w.execution(placed, quantity, 100, venue_execution_id=f"EX-{number}")
            world.accepted("execution", row)
        withdrawn = world.accepted("request_withdrawal", w.withdrawal(user.token, account, 20))
        world.accepted("withdrawal_settled", w.fact("withdrawal_settled", withdrawn, "OUT-1"))
        yield Terminal(root, world, account, capsys)


def line(lines: Rows, kind: str, reference: str = "") -> dict[str, str]:
    (found,) = [x for x in lines if (x["kind"], x["reference"]) == (kind, reference)]
    return found


def test_the_sandbox_banks_statement(terminal: Terminal) -> None:
    assert terminal.export("bank") == [
        dict(zip(COLUMNS, values, strict=True))
        for values in (
            ("transfer", "IN-1", "USD", "incoming", "1000.5", ""),
            ("transfer", "OUT-1", "USD", "outgoing", "20", ""),
            ("balance", "", "USD", "", "980.5", ""),
        )
    ]


def test_the_paper_venues_statement(terminal: Terminal) -> None:
    assert terminal.export("venue") == [
        dict(zip(COLUMNS, values, strict=True))
        for values in (
            ("trade", "EX-1", "AAA", "buy", "1", "100"),
            ("trade", "EX-2", "AAA", "buy", "2", "100"),
            ("position", "", "AAA", "", "3", ""),
        )
    ]


@pytest.mark.parametrize("source", ["bank", "venue"])
def test_a_statement_that_agrees(terminal: Terminal, source: str) -> None:
    code, told = terminal.compare(source, terminal.export(source))
    assert (code, told["breaks"], told["statement_date"]) == (0, [], DAY)
    assert terminal.world.value("select count(*) from reconciliation_runs") == 1
    assert terminal.world.check_books() == {}


def other_amount(lines: Rows) -> None:
    line(lines, "transfer", "IN-1")["quantity"] = "1000.51"


def other_side(lines: Rows) -> None:
    line(lines, "transfer", "OUT-1")["side"] = "incoming"


def missing_there(lines: Rows) -> None:
    lines.remove(line(lines, "transfer", "OUT-1"))


def missing_here(lines: Rows) -> None:
    lines.append(dict(zip(COLUMNS, ("transfer", "IN-2", "USD", "incoming", "7", ""), strict=True)))


def twice(lines: Rows) -> None:
    lines.append(line(lines, "transfer", "IN-1"))


def other_balance(lines: Rows) -> None:
    line(lines, "balance")["quantity"] = "980.49"


def other_currency(lines: Rows) -> None:
    line(lines, "transfer", "IN-1")["asset"] = "EUR"


def no_balance(lines: Rows) -> None:
    lines.remove(line(lines, "balance"))


def other_price(lines: Rows) -> None:
    line(lines, "trade", "EX-1")["price"] = "100.01"


def other_quantity(lines: Rows) -> None:
    line(lines, "trade", "EX-2")["quantity"] = "3"
    line(lines, "position")["quantity"] = "4"


def sold(lines: Rows) -> None:
    line(lines, "trade", "EX-1")["side"] = "sell"


def unknown_position(lines: Rows) -> None:
    lines.append(dict(zip(COLUMNS, ("position", "", "ZZZ", "", "5", ""), strict=True)))


@pytest.mark.parametrize(
    ("source", "change", "breaks"),
    [
        ("bank", other_amount, [("amount_differs", "IN-1", "1000.5", "1000.51")]),
        (
            "bank",
            other_side,
            [("missing_here", "OUT-1", None, "20"), ("missing_there", "OUT-1", "20", None)],
        ),
        ("bank", missing_there, [("missing_there", "OUT-1", "20", None)]),
        ("bank", missing_here, [("missing_here", "IN-2", None, "7")]),
        ("bank", twice, [("duplicate_there", "IN-1", None, "1000.5")]),
        ("bank", other_balance, [("balance_differs", "USD", "980.5", "980.49")]),
        ("bank", no_balance, [("balance_differs", "USD", "980.5", "0")]),
        ("bank", other_currency, [("asset_differs", "IN-1", "1000.5", "1000.5")]),
        ("venue", other_price, [("price_differs", "EX-1", "100", "100.01")]),
        (
            "venue",
            other_quantity,
            [("position_differs", "AAA", "3", "4"), ("quantity_differs", "EX-2", "2", "3")],
        ),
        ("venue", sold, [("side_differs", "EX-1", "1", "1")]),
        ("venue", unknown_position, [("position_differs", "ZZZ", "0", "5")]),
    ],
)
def test_every_difference_has_a_name(
    terminal: Terminal,
    source: str,
    change: Callable[[Rows], None],
    breaks: list[tuple[str, str, str | None, str | None]],
) -> None:
    lines = terminal.export(source)
    change(lines)
    code, told = terminal.compare(source, lines)
    found = [(b["kind"], b["reference"], b["ours"], b["theirs"]) for b in told["breaks"]]
    assert (code, found) == (2, breaks)
    kept = terminal.world.rows("select kind, account_id from reconciliation_breaks order by 1")
    assert [row["kind"] for row in kept] == [kind for kind, *_ in breaks]
    _, out, _ = terminal("reconcile", "list", "--source", source, "-o", "json")
    (listed,) = json.loads(out)
    assert (listed["run_id"], listed["breaks"]) == (told["run_id"], len(breaks))
    _, out, err = terminal("reconcile", "show", listed["run_id"], "-o", "json")
    assert json.loads(out) == told
    assert f"{source}, {DAY}: {len(breaks)} breaks" in err
    assert terminal.world.check_books() == {}


def test_another_day_has_no_trades_and_the_same_positions(terminal: Terminal) -> None:
    code, told = terminal.compare("venue", terminal.export("venue"), "2012-06-05")
    assert code == 2
    assert [b["kind"] for b in told["breaks"]] == ["missing_here", "missing_here"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("kind,reference\n", "no column asset, side, quantity, price"),
        ("{h}\ntransfer,A,USD,incoming,1.0.0,\n", "line 2: quantity"),
        ("{h}\ntransfer,A,USD,up,1,\n", "line 2: a transfer has a reference"),
        ("{h}\ntransfer,,USD,incoming,1,\n", "line 2: a transfer has a reference"),
        ("{h}\ntrade,A,AAA,buy,1,100\n", "line 2: kind"),
    ],
)
def test_a_wrong_statement_leaves_no_run(terminal: Terminal, content: str, message: str) -> None:
    file = terminal.root / "bad.csv"
    file.write_text(content.replace("{h}", ",".join(COLUMNS)))
    code, _, err = terminal("reconcile", str(file), "--source", "bank", "--date", DAY)
    assert (code, message in err) == (64, True), err
    assert terminal.world.value("select count(*) from reconciliation_runs") == 0


def test_months(terminal: Terminal) -> None:
    code, out, _ = terminal("month", "close", "-o", "json")
    assert (code, json.loads(out)) == (0, [])
    code, out, _ = terminal("month", "list", "-o", "json")
    assert (code, json.loads(out)) == (0, [])
    code, out, _ = terminal("month", "detach", "--before", "2012-01-01", "-o", "json")
    assert (code, json.loads(out)) == (0, [])
    code, _, err = terminal("month", "detach", "--before", "2012-01-02")
    assert code == 64
    assert "first day of a month" in err
