"""From a config, whole processes: large ones read and planned, a tiny checkpoint written, against transformers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from tests.bench.contenders import Comparison, Contender, builds
from tests.bench.options import HERE, SPECS, Options
from tests.bench.results import PEER

CONFIG = json.loads((SPECS / "llama" / "config.json").read_text(encoding="utf-8"))
SIZES = {
    "405b": {
        "hidden_size": 16384,
        "intermediate_size": 53248,
        "num_hidden_layers": 126,
        "num_attention_heads": 128,
    },
    "70b": {
        "hidden_size": 8192,
        "intermediate_size": 28672,
        "num_hidden_layers": 80,
        "num_attention_heads": 64,
    },
    "8b": {},
}
"""The sizes of Llama 3.1 beside that of the example."""


TORCHVISION = {"PYTHONPATH": str(HERE.parent / "frameworks" / "any_torch")}
"""transformers imports torchvision, which may be made for another build of PyTorch."""


def written(given: Options, name: str) -> Path:
    """Write the config of a size into a folder of its own, as transformers reads it."""
    path = given.directory / name / "config.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(CONFIG | SIZES[name]), encoding="utf-8")
    return path


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield the reading of the largest, a dry run of the middle one, and a tiny checkpoint."""
    large, middle, tiny = written(given, "405b"), written(given, "70b"), given.directory / "tiny"
    yield Comparison(
        "405 billion parameters",
        [*builds(given, ["import", large]), transformers(given, "meta", large)],
    )
    dry = ["init", middle, "-o", f"{tiny}/", "--dry-run", "--quiet"]
    yield Comparison("70 billion, --dry-run", builds(given, dry), plotted=False)
    shrink = ["init", SPECS / "llama" / "config.json", "--shrink", "-o", f"{tiny}/", "--quiet"]
    theirs = given.directory / "theirs"
    yield Comparison(
        "a tiny checkpoint",
        [
            *builds(given, shrink, tiny, keep=True),
            transformers(given, theirs, tiny / "config.json", theirs),
        ],
    )


def transformers(given: Options, target: object, config: Path, output: Path | None = None) -> Contender:
    """Return a model that transformers makes of a config."""
    command = [given.peers, HERE / "peers" / "config_transformers.py", target, config]
    return Contender("transformers", PEER, command, output, TORCHVISION, ("torch", "transformers"))
