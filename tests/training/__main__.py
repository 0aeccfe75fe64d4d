"""Train every pair and print its verdict beside what became of the loss: ``python -m tests.training``, by hand.

It needs PyTorch, and takes about five minutes on one core (``OMP_NUM_THREADS=1``).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import winitgen
from tests.training.pairs import PAIRS
from tests.training.table import Row, confusion, table
from tests.training.training import train

SEED = 7


def main() -> None:
    """Print the tables."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for index, pair in enumerate(PAIRS):
            weights = Path(folder) / f"{index}.safetensors"
            winitgen.write(pair.spec, weights, seed=SEED)
            trained = train(pair.spec, weights)
            report = winitgen.probe(pair.spec, seed=SEED, samples=200, threads=1)
            rows.append(Row(pair.network, pair.scheme, trained, report["runs"][0]))
            print(f"{index + 1} of {len(PAIRS)}", file=sys.stderr, flush=True)
    print(f"{table(rows)}\n\n{confusion(rows)}")


if __name__ == "__main__":
    main()
