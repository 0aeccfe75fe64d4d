import pytest

from tests.hostile.files.mutating import run, seeds

pytestmark = pytest.mark.slow

COUNTS = {
    "safetensors": 4000,
    "npy": 3000,
    "npz": 1500,
    "pytorch": 1000,
    "gguf": 800,
    "onnx": 1500,
    "dcp": 600,
    "hdf5": 100,
}


@pytest.mark.parametrize("kind", sorted(COUNTS))
def test_mutated(kind: str) -> None:
    """Damaged files are read or refused in one line, in bounded time and memory; nothing crashes."""
    outcomes, peak = run(kind, COUNTS[kind], seed=7)

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
