"""What is said of a gradient that verdicts cannot judge, because it is 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any


def notes(runs: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield a note for each run whose gradient is 0 at the last of its hidden layers, against which it would be judged."""
    for run in runs:
        reached = [row for row in run["layers"] if row["gradient"] is not None]
        silent = [row["layer"] for row in reached if row["gradient"]["std"] == 0]
        if run["measured"]["gradient"] is None and silent:
            name = f"{run['label']}: " if len(runs) > 1 else ""
            yield (
                f"{name}the gradient is 0 at {len(silent):,} of {len(reached):,} layers, the last of them {silent[-1]}, as it is "
                f"behind weights of 0: whether it vanishes or explodes is not judged"
            )
