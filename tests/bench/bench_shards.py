"""8 GB of the shapes of Llama 3.1 in shards, against `dd conv=fsync` of as many bytes; the memory of 1 GB; dry runs."""

import json

from bench_config import CONFIG, SIZES
from harness import Contender, Options, compare, options

LAYERS, BYTES = 14, 8_208_543_052
"""As many layers as make 8 GB in bfloat16, and the bytes of all their files."""

_BLOCK = 1 << 20


def sharded(given: Options, name: str, *settings: str) -> Contender:
    """Return winitgen writing shards of 5 GB, and waiting for the disk."""
    out = given.directory / name
    config = given.directory / "8b"
    init = [given.winitgen, "init", config, "--max-shard-size", "5GB", "-o", f"{out}/", "--quiet"]
    return Contender(
        f"winitgen, {name}", [*init, *(word for one in settings for word in ("--set", one))], out
    )


def dry(given: Options, name: str) -> Contender:
    """Return winitgen planning every shard."""
    out = f"{given.directory}/none/"
    init = [given.winitgen, "init", given.directory / name, "--max-shard-size", "5GB", "-o", out]
    return Contender(f"winitgen, {name}", [*init, "--dry-run"])


if __name__ == "__main__":
    with options(__doc__ or "", runs=3) as given:
        for name, sizes in {"8b": {}, "405b": SIZES["405b"]}.items():
            (given.directory / name).write_text(json.dumps({**CONFIG, **sizes}))
        zeros = given.directory / "zeros"
        dd = ["dd", "if=/dev/zero", f"of={zeros}", f"bs={_BLOCK}", f"count={BYTES // _BLOCK}", "conv=fsync"]
        print("\ndry runs: 16 GB, and 812 GB in 191 shards")
        compare([dry(given, "8b"), dry(given, "405b")], 2 * given.runs)
        print("\n1 GB in one file")
        compare([sharded(given, "1GB", "num_hidden_layers=1", "vocab_size=32000")], given.runs)
        print("\n8.2 GB on the disk (fsync)")
        compare(
            [sharded(given, "8GB", f"num_hidden_layers={LAYERS}"), Contender("dd", dd, zeros)], given.runs
        )
