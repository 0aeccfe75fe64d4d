"""Measure what the families are in other releases of the library, beside the pinned one.

::

    python -m tests.families.versions                           # all families: about a minute for each ten
    python -m tests.families.versions bert gpt2                 # only these are measured again
    python -m tests.families.versions --versions 4.57.6,5.0.0   # other releases, for all families

Each release is installed into a folder of its own. It builds and saves the model of each case; winitgen writes the
file of the same config, as that release saved it; both files are compared, and the release reads winitgen's. What
differs is written into ``versions.json``, where a family of a release is one of:

- ``same``: nothing differs;
- ``absent``: the release has no such family;
- a mapping, in which ``+`` is a tensor that only the release's file has, ``-`` one that only winitgen's has, and
  "a, not b" is the release's and then winitgen's. ``names``, ``shapes``, ``formats``, ``laws``: how the files differ.
  ``defaults``: how they differ if the config leaves out what is the default. ``classes``: that the release has not.
  ``config``: why winitgen refuses the config that the release saves. ``refused``: why the release refuses the case.
  ``reads``: true, or what is missing, unexpected or of another shape for the release that reads winitgen's file.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.families.library_install import ROOT, environment

PATH = Path(__file__).with_name("versions.json")
VERSIONS = ("4.57.6", "5.0.0", "5.23.0")
"""The last release before 5, the first of 5, and the one that the tests are run with."""


def recorded() -> dict[str, Any]:
    """Return what was measured: the ``versions``, and of each of the ``families`` what differs by version."""
    found: dict[str, Any] = json.loads(PATH.read_text())
    return found


def measured(version: str, families: Sequence[str], folder: Path) -> dict[str, Any]:
    """Return what differs of each family in a release, installed in ``folder``."""
    with tempfile.TemporaryDirectory() as results:
        result = Path(results) / "result.json"
        command = [sys.executable, "-m", "tests.families.measured_version", version, str(result), *families]
        subprocess.run(command, env=environment(version, folder), cwd=ROOT, check=True)
        found: dict[str, Any] = json.loads(result.read_text())
    return found


def save(versions: Sequence[str], families: dict[str, Any]) -> None:
    """Write what was measured, in alphabetical order of the families and in the order of the versions."""
    rows = {name: {version: families[name][version] for version in versions} for name in sorted(families)}
    PATH.write_text(json.dumps({"versions": list(versions), "families": rows}, indent=1) + "\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the families named, or all, and write them."""
    from tests.families.all_cases import FAMILIES

    parser = argparse.ArgumentParser(
        prog="python -m tests.families.versions", description=__doc__.splitlines()[0]
    )
    parser.add_argument("families", nargs="*", metavar="FAMILY", help="measured again; all if none is named")
    parser.add_argument(
        "--versions", help=f"separated by commas, oldest first; {','.join(VERSIONS)} if not given"
    )
    parser.add_argument(
        "--folder", type=Path, help="where releases are installed, and kept; else a temporary one"
    )
    options = parser.parse_args(arguments)
    unknown = [name for name in options.families if name not in FAMILIES]
    if unknown:
        parser.error(f"no cases of {', '.join(unknown)} in tests/families/cases")
    before = recorded() if options.families else {"versions": VERSIONS, "families": {}}
    versions = options.versions.split(",") if options.versions else before["versions"]
    if options.families and set(versions) != set(before["versions"]):
        parser.error(f"some families have only the versions of the others, {','.join(before['versions'])}")
    found: dict[str, Any] = {name: {} for name in options.families or FAMILIES}
    with tempfile.TemporaryDirectory() as temporary:
        for version in versions:
            for name, words in measured(version, list(found), options.folder or Path(temporary)).items():
                found[name][version] = words
    save(before["versions"] if options.families else versions, before["families"] | found)


if __name__ == "__main__":
    main()
