"""Many more specs than a test has time for: ``python -m tests.hostile.campaign --valid 10000 --mutated 90000``.

Prints how many there were, their outcomes and the time; stops at the first failure.
"""

from __future__ import annotations

import resource
import time
from collections import Counter

import click
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.hostile import test_mutated, test_valid
from tests.hostile.models import Model, models
from tests.hostile.mutations import BROOD, broken


def many(count: int) -> settings:
    """Return settings for ``count`` examples, without a database."""
    return settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def valid(count: int, start: int) -> Counter[str]:
    """Check ``count`` valid specs; return the number in each layout and format."""
    found: Counter[str] = Counter()

    @seed(start)
    @many(count)
    @given(models(), test_valid.styles, test_valid.layouts, test_valid.forms)
    def run(model: Model, style: int, layout: str, form: str) -> None:
        planned = test_valid.check(model, style, layout, form)
        found.update(["valid", planned.layout, form])
        found["layers"] += len(planned.layers)

    run()
    return found


def mutated(count: int, start: int) -> Counter[str]:
    """Check ``count`` broken specs; return how many were still planned, and how many were refused."""
    found: Counter[str] = Counter()

    @seed(start)
    @many(-(-count // BROOD))
    @given(broken())
    def run(contents: list[bytes]) -> None:
        for content in contents:
            found.update(["mutated", "refused" if test_mutated.check(content) else "planned"])

    run()
    return found


@click.command()
@click.option("--valid", "valid_count", default=0, show_default=True)
@click.option("--mutated", "mutated_count", default=0, show_default=True)
@click.option("--seed", "start", default=1, show_default=True)
@click.option("--portion", default=1000, show_default=True, help="Specs between two lines of output.")
def main(valid_count: int, mutated_count: int, start: int, portion: int) -> None:
    """Check specs in portions, each with its own seed."""
    total: Counter[str] = Counter()
    began = time.perf_counter()
    for check, count in ((valid, valid_count), (mutated, mutated_count)):
        for first in range(0, count, portion):
            total += check(min(portion, count - first), start + first)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            shown = ", ".join(f"{number:,} {what}" for what, number in total.items())
            click.echo(f"{time.perf_counter() - began:.0f} s, {peak} MB: {shown}")


if __name__ == "__main__":
    main()
