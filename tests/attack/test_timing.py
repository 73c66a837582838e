"""How long a refusal takes tells nobody who is a customer."""

import random
import statistics
import time
from collections.abc import Callable

import pytest

from tests.attack.honest import Owner, network
from tests.support.api import Api, Key
from tests.support.people import Person

WRONG = "wrong horse battery"
ROUNDS = 25


def separation(one: list[float], other: list[float]) -> float:
    """The chance that a time of `one` is longer than one of `other`: 0.5 where nothing shows.

    The statistic of Mann and Whitney: it looks at ranks, so that a stall of the machine counts as
    one long time, however long.
    """
    pairs = [(a > b) + (a == b) / 2 for a in one for b in other]
    return sum(pairs) / len(pairs)


def timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def interleaved(
    first: Callable[[], object], second: Callable[[], object], rounds: int
) -> tuple[list[float], list[float]]:
    """Times of both, in an order that is drawn anew each round."""
    times: tuple[list[float], list[float]] = ([], [])
    drawn = random.Random(1)
    for _ in range(rounds):
        for which in drawn.sample((0, 1), 2):
            times[which].append(timed((first, second)[which]))
    return times


# For equal distributions of 25 and 25 the statistic stays within these bounds but once in 20 000
# times: its standard deviation is sqrt(51 / (12 * 25 * 25)) = 0.082.
LOW, HIGH = 0.17, 0.83


@pytest.fixture
def forgetful(api: Api) -> Callable[[], None]:
    """Attempts are not counted against each other: here their time is looked at."""
    return lambda: api.world.admin.execute("delete from sign_in_locks") and None


def test_signing_in_takes_as_long_for_a_stranger(
    api: Api, forgetful: Callable[[], None], tell: Callable[[str], None]
) -> None:
    known, stranger = Person(api).sign_up(), Person(api)

    def attempt(person: Person) -> None:
        forgetful()
        network = f"10.{random.randrange(256)}.{random.randrange(256)}.1"
        body = {"email": person.email, "password": WRONG}
        answer = person.call(
            "POST", "/fb/v1/auth/sign-in", body, headers={"X-Forwarded-For": network}
        )
        assert answer.status_code == 401

    times = interleaved(lambda: attempt(known), lambda: attempt(stranger), ROUNDS)
    found = separation(*times)
    tell(f"sign-in, {2 * ROUNDS} attempts: separation {found:.2f} (0.5 tells nothing)")
    assert LOW < found < HIGH


def test_signing_up_takes_as_long_with_an_address_that_is_taken(
    api: Api, tell: Callable[[str], None]
) -> None:
    known = Person(api).sign_up()

    def attempt(person: Person) -> None:
        person.network = network
        body = {"email": person.email, "password": WRONG}
        assert person.call("POST", "/fb/v1/auth/sign-up", body).status_code == 202

    times = interleaved(lambda: attempt(known), lambda: attempt(Person(api)), ROUNDS)
    found = separation(*times)
    taken, free = (statistics.median(each) for each in times)
    tell(
        f"sign-up, {2 * ROUNDS} attempts: separation {found:.2f}, medians {1000 * taken:.1f} ms"
        f" with a taken address and {1000 * free:.1f} ms with a free one"
    )
    assert LOW < found < HIGH
    # The same work: each attempt ends with a row of its own.
    assert (
        api.world.value("select count(*) from sign_in_attempts where outcome = 'taken'") == ROUNDS
    )


def test_the_measure_sees_a_hash_that_is_left_out(
    api: Api, forgetful: Callable[[], None], tell: Callable[[str], None]
) -> None:
    """The control: an attempt that is refused before the password is hashed stands out."""
    known, locked = Person(api).sign_up(), Person(api).sign_up()

    def attempt(person: Person, expected: int) -> None:
        body = {"email": person.email, "password": WRONG}
        network = {"X-Forwarded-For": f"10.{random.randrange(256)}.{random.randrange(256)}.1"}
        answer = person.call("POST", "/fb/v1/auth/sign-in", body, headers=network)
        assert answer.status_code == expected

    for _ in range(5):
        attempt(locked, 401)

    def fresh() -> None:
        api.world.admin.execute("delete from sign_in_locks where failures < 5")
        attempt(known, 401)

    times = interleaved(fresh, lambda: attempt(locked, 429), ROUNDS)
    found = separation(*times)
    tell(f"without the hash: separation {found:.2f}")
    assert found > HIGH


def test_a_key_takes_as_long_whether_its_id_is_known(
    api: Api, attacker: Owner, tell: Callable[[str], None]
) -> None:
    def attempt(key_id: str) -> None:
        # A new secret each time: what was just refused is asked anew anyway.
        key = Key(key_id, f"wrong{random.random()}")
        network = {"X-Forwarded-For": f"10.{random.randrange(256)}.{random.randrange(256)}.1"}
        assert api.call("GET", "/fb/v1/me", key, headers=network).status_code == 401

    rounds = 4 * ROUNDS
    times = interleaved(
        lambda: attempt(attacker.key.key_id), lambda: attempt("FB" + "A" * 18), rounds
    )
    found = separation(*times)
    tell(f"API keys, {2 * rounds} attempts: separation {found:.2f}")
    assert LOW < found < HIGH
