"""The same bytes on other processors: all of winitgen on a 64-bit ARM, its drawing on a big-endian machine.

Both are emulated, side by side. Their packages are fetched by name, which takes a network and a Debian;
where these are missing the tests are skipped, except where the environment says ``CI=true``: there they fail.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.portable import compute, emulated
from tests.portable.child import ROOT, differing, run
from tests.portable.record import recorded

CORE = ("stream", "values")
SMALL_FORMATS = ("bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz")

# What the command line writes on the other machine: spec, ending, other options, and the recorded hash.
COMMANDS = [
    ("mlp", ".safetensors", (), "specs/mlp/safetensors/float32/0"),
    ("deck", ".npy", (), "specs/deck/npy/float32/0"),
    ("lenet5", "/", (), "specs/lenet5/folder/float32/0"),
    ("mlp", ".npz", ("--dtype", "float8_e5m2", "--seed", "1"), "specs/mlp/npz/float8_e5m2/1"),
    ("mlp", ".h5", ("--dtype", "bfloat16", "--seed", "1"), "specs/mlp/h5/bfloat16/1"),
]

# And those that are not recorded, which this machine writes, too.
OTHERS = [
    ("lstm", ".safetensors", ("--layout", "keras", "--seed", str(2**64 - 1))),
    ("lenet5", ".weights.h5", ("--layout", "keras", "--threads", "7")),
    ("autoencoder", ".npz", ("--layout", "flax", "--dtype", "float16")),
]


class Ran(NamedTuple):
    """What ran on an emulated machine: on what, the hashes, and those of the files of its command line."""

    about: dict[str, Any]
    found: dict[str, str]
    written: dict[str, str]


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files of a folder in the order of their names."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def init(
    python: list[str], environment: dict[str, str], folder: Path, row: tuple[str, str, tuple[str, ...]]
) -> str:
    """Run ``winitgen init`` and return the hash of what it wrote."""
    spec, ending, options = row
    out = f"{folder}/{spec}{len(options)}{ending}"
    command = [*python, "-m", "winitgen", "init", f"specs/{spec}.yaml", "-o", out, "--json", *options]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **environment}
    )
    assert (0, "") == (done.returncode, done.stderr)
    assert json.loads(done.stdout)["file"] == out
    return hash_of(Path(out))


def on_arm(folder: Path) -> Ran:
    """Run everything on a 64-bit ARM."""
    machine = emulated.aarch64(folder)
    about, found = run(compute.SMALL, python=machine.python, environment=machine.environment)
    written = {
        str(row): init(machine.python, machine.environment, folder, row[:3])  # type: ignore[arg-type]
        for row in (*COMMANDS, *OTHERS)
    }
    return Ran(about, found, written)


def on_big_endian(folder: Path) -> Ran:
    """Run the drawing core on a big-endian machine: what is to be drawn is planned here."""
    machine = emulated.s390x(folder)
    plans = folder / "plans"
    plans.write_bytes(pickle.dumps(compute.plans()))
    return Ran(*run(CORE, "--plans", str(plans), python=machine.python, environment=machine.environment), {})


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Ran]]]:
    """Start both machines at once, one for each core of a small computer."""
    with ThreadPoolExecutor(2) as pool:
        yield {
            job.__name__: pool.submit(job, tmp_path_factory.mktemp(job.__name__))
            for job in (on_arm, on_big_endian)
        }


@pytest.fixture
def arm(machines: dict[str, Future[Ran]]) -> Ran:
    """Return what ran on the 64-bit ARM."""
    return machines["on_arm"].result()


@pytest.fixture
def big_endian(machines: dict[str, Future[Ran]]) -> Ran:
    """Return what ran on the big-endian machine."""
    return machines["on_big_endian"].result()


def test_everything_on_a_64_bit_arm(arm: Ran) -> None:
    """All values and files, with vector instructions of another kind and the wheels made for them."""
    assert ("aarch64", "little") == (arm.about["machine"], arm.about["byteorder"])
    assert "ASIMDHP" in arm.about["features"]
    assert [] == differing(compute.SMALL, arm.found)


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row[3])
def test_the_command_line_on_a_64_bit_arm(arm: Ran, row: tuple[Any, ...]) -> None:
    """``winitgen init`` there writes the recorded files."""
    assert recorded()[row[3]] == arm.written[str(row)]


@pytest.mark.parametrize("row", OTHERS, ids=lambda row: f"{row[0]}{row[1]}")
def test_the_command_line_here_and_there(arm: Ran, row: tuple[Any, ...], tmp_path: Path) -> None:
    """And the same files that it writes here."""
    assert init([sys.executable], {"PYTHONPATH": str(ROOT)}, tmp_path, row) == arm.written[str(row)]


def test_the_drawing_core_on_a_big_endian_machine(big_endian: Ran) -> None:
    """Streams, tables, every distribution and scheme, float16 too; ml_dtypes is not to be had there."""
    assert ("s390x", "big") == (big_endian.about["machine"], big_endian.about["byteorder"])
    assert [] == differing(CORE, big_endian.found, missing=SMALL_FORMATS)
    assert 200 < len(big_endian.found)
