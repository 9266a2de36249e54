"""The randomisation test beside every way to flip the signs."""

from itertools import product

import numpy as np
import pytest

from eval.significance import randomisation_test


def exact(differences: np.ndarray) -> float:
    """How many of all ways to flip the signs give a sum that is as far from zero."""
    flips = np.array(list(product([-1.0, 1.0], repeat=len(differences))))
    as_far = np.abs(flips @ differences) >= abs(differences.sum()) - 1e-9
    return float(as_far.mean())


def test_three_gains_of_three_come_by_chance_once_in_four_times() -> None:
    # +++ and --- of the eight ways are as far from zero.
    p = randomisation_test(np.ones((3, 1)))
    assert p == pytest.approx([2 / 8], abs=0.015)


def test_it_agrees_with_all_flips() -> None:
    random = np.random.default_rng(1)
    for shift in (0.0, 0.2, 0.6):
        differences = random.normal(shift, 0.5, size=(10, 2))
        p = randomisation_test(differences)
        assert p == pytest.approx([exact(column) for column in differences.T], abs=0.02)


def test_no_difference_is_certainly_chance_and_a_large_one_hardly() -> None:
    differences = np.stack([np.zeros(200), np.full(200, 0.1)], axis=1)
    assert randomisation_test(differences).tolist() == [1.0, 1 / 10_001]


def test_the_same_differences_have_the_same_p_whichever_way_round() -> None:
    differences = np.random.default_rng(2).normal(0.1, 1.0, size=(40, 1))
    once = randomisation_test(differences)
    assert once == randomisation_test(differences)
    assert once == randomisation_test(-differences)
