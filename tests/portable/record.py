"""Maintains the recorded hashes: ``python -m tests.portable.record`` adds new ones.

This script never changes a recorded hash, unless ``--replace`` names it: it is a promise to
everyone who stored one. Values may only change together with the number of the stream.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

GOLDENS = Path(__file__).with_name("goldens.json")


def recorded(path: Path = GOLDENS) -> dict[str, str]:
    """Return every recorded hash by name."""
    hashes: dict[str, str] = json.loads(path.read_text())["sha256"]
    return hashes


def merged(
    old: Mapping[str, str], found: Mapping[str, str], replace: Sequence[str] = ()
) -> tuple[dict[str, str], list[str]]:
    """Return the hashes to keep, and a line for each reason not to write them."""
    wrong = [
        f"{name}: recorded {old[name]}, found {digest}; if the promise may be broken: --replace '{name}'"
        for name, digest in found.items()
        if name not in replace and old.get(name, digest) != digest
    ]
    wrong += [f"{name}: recorded, but no longer computed" for name in old if name not in {*found, *replace}]
    wrong += [f"{name}: not among the recorded ones" for name in replace if name not in old]
    return dict(sorted(found.items())), wrong


def save(hashes: Mapping[str, str], path: Path) -> None:
    """Write the table, one hash on each line."""
    from winitgen.planning.plan import STREAM

    path.write_text(json.dumps({"stream": STREAM, "sha256": dict(hashes)}, indent=1) + "\n")


def main(arguments: Sequence[str] | None = None, path: Path = GOLDENS) -> int:
    """Compute everything, and record new hashes."""
    from tests.portable.compute import GROUPS, USUAL, compute

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replace", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--groups", nargs="+", default=list(USUAL), choices=list(GROUPS))
    options = parser.parse_args(arguments)
    old = recorded(path) if path.exists() else {}
    others = {name: digest for name, digest in old.items() if name.split("/")[0] not in options.groups}
    hashes, wrong = merged(old, others | compute(options.groups), options.replace)
    for line in wrong:
        print(line)
    if wrong:
        return 1
    save(hashes, path)
    print(f"{len(hashes)} hashes, {len(hashes.keys() - old.keys())} of them new")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
