"""The memory that a probe takes is known before: the weights of all layers, what each sample needs, and the peak."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import winitgen
from winitgen.probing import experiment

ROOT = Path(__file__).parents[2]

MEASURED = """
import sys, winitgen
import winitgen.probing.experiment as experiment
experiment.ROOM = 2**28
samples = winitgen.probe(eval(sys.argv[1]), threads=2)["samples"]
with open("/proc/self/status") as status:
    print(samples, int(next(line.split()[1] for line in status if line.startswith("VmHWM"))) * 1024)
"""

DENSE = {"type": "dense", "units": 512, "activation": "relu"}

MODELS: dict[str, dict[str, Any]] = {
    "deep": {"input": 512, "layers": [DENSE] * 200},
    "wide": {"input": 4096, "layers": [{"type": "dense", "units": 4096, "activation": "gelu"}] * 3},
    "positions": {"input": [64, 128], "layers": [{"type": "dense", "units": 512, "activation": "gelu"}] * 8},
    "convolution": {
        "input": [3, 256, 256],
        "layers": [{"type": "conv2d", "filters": 16, "kernel_size": 3, "padding": 1, "activation": "relu"}]
        * 2,
    },
    "window": {
        "input": [3, 32, 32],
        "layers": [{"type": "conv2d", "filters": 8, "kernel_size": 31, "padding": 15}],
    },
    "attention": {"input": [64, 128], "layers": [{"type": "multi_head_attention", "heads": 4}] * 4},
}


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="the peak stands in /proc")
@pytest.mark.parametrize("name", MODELS)
def test_a_probe_stays_near_its_room(name: str) -> None:
    """With room for 256 MiB, a process takes at most 256 MiB more, its libraries included."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, repr(MODELS[name])],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    samples, peak = map(int, done.stdout.split())

    assert samples >= 2
    assert peak < 2 * 2**28, f"{peak / 2**20:.0f} MiB for {samples} samples"


FORESEEN = """
import sys, json, winitgen
from winitgen.probing import prepare
spec, options = json.loads(sys.argv[1])
found = []
def noted(*arguments):
    found.append(foreseen(*arguments))
    return found[-1]
foreseen, prepare.peak_of = prepare.peak_of, noted
def most():
    with open("/proc/self/status") as status:
        return int(next(line.split()[1] for line in status if line.startswith("VmHWM"))) * 1024
winitgen.probe({"input": 8, "layers": [{"type": "dense", "units": 8}]}, threads=2)
before = most()
winitgen.probe(spec, threads=2, **options)
print(found[-1], most() - before)
"""

BLOCK = [
    {
        "type": "residual",
        "layers": [
            {"name": "n", "type": "rms_norm"},
            {"name": "a", "type": "multi_head_attention", "heads": 4, "causal": True, "rotary": 10000},
        ],
    },
    {
        "type": "residual",
        "layers": [{"name": "o", "type": "rms_norm"}, {"name": "m", "type": "gated_mlp", "units": 384}],
    },
]

PEAKS: dict[str, tuple[dict[str, Any], int]] = {
    "blocks": (
        {"input": [96, 96], "layers": [{"type": "repeat", "times": 40, "name": "h.{i}", "layers": BLOCK}]},
        6,
    ),
    "image": (
        {
            "input": [3, 900, 700],
            "layers": [{"type": "conv2d", "filters": 24, "kernel_size": 3, "activation": "relu"}],
        },
        3,
    ),
    "scores": ({"input": [1500, 48], "layers": [{"type": "multi_head_attention", "heads": 4}] * 2}, 3),
    "softcap": (
        {"input": [1100, 48], "layers": [{"type": "multi_head_attention", "heads": 6, "softcap": 20.0}]},
        3,
    ),
    "recurrent": (
        {
            "input": [200, 96],
            "layers": [{"type": "lstm", "units": 160, "num_layers": 2, "bidirectional": True}],
        },
        48,
    ),
    "experts": (
        {"input": [96, 128], "layers": [{"type": "experts", "count": 8, "per_token": 2, "units": 384}] * 3},
        40,
    ),
    "slopes": ({"input": 512, "layers": [{"type": "dense", "units": 700, "activation": "relu"}] * 20}, 4000),
}


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="the peak stands in /proc")
@pytest.mark.parametrize("backward", [True, False], ids=["back", "forward"])
@pytest.mark.parametrize("name", PEAKS)
def test_the_peak_is_foreseen(name: str, backward: bool) -> None:
    """It is within a third of what the process takes, but for the first 40 MiB, of which scratch arrays are a part."""
    spec, samples = PEAKS[name]
    done = subprocess.run(
        [sys.executable, "-c", FORESEEN, json.dumps([spec, {"samples": samples, "backward": backward}])],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    foreseen, peak = (int(number) / 2**20 for number in done.stdout.split())

    assert 0.8 * peak - 40 < foreseen < 1.35 * peak + 40, f"{foreseen:.0f} MiB foreseen, {peak:.0f} MiB taken"


def test_weights_take_from_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """3 x 10 x 10 + 3 x 10 weights of 4 bytes, and 3 x 10 x 8 + 2 x 10 x 4 bytes for each of 7 samples."""
    spec = {"input": 10, "layers": [{"type": "dense", "units": 10}] * 3}
    monkeypatch.setattr(experiment, "ROOM", 1320 + 7 * 320)

    assert 7 == winitgen.probe(spec)["samples"]


def test_one_layer_of_weights_without_a_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the weights of one layer, 110 of 4 bytes, exist at once."""
    spec = {"input": 10, "layers": [{"type": "dense", "units": 10}] * 3}
    monkeypatch.setattr(experiment, "ROOM", 440 + 7 * 320)

    assert 7 == winitgen.probe(spec, backward=False)["samples"]


def test_a_model_that_needs_more_even_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fewest samples are two; the note says how much memory they take."""
    spec = {"input": 1000, "layers": [{"type": "dense", "units": 1000}] * 15}
    monkeypatch.setattr(experiment, "ROOM", 1000)

    report = winitgen.probe(spec)

    assert 2 == report["samples"]
    assert ["2 samples, the fewest: this model takes about 0.1 GB of memory even so"] == report["notes"]
