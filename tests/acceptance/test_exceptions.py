"""Operators on the command line, over HTTP and in process: exceptions, and two pairs of eyes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from financebuy.cli import run
from tests.support.databases import Database, clone
from tests.support.directories import add_demo_users, write_data_directory
from tests.support.world import World, bust


@pytest.fixture(scope="module")
def platform(
    template: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, World]]:
    root = tmp_path_factory.mktemp("operators") / "data"
    with clone(template) as database, World(database) as world:
        write_data_directory(root, database)
        world.open_market()
        add_demo_users(root)
        yield root, world


class Terminal:
    """`financebuy`, and a second operator besides the demo's."""

    def __init__(self, root: Path, world: World, capture: pytest.CaptureFixture[str]) -> None:
        self.root, self.world, self.capture = root, world, capture
        self.second = str(world.staff().user_id)

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self.capture.readouterr()
        code = run([*arguments, "--data", str(self.root)])
        printed = self.capture.readouterr()
        return code, printed.out, printed.err

    def json(self, *arguments: str) -> Any:
        code, out, err = self(*arguments, "-o", "json")
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def financebuy(platform: tuple[Path, World], capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(*platform, capsys)


def test_an_exception_from_the_list_to_its_end(financebuy: Terminal) -> None:
    financebuy.world.accepted("execution_busted", bust("what was that"))
    (found,) = financebuy.json("exceptions", "list")
    assert (found["kind"], found["state"]) == ("unknown_execution", "open")
    name = found["exception_id"]
    shown = financebuy.json("exceptions", "show", name)
    assert shown["detail"]["ref_venue_execution_id"] == "what was that"
    assigned = financebuy.json("exceptions", "assign", name, "--to", financebuy.second)
    assert (assigned["state"], assigned["assigned_to"]) == ("assigned", financebuy.second)
    resolved = financebuy.json("exceptions", "resolve", name, "the venue was mistaken")
    assert (resolved["state"], resolved["resolution"]) == ("resolved", "the venue was mistaken")
    assert financebuy.json("exceptions", "list") == []
    code, _, err = financebuy("exceptions", "resolve", name, "again")
    assert (code, "resolved before" in err) == (1, True)


def test_a_payment_is_reversed_by_two(financebuy: Terminal) -> None:
    user = financebuy.world.user()
    account = financebuy.world.account(user, 75)
    paid = financebuy.world.value(
        "select transaction_id from transactions where account_id = %s", account
    )
    asked = financebuy.json("reverse", str(paid), "--reason", "twice by mistake")
    assert (asked["action"], asked["state"]) == ("reverse", "requested")
    code, _, err = financebuy("approve", "confirm", asked["approval_id"])
    assert (code, "another operator" in err) == (1, True)
    confirm = ("approve", "confirm", asked["approval_id"], "--as", financebuy.second)
    assert financebuy.json(*confirm)["state"] == "confirmed"
    query = "select balance from accounts where account_id = %s"
    assert financebuy.world.value(query, account) == 0


def test_a_fact_by_hand_is_declined(financebuy: Terminal) -> None:
    account = financebuy.world.account(financebuy.world.user())
    asked = financebuy.json(
        "fact", "deposit_received", "bank=sandbox", "bank_reference=by-phone", "amount=5",
        "currency=USD", f"account_id={account}", "--reason", "the bank called",
    )  # fmt: skip
    waiting = financebuy.json("approve", "list")
    assert [each["approval_id"] for each in waiting] == [asked["approval_id"]]
    no = financebuy.json(
        "approve", "decline", asked["approval_id"], "--note", "no", "--as", financebuy.second
    )
    assert (no["state"], no["note"]) == ("declined", "no")
    assert financebuy.json("approve", "show", asked["approval_id"])["state"] == "declined"
    code, _, _ = financebuy("fact", "deposit_received", "bank", "--reason", "r")
    assert code == 64


def test_what_takes_two_says_how_to_ask(financebuy: Terminal) -> None:
    """Where money is real; and for roles by which somebody confirms."""
    world = financebuy.world
    symbol = f"Q{len(world.rows('select symbol from securities'))}"
    world.security(symbol)
    terms = ("cash_dividend", symbol, "2012-06-11")
    named = ("provider=exchange", "provider_action_id=n-1", f"symbol={symbol}")
    with world.real_money():
        code, _, err = financebuy(
            "action", "announce", *terms, "--pay-date", "2012-07-02", "--cash", "0.5"
        )
        assert (code, "financebuy fact corporate_action " in err) == (1, True)
        asked = financebuy.json(
            "fact", "corporate_action", *named, "kind=cash_dividend", "ex_date=2012-06-11",
            "pay_date=2012-07-02", "cash_per_share=0.5", "--reason", "the exchange's notice",
        )  # fmt: skip
        confirm = ("approve", "confirm", asked["approval_id"], "--as", financebuy.second)
        done = financebuy.json(*confirm)
        assert done["state"] == "confirmed"
    (found,) = financebuy.json("action", "list", "--symbol", symbol)
    assert (found["action_id"], found["cash_per_share"]) == (done["effect_id"], "0.5")
    one, two = (str(world.staff("admin").user_id) for _ in range(2))
    colleague = str(world.staff("read").user_id)
    code, _, err = financebuy("user", "role", colleague, "operate", "--as", one)
    assert (code, "user role" in err) == (1, True)
    asked = financebuy.json(
        "user", "role", colleague, "operate", "--reason", "begins on Monday", "--as", one
    )
    confirm = ("approve", "confirm", asked["approval_id"], "--as", two)
    assert financebuy.json(*confirm)["state"] == "confirmed"
    assert world.value("select role from staff_roles where user_id = %s", colleague) == "operate"
