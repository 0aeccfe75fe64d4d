"""Medians, quartiles, ratios, and the JSON of a run."""

import msgspec
import pytest

from tests.bench.results import FORMER, LIMIT, OURS, PEER, Entry, Results, Row, columns, from_json

WINITGEN = Entry("winitgen", OURS, (2.0, 1.0, 4.0, 3.0, 9.0), (1.0,) * 5, (50.0,) * 5)
TORCH = Entry("PyTorch", PEER, (6.0, 8.0, 10.0, 12.0, 14.0))
ABSENT = Entry("JAX", PEER, note="jax missing")
ROW = Row("large", "1 GiB", "s", (WINITGEN, TORCH, ABSENT))


def test_the_median_and_the_quartiles_are_those_of_sorted_runs() -> None:
    """Of 1 2 3 4 9: the middle one, and the ones beside it."""
    assert (3.0, (2.0, 4.0)) == (WINITGEN.median, WINITGEN.quartiles)


def test_quartiles_between_runs_are_interpolated() -> None:
    """Of 0 and 8 they are a quarter of the way in; a single run is its own."""
    assert (2.0, 6.0) == Entry("", PEER, (8.0, 0.0)).quartiles
    assert (5.0, 5.0) == Entry("", PEER, (5.0,)).quartiles


def test_a_ratio_is_of_the_medians_and_its_quartiles_are_of_runs_side_by_side() -> None:
    """10 / 3; and 6/2, 8/1, 10/4, 12/3, 14/9, of which the middle half is 2.5 to 4."""
    assert 10 / 3 == ROW.ratio(TORCH)
    assert (2.5, 4.0) == ROW.ratios(TORCH)


def test_one_run_has_a_ratio_without_quartiles() -> None:
    """There is nothing between which the middle half lies."""
    once = Entry("PyTorch", PEER, (6.0,))

    assert (2.0, None) == (ROW.ratio(once), ROW.ratios(once))


def test_there_is_no_ratio_without_figures() -> None:
    """Neither of a contender that was not measured, nor to a winitgen that was not."""
    alone = Row("large", "1 GiB", "s", (Entry("winitgen", OURS, note="failed"), TORCH))

    assert (None, None) == (ROW.ratio(ABSENT), ROW.ratios(ABSENT))
    assert (None, None) == (alone.ratio(TORCH), alone.ratios(TORCH))


def test_columns_stand_in_the_order_of_kinds() -> None:
    """Limits come last, though a row names one first; of a kind, the first that appears is first."""
    rows = [
        Row("g", "a", "s", (Entry("dd", LIMIT), Entry("winitgen", OURS), Entry("NumPy", PEER))),
        Row("g", "b", "s", (Entry("PyTorch", PEER), Entry("former", FORMER))),
    ]

    assert ["winitgen", "former", "NumPy", "PyTorch", "dd"] == columns(rows)


def test_json_reads_back_as_it_was() -> None:
    """Every figure and every note."""
    results = Results("2026-01-02", {"cores": "2"}, {"numpy": "2.0"}, 5, quick=True, rows=(ROW,))

    assert results == from_json(results.to_json())


def test_json_that_is_no_run_is_refused() -> None:
    """The message names the field."""
    with pytest.raises(msgspec.ValidationError, match=r"^Object missing required field `date`$"):
        from_json(b"{}")
