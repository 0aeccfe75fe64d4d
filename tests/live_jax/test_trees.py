"""Trees and arrays of JAX have the bits of the file, on eight devices and in two processes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.frameworks.conftest import import_framework

ROOT = Path(__file__).parents[2]


def started(module: str, devices: int, *args: str) -> subprocess.Popen[str]:
    """Start a module in a process of its own that has so many devices."""
    environment = {
        **os.environ,
        "JAX_PLATFORMS": "cpu",
        "KERAS_BACKEND": "jax",
        "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices}",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen(
        [sys.executable, "-m", module, *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=ROOT,
    )


def answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Return what a process printed in its last line, after what libraries print."""
    with process:
        try:
            out, error = process.communicate(timeout=300)
        finally:
            process.kill()

    assert process.returncode == 0, error
    return json.loads(out.splitlines()[-1])


@pytest.fixture(scope="module")
def walked() -> dict[str, Any]:
    """Return what one process with eight devices found, in every case."""
    for name in ("jax", "flax", "keras"):
        import_framework(name)
    return answer(started("tests.live_jax.on_devices.walk", 8))


def test_every_array_has_the_bits_of_the_file(walked: dict[str, Any]) -> None:
    """Plain trees, linen and nnx, one axis and two, replicated too: bits, places, and what is drawn for them."""
    assert 60 == len(walked["cases"])
    assert {} == {name: wrong for name, wrong in walked["cases"].items() if wrong}


def test_whatever_does_not_fit_is_refused_before_anything_is_drawn(walked: dict[str, Any]) -> None:
    """Names, shapes, number formats and shardings: the whole text of each error."""
    assert 16 == len(walked["messages"])
    assert {} == {message: said for message, said in walked["messages"].items() if said}


def test_each_process_draws_its_own_part() -> None:
    """A kernel over both processes is drawn by halves; what differs between them is an error in each, and none waits."""
    import_framework("jax")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    pair = [
        started("tests.live_jax.on_devices.two_processes", 4, address, str(number)) for number in range(2)
    ]
    try:
        first, second = (answer(process) for process in pair)
    finally:
        for process in pair:
            process.kill()

    kernels, biases = 16 * 8 + 8 * 16, 16 + 8
    own = {"devices": 4, "equal": True, "drawn": kernels // 2 + biases, "all": kernels + biases}
    for number, found in enumerate((first, second)):
        assert own == {key: found[key] for key in own}
        assert (
            f"process {1 - number} has another spec, seed, dtype or layout than process {number}; "
            "give every process the same"
        ) == found["another seed"]
    assert "process 1 stopped before anything was drawn; its own error says why" == first["a missing name"]
    missing = [f"like: {layer}.{role} is missing" for layer in ("fc1", "fc2") for role in ("weight", "bias")]
    assert "\n".join(missing) == second["a missing name"]
