"""Let each library write its files, and compare what `winitgen inspect` says of them with what the library says.

Run by hand: ``python -m tests.corpus.run [LIBRARY...]``; it installs pinned packages into temporary folders, one
environment after another, and takes about half an hour for all.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from tests.corpus.comparing import Answer, differences
from tests.corpus.environment import installed, written
from tests.corpus.pins import PINNED, Pinned


class Result(NamedTuple):
    """How many files of a library were listed and refused rightly, and what was wrong."""

    library: str
    listed: int = 0
    tensors: int = 0
    refused: int = 0
    wrong: tuple[str, ...] = ()

    @property
    def row(self) -> str:
        """One line of the table."""
        return f"{self.library:<28}{self.listed:>7}{self.tensors:>9}{self.refused:>9}{len(self.wrong):>7}"


def inspected(path: Path) -> Answer:
    """Return the answer of a whole process about a file or folder."""
    command = [sys.executable, "-m", "winitgen", "inspect", "--json", path]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return Answer(ended.returncode, ended.stdout, ended.stderr)


def compared(library: str, folder: Path) -> Result:
    """Return the result for all files that a library wrote into a folder."""
    result = Result(library)
    for expected in json.loads((folder / "expected.json").read_text(encoding="utf-8")):
        answer = inspected(folder / "files" / expected["file"])
        wrong = [f"{library}: {expected['file']}: {line}" for line in differences(expected, answer)]
        for line in wrong:
            print(line, flush=True)
        result = result._replace(
            listed=result.listed + (answer.listed and not wrong),
            tensors=result.tensors + (len(expected["tensors"]) if answer.listed and not wrong else 0),
            refused=result.refused + (not answer.listed and not wrong),
            wrong=(*result.wrong, *wrong),
        )
    return result


def results_of(pinned: Pinned, python: Path, folder: Path) -> Result:
    """Return the result of one library, whose failure to write is a fault of the corpus."""
    trouble = written(python, pinned.module, folder)
    if trouble:
        print(f"{pinned.name} wrote no files: {trouble}", flush=True)
        return Result(pinned.name, wrong=(trouble,))
    return compared(pinned.name, folder)


def results_together(several: Sequence[Pinned], home: Path, files: Path, *, keep: bool) -> list[Result]:
    """Return the results of libraries that need the same packages, which are removed unless they are kept."""
    try:
        with installed(several[0].requirements, home / several[0].environment, keep=keep) as python:
            return [results_of(pinned, python, files / pinned.name) for pinned in several]
    except subprocess.CalledProcessError as error:
        print(f"{several[0].name} cannot be installed: {error}", flush=True)
        return [Result(pinned.name, wrong=(str(error),)) for pinned in several]


def main() -> int:
    """Run the libraries that are named, or all; return 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", nargs="*", choices=[[], *(pinned.name for pinned in PINNED)])
    parser.add_argument(
        "--keep", type=Path, help="keep the environments in this folder, and use those that it has"
    )
    parser.add_argument("--files", type=Path, help="keep the files in this folder, in which they must be new")
    arguments = parser.parse_args()
    chosen = [pinned for pinned in PINNED if not arguments.library or pinned.name in arguments.library]
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        home, files = arguments.keep or Path(scratch), arguments.files or Path(scratch) / "files"
        for _, group in groupby(chosen, key=lambda pinned: pinned.requirements):
            results += results_together(list(group), home, files, keep=bool(arguments.keep))
    return summarized(results)


def summarized(results: list[Result]) -> int:
    """Print the table; return 1 if anything was wrong."""
    print(f"{'library':<28}{'listed':>7}{'tensors':>9}{'refused':>9}{'wrong':>7}")
    for result in results:
        print(result.row)
    total = Result(
        f"{len(results)} libraries",
        *(sum(getattr(result, key) for result in results) for key in ("listed", "tensors", "refused")),
        wrong=tuple(line for result in results for line in result.wrong),
    )
    print(total.row)
    return 1 if total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
