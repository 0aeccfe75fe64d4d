import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.hostile.files.mutating import run, seeds

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.slow

COUNTS = {
    "safetensors": 4000,
    "npy": 3000,
    "npz": 1500,
    "pytorch": 1000,
    "gguf": 800,
    "onnx": 1500,
    "dcp": 600,
    "zarr": 400,
    "hdf5": 100,
}


def apart(kind: str) -> tuple[Counter[str], int]:
    """Run inputs in a process that has not used TensorStore: no copy of one that has could use it."""
    code = f"import json; from tests.hostile.files.mutating import run; print(json.dumps(run({kind!r}, {COUNTS[kind]}, seed=7)))"
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, check=True, timeout=300
    )
    outcomes, peak = json.loads(done.stdout)
    return Counter(outcomes), peak


@pytest.mark.parametrize("kind", sorted(COUNTS))
def test_mutated(kind: str) -> None:
    """Damaged files are read or refused in one line, in bounded time and memory; nothing crashes."""
    outcomes, peak = apart(kind) if kind == "zarr" else run(kind, COUNTS[kind], seed=7)

    assert set(COUNTS) == set(seeds())
    assert {"read", "refused"} == set(outcomes), outcomes
    assert COUNTS[kind] == outcomes.total()
    assert peak < 512


def test_what_goes_wrong_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: another exception and a crash are distinguished from a refusal."""
    import os
    import signal

    from winitgen.files.formats.npy import reader as npy

    def broken(file: object, path: str, name: str = "") -> None:
        raise KeyError("shape")

    monkeypatch.setattr(npy, "header", broken)
    wrong, _ = run("npy", 20, seed=7)
    monkeypatch.setattr(npy, "header", lambda *_: os.kill(os.getpid(), signal.SIGSEGV))
    crashed, _ = run("npy", 20, seed=7)

    assert "KeyError: 'shape'" in wrong
    assert "killed by signal 11" in crashed
