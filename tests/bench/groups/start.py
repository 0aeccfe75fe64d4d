"""The start of every command, on specs/mlp.yaml: those that draw or read beside `import numpy`, others beside click's."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from tests.bench.contenders import Comparison, builds, importing
from tests.bench.options import SPECS, Options

MLP = SPECS / "mlp.yaml"

PRINTING = ("schemes", "activations", "layers", "presets", "families", "formats", "example", "schema")
"""Commands that only print."""


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield a comparison for each command."""
    for name, (words, module) in commands(given).items():
        yield Comparison(
            name,
            [*builds(given, words), importing(given, module)],
            times=1 if given.quick else 3,
            plotted=name in ("--help", "plan", "init", "inspect", "verify"),
        )


def commands(given: Options) -> dict[str, tuple[list[object], str]]:
    """Return the arguments of each command, and the import that is its limit; write the files that they read."""
    weights, shards = given.directory / "w.safetensors", given.directory / "shards"
    for words in (
        ["init", MLP, "-o", weights, "--quiet"],
        ["init", MLP, "--max-shard-size", "1MB", "-o", f"{shards}/", "--quiet"],
    ):
        subprocess.run([str(word) for word in (*given.ours.command, *words)], check=True, capture_output=True)
    config = SPECS / "llama" / "config.json"
    light: dict[str, list[object]] = {
        "--help": ["--help"],
        "--version": ["--version"],
        **{name: [name] for name in PRINTING},
        "completion": ["completion", "bash"],
        "plan": ["plan", MLP],
        "import": ["import", config],
        "finalize": ["finalize", f"{shards}/", "--check"],
    }
    heavy: dict[str, list[object]] = {
        "init": ["init", MLP, "-o", weights, "--quiet", "--force"],
        "verify": ["verify", weights],
        "inspect": ["inspect", weights],
        "diff": ["diff", weights, weights],
        "convert": ["convert", weights, given.directory / "w.npz", "--force"],
        "probe": ["probe", MLP, "--samples", "10"],
    }
    return {name: (words, "click") for name, words in light.items()} | {
        name: (words, "numpy") for name, words in heavy.items()
    }
