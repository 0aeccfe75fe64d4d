"""One square orthogonal matrix in float32, against `torch.nn.init.orthogonal_` and a former build, each in its own process in turn."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

SIZES = (256, 512, 1024, 2048, 4096)


class Taken(NamedTuple):
    """Seconds on the clock and of processor time, of all threads."""

    clock: float
    processor: float


def by_winitgen(size: int) -> Callable[[], object]:
    """Return what draws a matrix."""
    from winitgen.drawing.whole.orthogonal import Orthogonal

    return lambda: Orthogonal(1, size, size, 1.0).array(bytes(16), "float32")


def by_torch(size: int) -> Callable[[], object]:
    """Return what draws a matrix, allocated anew as winitgen's is."""
    import torch

    return lambda: torch.nn.init.orthogonal_(torch.empty(size, size))


def timed(draw: Callable[[], object]) -> Taken:
    """Run it once."""
    clock, processor = time.perf_counter(), time.process_time()
    draw()
    return Taken(time.perf_counter() - clock, time.process_time() - processor)


def measured(side: str, size: int, package: str | None) -> Taken:
    """Return the figures of one process; ``package`` is the folder of a former build."""
    surroundings = os.environ | ({} if package is None else {"PYTHONPATH": package})
    surroundings.pop("OMP_NUM_THREADS", None)
    command = [sys.executable, __file__, "--child", side, "--sizes", str(size)]
    return Taken(*json.loads(subprocess.check_output(command, env=surroundings, text=True)))


def main() -> None:
    """Print a table of medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="processes of each (%(default)s)")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="rows and columns")
    parser.add_argument("--former", help="the folder that holds a former build's package, to be timed too")
    parser.add_argument("--child", choices=["winitgen", "torch"], help="measure once, and print JSON")
    given = parser.parse_args()
    if given.child:
        by = by_torch if given.child == "torch" else by_winitgen
        by(700)()  # libraries are loaded, and threads were started once
        print(json.dumps(timed(by(given.sizes[0]))))
        return
    sides = {"winitgen": ("winitgen", None), "torch": ("torch", None)}
    if given.former:
        sides["former"] = ("winitgen", given.former)
    print(f"{'clock, processor in s':22}" + "".join(f"{name:>18}" for name in sides) + "   winitgen / torch")
    for size in given.sizes:
        runs = [
            {name: measured(side, size, package) for name, (side, package) in sides.items()}
            for _ in range(given.runs)
        ]
        found = {
            name: Taken(
                *(statistics.median(column) for column in zip(*(run[name] for run in runs), strict=True))
            )
            for name in sides
        }
        line = "".join(f"{one.clock:10.3f} {one.processor:7.3f}" for one in found.values())
        ratios = (ours / theirs for ours, theirs in zip(found["winitgen"], found["torch"], strict=True))
        print(f"{size:22}{line}   {next(ratios):8.2f} {next(ratios):7.2f}", flush=True)


if __name__ == "__main__":
    main()
