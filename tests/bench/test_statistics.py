"""Figures of rounds."""

import pytest

from financebuy.bench.statistics import Figure, ratio


def test_the_median_and_the_quartiles() -> None:
    assert Figure.of([5.0, 1.0, 4.0, 2.0, 3.0]) == Figure(3.0, 2.0, 4.0)


def test_one_round_has_no_spread() -> None:
    assert Figure.of([7.0]) == Figure(7.0, 7.0, 7.0)


def test_no_round_has_no_figure() -> None:
    with pytest.raises(ValueError, match="needs a round"):
        Figure.of([])


def test_a_ratio_is_taken_round_by_round() -> None:
    # A slow second round hits both: of the medians the ratio would be 30 / 10.
    ours, theirs = [40.0, 10.0, 30.0], [10.0, 5.0, 12.0]
    assert ratio(ours, theirs) == Figure(2.5, 2.25, 3.25)


def test_rounds_of_different_runs_are_not_compared() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratio([1.0, 2.0], [1.0])


def test_a_rival_that_did_nothing_is_no_yardstick() -> None:
    with pytest.raises(ValueError, match="did nothing"):
        ratio([1.0, 2.0], [1.0, 0.0])
