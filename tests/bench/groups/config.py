"""From a config, whole processes: large ones read and planned, a tiny checkpoint written, against transformers."""

from __future__ import annotations

import json
from collections.abc import Iterator

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


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield the reading of the largest, a dry run of the middle one, and a checkpoint of the smallest."""
    for name in ("405b", "70b"):
        (given.directory / name).write_text(json.dumps(CONFIG | SIZES[name]), encoding="utf-8")
    large, tiny = given.directory / "405b", given.directory / "tiny"
    peer = [given.peers, HERE / "peers" / "config_transformers.py"]
    needs = ("torch", "transformers")
    yield Comparison(
        "405 billion parameters: the layer-spec, or a model without memory",
        [
            *builds(given, ["import", large]),
            Contender("transformers", PEER, [*peer, "meta", large], needs=needs),
        ],
    )
    dry = ["init", given.directory / "70b", "-o", f"{tiny}/", "--dry-run", "--quiet"]
    yield Comparison("70 billion parameters: --dry-run", builds(given, dry), plotted=False)
    config = SPECS / "llama" / "config.json"
    shrink = ["init", config, "--shrink", "-o", f"{tiny}/", "--quiet"]
    theirs = given.directory / "theirs"
    yield Comparison(
        "a tiny checkpoint",
        [
            *builds(given, shrink, tiny, keep=True),
            Contender("transformers", PEER, [*peer, theirs, tiny / "config.json"], theirs, needs=needs),
        ],
    )
