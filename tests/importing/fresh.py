"""Measure how often the laws found in fresh checkpoints are the true ones.

::

    python -m tests.importing.fresh                 # all models: a quarter of an hour
    python -m tests.importing.fresh bert torch:LSTM # only these
    python -m tests.importing.fresh --verbose       # each tensor that is not right

The checkpoints are those of the real libraries, in the format in which each saves. The truth about a family is its
template; about another model, the moments over many draws of it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import winitgen
from tests.importing.fresh_models import SOURCES, fresh
from tests.importing.truth import Truth, judged, of_import
from winitgen.audit.true_arrays import true_arrays
from winitgen.errors import WinitgenError
from winitgen.files.input import open_weights
from winitgen.importing.fit.fitting import Lawless, fitted
from winitgen.importing.found import FoundTensor
from winitgen.importing.layer_spec import layer_spec
from winitgen.importing.weights import dotted, of_file


class Outcome(NamedTuple):
    """What became of one model: a verdict for each tensor, by whether it is large, and the rest of the table."""

    large: Counter[str]
    small: Counter[str]
    nbytes: int
    lines: int
    seconds: float
    verified: str
    notes: list[str]


def measured(name: str, folder: Path) -> Outcome:
    """Return what becomes of one model."""
    path, truths = fresh(name, folder)
    start = time.perf_counter()
    with open_weights(str(path)) as weights:
        arrays = true_arrays(weights)
        found = fitted(arrays, dotted([array.name for array in arrays]))
    seconds = time.perf_counter() - start
    kept = [tensor for tensor in found if isinstance(tensor, FoundTensor)]
    text = layer_spec(kept, model="fresh", dtype="float32", heading="Fresh.")
    laws = of_import(_written(folder, text))
    large, small, notes = Counter[str](), Counter[str](), []
    for tensor, array in zip(found, arrays, strict=True):
        truth = truths.get(array.name) or truths[tensor.name]
        why = tensor.why if isinstance(tensor, Lawless) else ""
        verdict = judged(truth, laws.get(tensor.name), why, array.size)
        if verdict:
            notes.append(_note(tensor, truth, laws.get(tensor.name), verdict, array.shape))
        (large if array.size > 1000 else small)[verdict] += 1
    return Outcome(large, small, len(text), text.count("\n"), seconds, _verified(path, folder), notes)


def _written(folder: Path, text: str) -> str:
    path = folder / "found.yaml"
    path.write_text(text)
    return str(path)


def _note(
    tensor: FoundTensor | Lawless, truth: Truth, law: Truth | None, verdict: str, shape: tuple[int, ...]
) -> str:
    seen = tensor.why if isinstance(tensor, Lawless) else f"{tensor.init} ({tensor.evidence})"
    return f"{verdict}: {tensor.name} {shape}: true {truth}; found {law}: {seen}"


def _verified(path: Path, folder: Path) -> str:
    """Return whether the source follows the spec that is imported from it."""
    try:
        text = of_file(str(path), fit=True).text
    except WinitgenError as error:
        return f"refused: {len(str(error).splitlines())}"
    report = winitgen.verify(path, _written(folder, text), statistics=True)
    if report["verdict"] == "differs":
        wrong = [f"{row['name']}: {row['why']}" for row in report["tensors"] if row["verdict"] == "differs"]
        return f"differs: {wrong[:2]}"
    return "agrees"


def _rows(names: Sequence[str], *, verbose: bool) -> Iterator[tuple[str, Outcome]]:
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            try:
                outcome = measured(name, Path(folder))
            except Exception as error:  # a model that this release does not build is told, not hidden
                print(f"{name:28} not measured: {type(error).__name__}: {str(error)[:200]}", flush=True)
                continue
        wrong = [{verdict: n for verdict, n in c.items() if verdict} or "" for c in outcome[:2]]
        print(
            f"{name:28} {outcome.large.total():6} {outcome.small.total():6} {outcome.nbytes:8,} "
            f"{outcome.seconds:6.1f}s {outcome.verified} {wrong[0]} {wrong[1]}",
            flush=True,
        )
        if verbose:
            print("".join(f"    {note}\n" for note in outcome.notes), end="", flush=True)
        yield name, outcome


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the models named, or all, and print a table."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.importing.fresh", description=__doc__.splitlines()[0]
    )
    parser.add_argument("models", nargs="*", metavar="MODEL", help="all if none is named")
    parser.add_argument("--verbose", action="store_true", help="say what is wrong with each tensor")
    options = parser.parse_args(arguments)
    outcomes = [outcome for _, outcome in _rows(options.models or list(SOURCES), verbose=options.verbose)]
    large, small = (sum((row[i] for row in outcomes), Counter[str]()) for i in (0, 1))
    for what, counts in (("tensors above 1,000 values", large), ("those below", small)):
        right, total = counts[""], max(counts.total(), 1)
        print(f"{what}: {right:,} of {total:,} right, {100 * right / total:.2f} %; {dict(counts)}")
    print(
        f"verify --statistics agrees for {sum(row.verified == 'agrees' for row in outcomes)} of {len(outcomes)}"
    )


if __name__ == "__main__":
    main()
