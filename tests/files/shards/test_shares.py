"""Which process writes which shards: all of them once, balanced, and the same everywhere."""

from __future__ import annotations

from itertools import product

import pytest

from winitgen.files.shards.shares import shares


@pytest.mark.parametrize(
    ("sizes", "count", "expected"),
    [
        pytest.param([5, 9, 5, 1], 2, [[1, 3], [0, 2]], id="the smallest joins the process with fewer bytes"),
        pytest.param([4, 4, 4, 4], 3, [[0, 3], [1], [2]], id="equal shards in their order"),
        pytest.param([7, 3], 4, [[0], [1], [], []], id="more processes than shards"),
        pytest.param([3, 3, 2, 2, 2], 2, [[0, 2, 4], [1, 3]], id="Graham's example, 7 where 6 is possible"),
        pytest.param([0, 0], 2, [[0, 1], []], id="shards without values"),
        pytest.param([2], 1, [[0]], id="one of each"),
    ],
)
def test_the_largest_goes_where_there_is_least(
    sizes: list[int], count: int, expected: list[list[int]]
) -> None:
    """The rule on a few sizes, by hand."""
    assert expected == shares(sizes, count)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize(
    "sizes", [[31, 29, 17, 13, 11, 7, 5, 3], [100, 1, 1, 1, 1, 1], [6, 6, 6, 4, 4, 4, 4]]
)
def test_no_process_has_more_than_four_thirds_of_the_best(sizes: list[int], count: int) -> None:
    """Every shard is written once, and the largest sum is within Graham's bound of the best of all divisions."""
    found = shares(sizes, count)
    best = min(
        max(
            sum(size for size, owner in zip(sizes, owners, strict=True) if owner == one)
            for one in range(count)
        )
        for owners in product(range(count), repeat=len(sizes))
    )

    assert list(range(len(sizes))) == sorted(number for numbers in found for number in numbers)
    assert (
        max(sum(sizes[number] for number in numbers) for numbers in found) <= (4 / 3 - 1 / (3 * count)) * best
    )


@pytest.mark.parametrize("sizes", [[5, 0, 9], [0, 0, 0], [1], [4, 4, 4, 4]])
def test_processes_beyond_the_shards_change_nothing(sizes: list[int]) -> None:
    """With more processes than shards the first have what they have alone, so no more of them need be looked at."""
    shards = len(sizes)

    assert shares(sizes, shards) + [[]] * 40 == shares(sizes, shards + 40)
