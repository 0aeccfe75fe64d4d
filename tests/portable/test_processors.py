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
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.portable import compute, emulated
from tests.portable.child import ROOT, differing, run
from tests.portable.emulated import Machine
from tests.portable.record import recorded

pytestmark = pytest.mark.slow

Jobs = dict[str, Future[Any]]
Row = tuple[str, str, tuple[str, ...]]

CORE = ("stream", "values")
SMALL_FORMATS = ("bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz")

# Command lines for the other machine: spec, ending, other options, and the recorded hash.
COMMANDS = [
    ("mlp", ".safetensors", (), "specs/mlp/safetensors/float32/0"),
    ("deck", ".npy", (), "specs/deck/npy/float32/0"),
    ("lenet5", "/", (), "specs/lenet5/folder/float32/0"),
    ("mlp", ".npz", ("--dtype", "float8_e5m2", "--seed", "1"), "specs/mlp/npz/float8_e5m2/1"),
    ("mlp", ".h5", ("--dtype", "bfloat16", "--seed", "1"), "specs/mlp/h5/bfloat16/1"),
]

# Command lines without a recorded hash, which this machine runs too.
OTHERS = [
    ("lstm", ".safetensors", ("--layout", "keras", "--seed", str(2**64 - 1))),
    ("lenet5", ".weights.h5", ("--layout", "keras", "--threads", "7")),
]


class Ran(NamedTuple):
    """The facts about an emulated machine, and its hashes."""

    about: dict[str, Any]
    found: dict[str, str]


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files of a folder in the order of their names."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


# All command lines in one process: an emulator takes seconds to start one.
PROGRAM = """
import json, os, sys
from winitgen.cli import _run
for arguments in json.loads(sys.argv[1]):
    print(_run(arguments), end="\\n\\0", flush=True)
os._exit(0)
"""


def inits(
    python: list[str], environment: dict[str, str], folder: Path, rows: Sequence[Row]
) -> dict[str, str]:
    """Run ``winitgen init`` for each row and return the hash of what it wrote."""
    outs = {str(row): f"{folder}/{row[0]}{len(row[2])}{row[1]}" for row in rows}
    lines = [
        ("init", f"specs/{name}.yaml", "-o", out, "--json", *options)
        for (name, _, options), out in zip(rows, outs.values(), strict=True)
    ]
    command = [*python, "-c", PROGRAM, json.dumps(lines)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **environment}
    )
    assert (0, "") == (done.returncode, done.stderr)
    *answers, _ = done.stdout.split("\0")
    for answer, out in zip(answers, outs.values(), strict=True):
        said, _, code = answer.rstrip().rpartition("\n")
        assert ("0", out) == (code, json.loads(said)["file"])
    return {row: hash_of(Path(out)) for row, out in outs.items()}


def commands(folder: Path, machine: Future[Machine]) -> dict[str, str]:
    """Run the command line on the 64-bit ARM; return the hash of each written file."""
    python, environment = machine.result()
    return inits(python, environment, folder, [row[:3] for row in (*COMMANDS, *OTHERS)])


def everything(machine: Future[Machine], after: Future[Ran]) -> Ran:
    """Compute all hashes on the 64-bit ARM, after another computation is done."""
    wait([after])
    python, environment = machine.result()
    return Ran(*run(compute.SMALL, python=python, environment=environment))


def core(folder: Path, machine: Future[Machine]) -> Ran:
    """Run the drawing core on the big-endian machine, with parameters planned here."""
    plans = folder / "plans"
    plans.write_bytes(pickle.dumps(compute.plans()))
    python, environment = machine.result()
    return Ran(*run(CORE, "--plans", str(plans), python=python, environment=environment))


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Any]]]:
    """Start the computations of both machines: two emulations at a time, for two cores."""
    arm, big = (tmp_path_factory.mktemp(name) for name in ("arm", "big"))
    with ThreadPoolExecutor() as pool:
        emulators = pool.submit(emulated.qemu, tmp_path_factory.mktemp("emulators"))
        arm_machine = pool.submit(emulated.aarch64, arm, emulators)
        big_machine = pool.submit(emulated.s390x, big, emulators)
        computed = pool.submit(core, big, big_machine)
        yield {
            "commands": pool.submit(commands, arm, arm_machine),
            "core": computed,
            "everything": pool.submit(everything, arm_machine, computed),
        }


def test_everything_on_a_64_bit_arm(jobs: Jobs) -> None:
    """All values and files are equal, with other vector instructions and their wheels."""
    arm = jobs["everything"].result()

    assert ("aarch64", "little") == (arm.about["machine"], arm.about["byteorder"])
    assert "ASIMDHP" in arm.about["features"]
    assert [] == differing(compute.SMALL, arm.found)


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row[3])
def test_the_command_line_on_a_64_bit_arm(jobs: Jobs, row: tuple[Any, ...]) -> None:
    """``winitgen init`` there writes the recorded files."""
    assert recorded()[row[3]] == jobs["commands"].result()[str(row[:3])]


@pytest.mark.parametrize("row", OTHERS, ids=lambda row: f"{row[0]}{row[1]}")
def test_the_command_line_here_and_there(jobs: Jobs, row: tuple[Any, ...], tmp_path: Path) -> None:
    """``winitgen init`` there writes the same files as here."""
    here = inits([sys.executable], {"PYTHONPATH": str(ROOT)}, tmp_path, [row])

    assert here[str(row)] == jobs["commands"].result()[str(row)]


def test_the_drawing_core_on_a_big_endian_machine(jobs: Jobs) -> None:
    """Key streams, tables, every distribution and scheme, and float16 are equal; ml_dtypes is not available there."""
    big_endian = jobs["core"].result()

    assert ("s390x", "big") == (big_endian.about["machine"], big_endian.about["byteorder"])
    assert [] == differing(CORE, big_endian.found, missing=SMALL_FORMATS)
    assert 200 < len(big_endian.found)
