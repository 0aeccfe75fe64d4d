"""A probe, statistics and all, against PyTorch's forward and backward alone: vgg16, and 30 dense layers.

Each run is a process of its own, the two in turn; each times its work without its imports. PyTorch is timed
both as it trains, with the gradients of the weights, and with that of the input alone, as a probe has it.
"""

import os
import statistics
import subprocess

from harness import HERE, SPECS, options

MODELS = {"vgg16": 8, "he2015": 500}
"""The examples, and the samples in a batch."""


def seconds(command: list[object]) -> float:
    """Return what a script says it took."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # as the command line has it
    done = subprocess.run(
        [str(word) for word in command], check=True, capture_output=True, text=True, env=environment
    )
    return float(done.stdout)


if __name__ == "__main__":
    with options(__doc__ or "", runs=5) as given:
        for name, samples in MODELS.items():
            ours = [given.python, HERE / "peers" / "probe_winitgen.py", SPECS / f"{name}.yaml", samples]
            theirs = [given.torch, HERE / "peers" / "probe_torch.py", name, samples]
            contenders = {
                "torch, as it trains": [*theirs, "weights"],
                "torch, input alone": [*theirs, "input"],
                "winitgen probe": ours,
            }
            taken: dict[str, list[float]] = {who: [] for who in contenders}
            for _ in range(given.runs):
                for who, command in contenders.items():
                    taken[who].append(seconds(command))
            print(f"\n{name}, {samples} samples\n{'':20} median s   min s   probe / this, pair by pair")
            for who, measured in taken.items():
                ratios = [a / b for a, b in zip(taken["winitgen probe"], measured, strict=True)]
                print(
                    f"{who:20} {statistics.median(measured):8.3f} {min(measured):7.3f} {statistics.median(ratios):8.2f}"
                )
