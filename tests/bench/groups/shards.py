"""A config of 8 GB in shards, waiting for the disk, against dd of as many bytes; dry runs of 16 and 812 GB."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.contenders import Comparison, builds, dd
from tests.bench.groups.config import written
from tests.bench.options import Options

LAYERS, BYTES = 14, 8_208_543_052
"""As many layers as make 8 GB in bfloat16, and the bytes of all their files."""


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield the dry runs and the files; of these the small one alone if --quick."""
    for name, size in {"8b": "16 GB", "405b": "812 GB in 191 shards"}.items():
        dry = [*_init(given, name, f"{given.directory}/none/"), "--dry-run"]
        yield Comparison(f"--dry-run, {size}", builds(given, dry), plotted=False)
    if given.quick:
        return
    out = given.directory / "model"
    settings = ["--set", f"num_hidden_layers={LAYERS}", "--quiet"]
    yield Comparison(
        "8.2 GB on the disk (fsync)",
        [
            *builds(given, [*_init(given, "8b", f"{out}/"), *settings], out),
            dd(given.directory / "zeros", BYTES, fsync=True),
        ],
        runs=3,
        warm=False,
    )


def _init(given: Options, config: str, out: str) -> list[object]:
    return ["init", written(given, config), "--max-shard-size", "5GB", "-o", out]
