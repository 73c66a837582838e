"""Rounds: everybody once, in an order that nobody is always first or last in."""

from collections import Counter

from financebuy.bench.turns import shuffled_rounds

PEOPLE = tuple("abcdefgh")


def test_everybody_has_one_turn_in_each_round() -> None:
    rounds = shuffled_rounds(PEOPLE, 20, seed=3)
    assert len(rounds) == 20
    assert all(sorted(each) == sorted(PEOPLE) for each in rounds)


def test_each_round_has_an_order_of_its_own() -> None:
    rounds = shuffled_rounds(PEOPLE, 20, seed=3)
    assert len({tuple(each) for each in rounds}) == 20


def test_everybody_is_early_and_late() -> None:
    rounds = shuffled_rounds(PEOPLE, 400, seed=1)
    firsts = Counter(each[0] for each in rounds)
    lasts = Counter(each[-1] for each in rounds)
    for counted in (firsts, lasts):
        # 50 each is expected; 20 less is more than four standard deviations.
        assert set(counted) == set(PEOPLE)
        assert min(counted.values()) > 20


def test_a_seed_is_an_order() -> None:
    assert shuffled_rounds(PEOPLE, 5, seed=7) == shuffled_rounds(PEOPLE, 5, seed=7)
    assert shuffled_rounds(PEOPLE, 5, seed=7) != shuffled_rounds(PEOPLE, 5, seed=8)
