"""Measure, for every model type of the installed transformers, whether its trace is the library's own file.

::

    python -m tests.families.traced RESULTS.jsonl               # all types that are not in the file yet: an hour or two
    python -m tests.families.traced RESULTS.jsonl bert gpt2     # only these, again
    python -m tests.families.traced RESULTS.jsonl --count       # the counts, and all that differs

The default config of a type is made small, traced, and drawn into a file; the library builds and saves a new model
of the same config. Names, shapes and number formats must be equal, and the library's values must follow the laws of
the traced layer-spec: no test of `verify --statistics` rejects in each of three seeds. A line of the results is ``[type, kind,
words]``; the kind is ``equal``, ``differs``, ``refused`` (by the tracer), or ``not built`` (by the library).
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import winitgen
from tests.families import checkpoints
from tests.families.measured_version import libraries
from tests.families.smaller import ATTEMPTS, Fields, smaller
from winitgen.configs.config import read_config
from winitgen.errors import WinitgenError
from winitgen.importing.trace import of_config

LARGEST = 250_000_000
"""The most elements of a model that is built and saved."""

SECONDS = 240
"""A type that takes longer is given up."""


class TooLong(Exception):
    """The time for a type is over."""


class TracedType:
    """One model type: its config, the library's file of it, and the traced layer-spec."""

    def __init__(self, torch: Any, transformers: Any, name: str, folder: Path) -> None:
        self.torch, self.transformers, self.name = torch, transformers, name
        self.config, self.spec = folder / "config.json", folder / "model.yaml"
        self.theirs, self.ours = folder / "theirs", folder / "ours.safetensors"

    def measured(self) -> tuple[str, str]:
        """Return the kind of the result, and what differs or why there is nothing to compare."""
        try:
            self._choose()
        except TooLong:
            raise
        except Exception as refusal:  # whatever the library raises is what is measured
            return "not built", _words(refusal)
        try:
            traced = of_config(self.config.read_bytes(), "config.json")
        except WinitgenError as refusal:
            if (unbuilt := self._unbuilt()) is not None:
                return "not built", unbuilt
            return "refused", " | ".join(dict.fromkeys(str(refusal).splitlines()))[:1500]
        self.spec.write_text(traced.text)
        winitgen.write(self.spec, self.ours, fsync=False)
        self._save(1)
        differences = self._kinds() or self._rows() or self._laws()
        return (
            ("differs", differences[:1500]) if differences else ("equal", f"{len(traced.text)} bytes of YAML")
        )

    def _choose(self) -> None:
        """Write the smallest config that the library builds."""
        default = self.transformers.CONFIG_MAPPING[self.name]().to_dict()
        refusal: Exception = ValueError(f"larger than {LARGEST:,} elements")
        for sizes in ATTEMPTS:
            fields = smaller(default, sizes)
            self._write(fields)
            try:
                model = self._model(torch_device="meta")
            except TooLong:
                raise
            except Exception as error:  # the next attempt may do
                refusal = error
                continue
            if sum(tensor.numel() for tensor in model.state_dict().values()) <= LARGEST:
                return
        raise refusal

    def _unbuilt(self) -> str | None:
        """Return why the library does not build the model either, None if it does."""
        try:
            self._model("cpu")
        except TooLong:
            raise
        except Exception as refusal:  # whatever the library raises
            return _words(refusal)
        return None

    def _write(self, fields: Fields) -> None:
        kept = {
            key: value
            for key, value in fields.items()
            if key not in {"architectures", "transformers_version"}
        }
        self.config.write_text(json.dumps({**kept, "model_type": self.name}))

    def _model(self, torch_device: str) -> Any:
        from winitgen.importing.trace.default_class import class_of

        config = read_config(self.config.read_bytes(), "config.json")
        settings = self.transformers.CONFIG_MAPPING[self.name].from_dict(dict(config.fields))
        with self.torch.device(torch_device):
            return class_of(config, self.transformers)._from_config(settings)

    def _save(self, seed: int) -> None:
        self.torch.manual_seed(seed)
        self._model("cpu").save_pretrained(self.theirs, max_shard_size="100GB")

    def _kinds(self) -> str:
        """Return how names, shapes and formats differ."""
        theirs, ours = _header(self.theirs / "model.safetensors"), _header(self.ours)
        lines = [f"- {name}" for name in ours.keys() - theirs.keys()]
        lines += [f"+ {name}" for name in theirs.keys() - ours.keys()]
        lines += [
            f"{name}: {theirs[name]}, not {ours[name]}"
            for name in theirs.keys() & ours.keys()
            if theirs[name] != ours[name]
        ]
        return " | ".join(sorted(lines))

    def _rows(self) -> str:
        """Return which tables have other rows of zeros, which are too few values for a test of the law."""
        theirs, ours = _zero_rows(self.theirs / "model.safetensors"), _zero_rows(self.ours)
        return " | ".join(
            f"{name}: {theirs[name]}, not {ours[name]}" for name in ours if theirs[name] != ours[name]
        )

    def _laws(self) -> str:
        """Return which laws the library's values do not follow with each of several seeds."""
        failing: set[str] | None = None
        words: dict[str, str] = {}
        for seed in (1, 2, 3):
            if seed > 1:
                self._save(seed)
            report = winitgen.verify(self.theirs / "model.safetensors", self.spec, statistics=True)
            words = {
                row["name"]: f"{row['name']}: {'; '.join(row['why'])}"
                for row in report["tensors"]
                if row["why"]
            }
            failing = set(words) if failing is None else failing & set(words)
            if not failing:
                return ""
        return " | ".join(words[name] for name in sorted(failing or ()))


def _header(path: Path) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return the number format and the shape of each tensor of a safetensors file."""
    from safetensors import safe_open

    with safe_open(path, "np") as file:
        slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        return {name: (part.get_dtype(), tuple(part.get_shape())) for name, part in slices.items()}


def _zero_rows(path: Path) -> dict[str, list[int]]:
    """Return the rows that are 0, of each table that is not 0 as a whole."""
    tables = ((name, one.values) for name, one in checkpoints.read(path).items() if one.values.ndim == 2)
    return {name: np.flatnonzero(~table.any(axis=1)).tolist() for name, table in tables if table.any()}


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]


def measure(names: Sequence[str], results: Path) -> None:
    """Measure types, one after another, and add a line for each."""
    torch, transformers = libraries()
    done = {line[0] for line in rows(results)} if not names else set()
    for name in names or [name for name in transformers.CONFIG_MAPPING if name not in done]:
        start = time.perf_counter()
        signal.alarm(SECONDS)
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                kind, words = TracedType(torch, transformers, name, Path(folder)).measured()
            except Exception as error:  # a fault of the tracer is a result too
                kind, words = "differs", _words(error)
            finally:
                signal.alarm(0)
        with results.open("a") as file:
            file.write(json.dumps([name, kind, words]) + "\n")
        print(f"{name}: {kind}, {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)


def rows(results: Path) -> list[list[str]]:
    """Return the last line of each type."""
    lines = results.read_text().splitlines() if results.exists() else []
    return [*{line[0]: line for line in map(json.loads, lines)}.values()]


def _stop(*_: Any) -> None:
    raise TooLong("the time for a type is over")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the types named, or those not measured yet, or count."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.families.traced", description=__doc__.splitlines()[0]
    )
    parser.add_argument("results", type=Path, help="a line of JSON for each type is added here")
    parser.add_argument(
        "types", nargs="*", help="only these; all that are not in the results if none is named"
    )
    parser.add_argument("--count", action="store_true", help="only count what is in the results")
    options = parser.parse_args(arguments)
    if not options.count:
        signal.signal(signal.SIGALRM, _stop)
        measure(options.types, options.results)
    found = rows(options.results)
    for name, kind, words in found:
        if kind != "equal":
            print(f"{name}: {kind}: {words}")
    print(dict(Counter(kind for _, kind, _ in found)))


if __name__ == "__main__":
    main()
