"""From a config, whole processes: large ones read and planned, a tiny checkpoint written, against transformers."""

import json

from harness import HERE, SPECS, Contender, compare, options

CONFIG = json.loads((SPECS / "llama" / "config.json").read_text())
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
}
"""The sizes of Llama 3.1 beside that of the example."""

if __name__ == "__main__":
    with options(__doc__ or "", runs=9) as given:
        large, middle, tiny, theirs = (given.directory / name for name in ("405b", "70b", "tiny", "theirs"))
        for path in (large, middle):
            path.write_text(json.dumps({**CONFIG, **SIZES[path.name]}))
        peer = [given.torch, HERE / "peers" / "config_transformers.py"]
        dry = [given.winitgen, "init", middle, "-o", f"{tiny}/", "--dry-run", "--quiet"]
        small = [
            given.winitgen,
            "init",
            SPECS / "llama" / "config.json",
            "--shrink",
            "-o",
            f"{tiny}/",
            "--quiet",
        ]
        print("\n405 billion parameters: the layer-spec, against a model without memory")
        compare(
            [
                Contender("winitgen import", [given.winitgen, "import", large]),
                Contender("transformers, meta", [*peer, "meta", large]),
            ],
            given.runs,
        )
        print("\n70 billion parameters: --dry-run")
        compare([Contender("winitgen init --dry-run", dry)], given.runs)
        print("\na tiny checkpoint")
        compare(
            [
                Contender("winitgen init --shrink", small, tiny),
                Contender("transformers", [*peer, theirs, tiny / "config.json"], theirs),
            ],
            given.runs,
        )
