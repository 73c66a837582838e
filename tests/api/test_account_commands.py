"""The commands of accounts, transfers, currencies and fees, on a database of their own."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from financebuy.cli import run
from tests.support.api import serve
from tests.support.databases import Database, clone
from tests.support.directories import add_demo_users
from tests.support.world import World

Say = Callable[..., Any]


@pytest.fixture(scope="module")
def world(template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    data = tmp_path_factory.mktemp("commands") / "data"
    with (
        clone(template) as database,
        serve(database, data) as api,
        pytest.MonkeyPatch.context() as m,
    ):
        api.world.open_market()
        add_demo_users(data)
        m.setenv("FINANCEBUY_DATA", str(data))
        yield api.world


@pytest.fixture
def say(world: World, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command; returns what it printed as JSON, or with `fails` what it said and its code."""

    def command(*words: object, fails: bool = False) -> Any:
        code = run([*map(str, words), *([] if fails else ["-o", "json"])])
        told = capsys.readouterr()
        if fails:
            return code, told.err
        assert code == 0, told.err
        return json.loads(told.out)

    return command


def person(say: Say) -> str:
    address = f"{uuid4()}@example.com"
    say("user", "create", address)
    say("user", "kyc", address, "approved")
    return address


def test_a_joint_account_from_opening_to_closing(say: Say) -> None:
    ann, bob = person(say), person(say)
    account = say("account", "open", ann, "--type", "joint")["account_id"]
    owners = say("account", "add-owner", account, bob, "--role", "joint")
    assert [each["role"] for each in owners] == ["owner", "joint"]
    say("deposit", "10", "--account", account, "--as", bob)
    code, why = say("account", "status", account, "closed", fails=True)
    assert (code, "something under way" in why) == (1, True)
    say("fees", "charge", account, "10", "closing")
    assert say("account", "status", account, "closed")["status"] == "closed"
    code, why = say("account", "remove-owner", account, ann, fails=True)
    assert (code, "restricted or closed" in why) == (1, True)


def test_money_is_sent_converted_and_stated(say: Say, world: World) -> None:
    ann = person(say)
    dollars = say("account", "open", ann)
    other = say("account", "open", ann)["account_number"]
    euros = say("account", "open", ann, "--currency", "EUR")["account_id"]
    mine = ("--account", dollars["account_id"], "--as", ann)
    say("deposit", "100", *mine)
    sent = say("transfer", "send", "25", other, "--key", "once", *mine)
    assert say("transfer", "send", "25", other, "--key", "once", *mine) == {
        **sent, "replayed": True,
    }  # fmt: skip
    rate = say("currency", "rate", "USD", "EUR", "0.91237")["rate_id"]
    assert rate in [each["rate_id"] for each in say("currency", "rates", "--base", "USD")]
    made = say("transfer", "convert", "33.33", euros, "--rate", rate, *mine)
    assert made["target_amount"] == "30.41"
    assert len(say("transfer", "list", *mine)) == 2
    period = ("--from", "2012-06-01", "--to", "2012-07-01", "--time", "effective")
    lines = say("account", "statement", *period, *mine)
    assert [(line["transaction_type"], line["amount"], line["balance"]) for line in lines] == [
        ("opening", None, "0.00"), ("deposit", "100.00", "100.00"),
        ("transfer", "-25.00", "75.00"), ("conversion", "-33.33", "41.67"),
        ("closing", None, "41.67"),
    ]  # fmt: skip
    as_of = ("--as-of", "2012-06-04T23:00", "--time", "effective")
    assert say("account", "balance", *as_of, *mine)[0]["balance"] == "41.67"
    assert world.check_books() == {}


def test_currencies_and_fees_are_the_staffs(say: Say) -> None:
    assert say("currency", "add", "DKK") == {"code": "DKK", "scale": 2}
    assert {"code": "DKK", "scale": 2} in say("currency", "list")
    say("fees", "set", "buy", "--from", "2031-01-01", "--flat", "1.25", "--maximum", "9")
    (coming,) = say("fees", "list")
    assert (coming["state"], coming["flat"], coming["maximum"]) == ("coming", "1.25", "9")
    code, why = say("fees", "set", "buy", "--from", "2012-01-01", fails=True)
    assert (code, "effective_from" in why) == (64, True)


def test_what_was_detached_is_not_added_up(say: Say, world: World) -> None:
    ann = person(say)
    mine = ("--account", say("account", "open", ann)["account_id"], "--as", ann)

    def told(*words: str) -> bool:
        code, why = say("account", *words, *mine, fails=True)
        return (code, "detached" in why) == (64, True)

    world.admin.execute(
        "insert into closed_months values"
        " ('2019-04-01', 1, 1, '2019-04-20T00:00Z', '2019-06-01T00:00Z', '2020-06-01T00:00Z')"
    )
    try:
        for time, moment, refused in (
            ("recorded", "2019-04-01", True), ("recorded", "2019-04-30T23:59:59", True),
            ("recorded", "2019-03-31T23:59:59", False), ("recorded", "2019-05-01", False),
            ("effective", "2019-04-19", True), ("effective", "2019-04-20", False),
        ):  # fmt: skip
            assert told("balance", "--as-of", moment, "--time", time) == refused, (time, moment)
        for time, start, end, refused in (
            ("recorded", "2019-03-01", "2019-04-01", False),
            ("recorded", "2019-04-30", "2019-06-01", True),
            ("recorded", "2019-05-01", "2019-06-01", False),
            ("effective", "2019-04-20", "2019-06-01", True),
            ("effective", "2019-04-21", "2019-06-01", False),
        ):
            period = ("--from", start, "--to", end, "--time", time)
            assert told("statement", *period) == refused, (time, start, end)
    finally:
        world.admin.execute("delete from closed_months")
