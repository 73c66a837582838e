"""`financebuy keys`, `payment` and `document`, as they are typed."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from financebuy import cli
from financebuy.bootstrap import Platform
from financebuy.services import identity
from financebuy.services.identity import NewUser
from tests.privacy.conftest import STAFF, Place, person
from tests.support.world import deposit

CODES = {"usage": 64, "failed": 1, "good": 0}


class Typed:
    """A terminal that answers in JSON; `typed` is what comes by a pipe."""

    def __init__(
        self, place: Place, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch
    ) -> None:
        self._place, self._capsys, self._patch = place, capsys, patch

    def __call__(self, *words: str, code: int = 0, typed: str = "") -> Any:
        self._patch.setattr("sys.stdin", io.StringIO(typed + "\n"))
        self._capsys.readouterr()
        found = cli.run([*words, "--data", str(self._place.root)])
        printed = self._capsys.readouterr()
        assert found == code, printed.err
        return json.loads(printed.out) if printed.out.startswith(("{", "[")) else printed.err


@pytest.fixture
def terminal(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Typed:
    return Typed(place, capsys, monkeypatch)


def test_keys_rotate_and_die(place: Place, terminal: Typed) -> None:
    place.run(person)
    as_json = ("-o", "json")
    assert [s["state"] for s in terminal("keys", "status", *as_json)] == ["active"]
    done = terminal("keys", "rotate", *as_json)
    assert (done["epoch"], done["rewrapped"], done["unreadable"]) == (2, 1, 0)
    states = terminal("keys", "status", *as_json)
    assert [(s["epoch"], s["state"], s["data_keys"]) for s in states] == [
        (1, "retired", 0), (2, "active", 1),
    ]  # fmt: skip
    assert "backups" in terminal("keys", "destroy", "1", "--yes", code=CODES["failed"])
    terminal("keys", "destroy", "1", code=130)
    terminal("keys", "destroy", "1", "--yes", "--lose-backups")
    assert terminal("keys", "status", *as_json)[0]["state"] == "destroyed"
    assert "tree" in terminal("keys", "rotate", "--tree", "oak", code=CODES["usage"])


def test_a_key_that_nobody_can_open_is_a_finding(place: Place, terminal: Typed) -> None:
    place.run(person)
    user = place.world.user()  # whose key is no key
    assert str(user.user_id) in terminal("keys", "rotate", code=2)
    assert terminal("keys", "status", "-o", "json")[0]["data_keys"] == 1


def test_a_key_is_due_after_thirty_days(place: Place, terminal: Typed) -> None:
    """Not a minute before; a new epoch is due no more, and a retired one never is."""
    place.run(person)
    as_json = ("-o", "json")
    for older, due in (("-1 minute", False), ("1 minute", True)):
        place.world.admin.execute(
            "update key_epochs set created_at = now() - interval '30 days' - %s::interval",
            (older,),
        )
        assert [s["due"] for s in terminal("keys", "status", *as_json)] == [due]
    terminal("keys", "rotate")
    assert [s["due"] for s in terminal("keys", "status", *as_json)] == [False, False]


def test_card_numbers_in_texts_are_a_finding(place: Place, terminal: Typed) -> None:
    user = place.world.user()
    account = place.world.account(user, 10)
    assert terminal("check", "cards", "-o", "json") == []
    paid = deposit(account, 1, bank_reference="card 4111 1111 1111 1111")
    place.world.accepted("deposit_received", paid)
    found = terminal("check", "cards", "-o", "json", code=2)
    assert {"transactions"} <= {each["table_name"] for each in found}
    assert {each["last_four"] for each in found} == {"1111"}
    assert "4111" not in json.dumps(found)


def test_a_number_is_typed_and_not_passed(place: Place, terminal: Typed) -> None:
    who = ("--as", str(place.run(person)), "-o", "json")
    made = terminal("payment", "add", "iban", *who, typed="GB82 WEST 1234 5698 7654 32")
    assert made["last_four"] == "5432"
    assert [m["token"] for m in terminal("payment", "list", *who)] == [made["token"]]
    found = terminal("payment", "number", made["payment_method_id"], "-o", "json")
    assert found == {"number": "GB82WEST12345698765432"}
    error = terminal("payment", "add", "card", *who, typed="4242424242424241", code=64)
    assert "number: the check digits are not those of a card number" in error
    assert "4242" not in error
    terminal("payment", "remove", made["payment_method_id"], *who[:2])
    assert terminal("payment", "list", *who) == []


def test_a_document_is_kept_and_shown(
    place: Place, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    content = b"%PDF-1.7 \xff\x00 a passport"
    (tmp_path / "grace.pdf").write_bytes(content)
    user = str(place.run(person))
    data = ("--data", str(place.root))
    file = str(tmp_path / "grace.pdf")
    assert cli.run(["document", "add", user, "passport", file, "-o", "json", *data]) == 0
    made = json.loads(capfdbinary.readouterr().out)
    assert (made["media_type"], made["byte_count"]) == ("application/pdf", len(content))
    assert cli.run(["document", "show", made["document_id"], *data]) == 0
    assert capfdbinary.readouterr().out == content
    assert cli.run(["document", "remove", made["document_id"], *data]) == 0
    capfdbinary.readouterr()
    assert cli.run(["document", "list", user, "-o", "json", *data]) == 0
    assert json.loads(capfdbinary.readouterr().out) == []


def test_a_person_is_shredded(place: Place, terminal: Typed) -> None:
    async def register(platform: Platform) -> None:
        await identity.create_user(platform, STAFF, NewUser("grace@example.com", "Grace"))

    place.run(register)
    assert terminal("user", "show", "grace@example.com", "-o", "json")["first_name"] == "Grace"
    terminal("keys", "shred", "grace@example.com", code=130)
    terminal("keys", "shred", "grace@example.com", "--yes")
    terminal("user", "show", "grace@example.com", code=CODES["failed"])
    place.run(register)
