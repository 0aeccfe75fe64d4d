"""Looking into a file: all its statistics against NumPy's mean, std, min and max alone, and its header.

The file is 1 GiB of float32, and in the system's cache, as each is run once to warm up; NumPy maps it.
The header is that of 100 GB of tensors in a sparse file.
"""

import json

import numpy as np
from harness import HERE, Contender, compare, options

ELEMENTS = 1 << 28


def write(path: str, names: list[str], elements: int) -> int:
    """Write a safetensors file of float32 tensors whose values are holes; return where these begin."""
    size = 4 * elements
    entries = {
        name: {"dtype": "F32", "shape": [elements], "data_offsets": [i * size, (i + 1) * size]}
        for i, name in enumerate(names)
    }
    text = json.dumps(entries).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + size * len(names))
    return 8 + len(text)


if __name__ == "__main__":
    with options(__doc__ or "", runs=5) as given:
        full, sparse = given.directory / "full.safetensors", given.directory / "sparse.safetensors"
        begin = write(full, ["w"], ELEMENTS)
        rng = np.random.default_rng(0)
        with open(
            full, "r+b"
        ) as file:  # not mapped: what this process held would count as its children's peak
            file.seek(begin)
            for _ in range(0, ELEMENTS, 1 << 20):
                file.write(rng.standard_normal(1 << 20, np.float32).data)
        write(sparse, [f"layers.{i}.weight" for i in range(1000)], 25_000_000)
        peer = [given.python, HERE / "peers" / "inspect_numpy.py", full, begin]
        print("\n1 GiB of float32")
        compare(
            [
                Contender("numpy: mean std min max", [str(word) for word in peer]),
                Contender("winitgen inspect", [given.winitgen, "inspect", full]),
                Contender("winitgen inspect, 1 thread", [given.winitgen, "inspect", full, "--threads", "1"]),
                Contender("winitgen diff", [given.winitgen, "diff", full, full]),
            ],
            given.runs,
        )
        print("\nthe header of 100 GB")
        compare(
            [
                Contender("python", [given.python, "-c", "pass"]),
                Contender("import click", [given.python, "-c", "import click"]),
                Contender("winitgen inspect --header", [given.winitgen, "inspect", sparse, "--header"]),
            ],
            4 * given.runs,
        )
