"""Which of several processes writes which shards, balanced by bytes; each can tell on its own."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heapreplace


def shares(sizes: Sequence[int], count: int) -> list[list[int]]:
    """Return the numbers of the shards that each of ``count`` processes writes.

    ``sizes`` are the bytes of the shards. The largest shard that is left goes to the process that has the fewest
    bytes, which is the rule "longest processing time first" of Graham (1969): no process gets more than 4/3 of
    the best possible maximum. Of equal shards and of equal processes the one with the lower number is first.

    >>> shares([5, 9, 5, 1], 2)
    [[1, 3], [0, 2]]
    """
    found: list[list[int]] = [[] for _ in range(count)]
    loads = [(0, process) for process in range(count)]
    heapify(loads)
    for number in sorted(range(len(sizes)), key=lambda number: (-sizes[number], number)):
        load, process = loads[0]
        found[process].append(number)
        heapreplace(loads, (load + sizes[number], process))
    return [sorted(numbers) for numbers in found]
