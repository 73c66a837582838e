"""How long a session lasts: 30 minutes without use, 12 hours in all."""

from datetime import timedelta

import msgspec
import pytest
from valkey import Valkey

from financebuy.services.sign_in import IDLE_SECONDS, LONGEST_SECONDS, Session
from tests.support.api import Api
from tests.support.people import Person
from tests.support.valkey import ValkeyServer


class Kept:
    """The only session of a Valkey, as it is kept there."""

    def __init__(self, valkey: ValkeyServer) -> None:
        self.client = Valkey.from_url(valkey.url)
        self.before = set(self.client.scan_iter("session:*"))

    @property
    def name(self) -> bytes:
        (name,) = set(self.client.scan_iter("session:*")) - self.before
        return bytes(name)

    def seconds_left(self) -> float:
        return float(self.client.pttl(self.name)) / 1000

    def let_pass(self, seconds: float) -> None:
        """As if nobody had used it for so long."""
        self.client.pexpire(self.name, int((self.seconds_left() - seconds) * 1000))

    def make_older(self, seconds: float) -> None:
        """As if it had begun so much earlier."""
        found = msgspec.json.decode(self.client.get(self.name), type=Session)
        older = msgspec.structs.replace(found, began_at=found.began_at - timedelta(seconds=seconds))
        self.client.set(self.name, msgspec.json.encode(older), keepttl=True)


@pytest.fixture
def kept(valkey: ValkeyServer) -> Kept:
    return Kept(valkey)


def status(person: Person) -> int:
    return int(person.call("GET", "/fb/v1/me").status_code)


def test_it_ends_when_nobody_used_it_for_thirty_minutes(kept: Kept, somebody: Person) -> None:
    assert IDLE_SECONDS == 30 * 60
    assert IDLE_SECONDS - 60 < kept.seconds_left() <= IDLE_SECONDS
    # A minute before, its use begins the thirty minutes anew.
    kept.let_pass(IDLE_SECONDS - 60)
    assert kept.seconds_left() < 61
    assert status(somebody) == 200
    assert kept.seconds_left() > IDLE_SECONDS - 60
    kept.let_pass(IDLE_SECONDS + 1)
    assert status(somebody) == 401


def test_it_ends_after_twelve_hours_however_much_it_was_used(
    api: Api, kept: Kept, somebody: Person
) -> None:
    assert LONGEST_SECONDS == 12 * 3600
    # Whoever signed up just now has no session of yesterday: here it counts as one.
    api.world.admin.execute("update users set sessions_valid_from = null")
    kept.make_older(LONGEST_SECONDS - 120)
    assert status(somebody) == 200
    kept.make_older(121)
    assert status(somebody) == 401
