"""Draw 10^8 values of every distribution in every number format, and test whether they have the right distribution.

::

    python -m tests.certificate                         # about half an hour of one core
    python -m tests.certificate --draws 500000          # a slice, as on every push
    python -m tests.certificate --only float8 --json certificate.json

Exit code 1 means an alarm, 2 an error in the options. See ``job.py`` for the thresholds.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.certificate.job import FALSE_ALARMS, FULL, OTHERS, TESTS, Part, alarms, case_names, run
from tests.certificate.tally import CHUNK


def main(arguments: list[str] | None = None) -> int:
    """Run the certificate and print the results."""
    parser = argparse.ArgumentParser(prog="python -m tests.certificate", description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=float, default=FULL, help="of each case; rounded up to whole chunks")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="the cases whose names contain this")
    parser.add_argument("--json", type=Path, help="write every test there")
    options = parser.parse_args(arguments)
    count = max(1, math.ceil(options.draws / CHUNK)) * CHUNK
    if not any(options.only in name for name in (*case_names(), *OTHERS)):
        parser.error(f"--only: no case has '{options.only}' in its name; one is 'he_normal float32'")
    parts = []
    for part in run(count, options.seed, options.only):
        parts.append(part)
        print(f"{part.name}: {part.seconds:.1f} s", file=sys.stderr, flush=True)
    tests = [test for part in parts for test in part.tests]
    found = alarms(tests)
    console = Console(width=None if sys.stdout.isatty() else 150)
    console.print(table(parts))
    console.print(summary(parts, count), highlight=False)
    for test in found:
        console.print(f"ALARM: {test.case}: {test.question}: {test.statistic:.6g}, p = {test.pvalue:.2g}")
    if options.json:
        options.json.write_text(json.dumps(report(parts, count, options.seed), indent=1) + "\n")
    return int(bool(found))


def table(parts: list[Part]) -> Table:
    """Return a line for each case, with its smallest p-value."""
    rows = Table(box=None, pad_edge=False)
    for title in ("case", "draws", "tests", "smallest p", "of", "alarms", "seconds"):
        rows.add_column(title, justify="left" if title in ("case", "of") else "right", overflow="fold")
    for part in parts:
        least = min(part.tests, key=lambda test: test.pvalue)
        alarmed = str(len(alarms(part.tests)))
        cells = part.name, f"{part.draws:,}", str(len(part.tests)), f"{least.pvalue:.2g}", least.question
        rows.add_row(*cells, alarmed, f"{part.seconds:.1f}")
    return rows


def summary(parts: list[Part], count: int) -> str:
    """Return the verdict over all tests."""
    tests = [test for part in parts for test in part.tests]
    few = ", ".join(
        f"{sum(test.pvalue < level for test in tests)} below {level:g} ({len(tests) * level:.3g} expected)"
        for level in (0.01, 0.001, 0.0001)
    )
    return (
        f"\n{len(tests)} tests of {count:,} draws each in {sum(part.seconds for part in parts):,.0f} s; "
        f"p-values: {few}\n"
        f"{len(alarms(tests))} alarms at a family-wise error rate of {FALSE_ALARMS} over {TESTS} tests (Holm)"
    )


def report(parts: list[Part], count: int, seed: int) -> dict[str, object]:
    """Return all results as plain values, for a program."""
    tests = [test for part in parts for test in part.tests]
    return {
        "draws": count,
        "seed": seed,
        "tests": len(tests),
        "false_alarms": FALSE_ALARMS,
        "alarms": [test._asdict() for test in alarms(tests)],
        "cases": [
            {
                "name": part.name,
                "seconds": round(part.seconds, 1),
                "tests": [test._asdict() for test in part.tests],
            }
            for part in parts
        ],
    }


if __name__ == "__main__":
    raise SystemExit(main())
