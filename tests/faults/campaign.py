"""All faults, or a slice of them: ``python -m tests.faults.campaign`` runs all and prints a table.

Runs as root, on Linux on x86-64, with Debian's ``faketime`` and ``locales``; it takes about half an hour on two
processors. ``--slice`` runs what the tests run; names of parts run only these.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, NamedTuple

from tests.faults import (
    full_disks,
    points,
    races,
    random_times,
    ranks,
    sharded,
    surroundings,
    targets,
    verdicts,
)
from tests.faults.workers import failures, spread


class Part(NamedTuple):
    """One kind of fault: the function run on each point, all points, a slice of them, and the least expected number."""

    work: Callable[[Any], str]
    every: Callable[[], Iterable[Any]]
    some: Callable[[], Iterable[Any]]
    least: int


def _kills() -> list[points.Point]:
    return list(chain.from_iterable(found for _, found in spread(points.kill_points, points.scenarios())))


def _thread_kills() -> list[points.Point]:
    return list(chain.from_iterable(found for _, found in spread(points.kill_points, points.LARGE)))


def _errors() -> list[points.Point]:
    return list(chain.from_iterable(found for _, found in spread(points.error_points, points.scenarios())))


def _variations() -> list[tuple[str, surroundings.Surroundings]]:
    surroundings.languages()
    return list(surroundings.variations())


PARTS = {
    "signals at each call": Part(verdicts.killed, _kills, lambda: points.sample(_kills(), 80), least=150),
    "signals at calls of several threads": Part(
        verdicts.killed, _thread_kills, lambda: _thread_kills()[::37], least=10
    ),
    "signals at random times": Part(
        random_times.killed, lambda: random_times.moments(600), lambda: random_times.moments(48), least=48
    ),
    "errors and short writes at each call": Part(
        verdicts.failed, _errors, lambda: points.sample(_errors(), 80), least=200
    ),
    "full disks": Part(
        full_disks.written,
        lambda: full_disks.points(whole=True),
        lambda: [*full_disks.points(whole=False), *list(full_disks.points(whole=True))[::35]],
        least=800,
    ),
    "kills of runs that write shards": Part(
        sharded.killed, lambda: sharded.moments(240), lambda: sharded.moments(12), least=12
    ),
    "full disks, shards": Part(sharded.filled, sharded.pages, lambda: list(sharded.pages())[::4], least=4),
    "targets": Part(targets.written, targets.targets, targets.targets, least=60),
    "races of three": Part(races.run, lambda: races.races(20), lambda: races.races(1), least=12),
    "ranks killed at random times": Part(
        ranks.killed, lambda: ranks.kills(50), lambda: ranks.kills(4), least=4
    ),
    "surroundings": Part(surroundings.written, _variations, lambda: _variations()[::5], least=25),
}


def main() -> int:
    """Run the parts that the command line names; return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", nargs="*", default=list(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--each", type=int, default=1, help="only one of so many points (%(default)s)")
    parser.add_argument("--slice", action="store_true", help="the points that the tests run")
    given = parser.parse_args()
    wrong: list[str] = []
    print(f"{'':40}{'points':>8}{'seconds':>9}{'failures':>10}")
    for name in given.part:
        part, began = PARTS[name], time.monotonic()
        found_points = part.some() if given.slice else part.every()
        count, found = failures(part.work, list(found_points)[:: given.each])
        print(f"{name:40}{count:8}{time.monotonic() - began:9.0f}{len(found):10}", flush=True)
        wrong += found
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
