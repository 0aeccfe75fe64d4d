"""``python -m tests.bench`` measures everything, and shows a table, JSON and a plot."""

from __future__ import annotations

import argparse
import datetime
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from tests.bench.groups import GROUPS, comparisons, title
from tests.bench.machine import machine, versions
from tests.bench.measuring import rows
from tests.bench.options import Installed, Options, parser
from tests.bench.page import markdown, put
from tests.bench.plot import NoPlot, draw
from tests.bench.results import OtherRunError, Results, from_json
from tests.bench.table import show


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks that are asked for, and show them; return the exit code."""
    reads = parser()
    given = reads.parse_args(arguments)
    for name in given.only or ():
        if name not in GROUPS:
            reads.error(f"--only: there is no group '{name}'; the groups are {', '.join(GROUPS)}")
    if given.list:
        for name in GROUPS:
            print(f"{name:12} {title(name)}")
        return 0
    try:
        results = from_json(given.earlier.read_bytes()) if given.earlier else measured(given)
    except (OSError, msgspec.DecodeError) as error:
        option, file = ("--from", given.earlier) if given.earlier else ("--add", given.json)
        reads.error(f"{option}: {file} holds no run: {error}")
    except OtherRunError as error:
        reads.error(f"--add: {given.json} is of {error}; name another file with --json")
    except KeyboardInterrupt:
        print(f"broken off; groups that were measured before are in {given.json}", file=sys.stderr)
        return 130
    show(results)
    if given.markdown:
        put(markdown(results), given.markdown)
    try:
        draw(results, given.plot)
    except NoPlot as error:
        print(error, file=sys.stderr)
    return 0


def measured(given: argparse.Namespace) -> Results:
    """Measure the groups that are asked for, in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(dir=given.directory, prefix="winitgen-bench-") as directory:
        ours, former = Installed(Path(sys.executable)), Installed(given.python) if given.python else None
        runs = given.runs or (3 if given.quick else 7)
        options = Options(runs, given.quick, Path(directory), ours, former, given.peers)
        groups = [name for name in GROUPS if name in (given.only or GROUPS)]
        date = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        results = Results(date, machine(), versions(options), options.runs, options.quick)
        if given.add:
            results = results.with_others_of(from_json(given.json.read_bytes()), groups)
        return run(options, groups, given.json, results)


def run(given: Options, groups: list[str], json: Path, results: Results) -> Results:
    """Measure some groups; write the JSON after each, so that a run which is broken off keeps what it has."""
    begun = time.monotonic()
    for group in groups:
        for comparison in comparisons(group, given):
            work = comparison.work.replace("{case}", "all")
            print(f"{time.monotonic() - begun:6.0f} s  {group}: {work}", file=sys.stderr, flush=True)
            found = (*results.rows, *rows(group, comparison, given.runs, quick=given.quick))
            results = msgspec.structs.replace(results, rows=found)
        results = results.in_order(list(GROUPS))
        json.write_bytes(results.to_json())
    return results


if __name__ == "__main__":
    sys.exit(main())
