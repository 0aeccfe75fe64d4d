"""What a short run loads: an import takes as long as drawing thousands of values, so nothing is loaded that a spec does not name."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

NEEDLESS = {
    "asyncio": "nothing waits for several things",
    "concurrent": "threads are started directly",
    "h5py": "HDF5 alone needs it",
    "importlib.metadata": "--version --verbose alone asks for versions",
    "logging": "there is no log",
    "multiprocessing": "the sandbox alone starts processes",
    "numpy.random": "values come from the key stream",
    "urllib": "no path is a URL",
    "winitgen.audit": "nothing is compared with a plan",
    "winitgen.catalog.layers.embedding": "no layer is an embedding",
    "winitgen.catalog.layers.merge": "nothing is added or joined",
    "winitgen.catalog.layers.norm": "no layer is a norm",
    "winitgen.catalog.fan_quirks": "the spec asks for no framework's fans",
    "winitgen.catalog.layers.attention": "no layer is an attention",
    "winitgen.catalog.layers.conv": "no layer is a convolution",
    "winitgen.catalog.layers.recurrent": "no layer is recurrent",
    "winitgen.catalog.presets.preset": "the spec has no preset",
    "winitgen.configs.config": "the spec is no config.json",
    "winitgen.drawing.distributions.axis_blocks": "no scheme has blocks of its own",
    "winitgen.drawing.truncation": "no normal is cut",
    "winitgen.files.copied_entry": "no tensor is copied",
    "winitgen.files.output.equality": "there is no file to compare with",
    "winitgen.files.binding": "no values come from a file",
    "winitgen.files.digests": "no digest is asked for",
    "winitgen.files.formats.hdf5": "the output is safetensors",
    "winitgen.files.formats.npz": "the output is safetensors",
    "winitgen.files.formats.safetensors.reader": "the file is not read, but compared byte for byte",
    "winitgen.files.input.containers": "no weight file is read",
    "winitgen.files.shards.forms": "there are no shards",
    "winitgen.files.stores.place": "no values come from a file",
    "winitgen.files.stores.store": "the output is on a disk",
    "winitgen.importing": "nothing is imported",
    "winitgen.layouts.flax": "the layout is torch",
    "winitgen.layouts.keras": "the layout is torch",
    "winitgen.planning.rules": "the spec has no rules",
    "winitgen.probing": "nothing is probed",
    "winitgen.report.histograms": "no histogram is asked for",
    "winitgen.report.html": "there is no report",
}
"""What a safetensors file of dense layers does not need, and why."""

MOST = {
    "--help": 12,
    "--version": 12,
    "plan specs/mlp.yaml": 151,
    "init specs/mlp.yaml -o {}/w.safetensors": 204,
    "inspect {}/seen.safetensors --header": 225,
}
"""The most modules of winitgen that a command loads. More of them need a reason, and the run more time: a fifth of a millisecond each."""


OF_PLAN = {
    "cryptography": "no value is drawn",
    "numpy": "no value is drawn",
    "winitgen.files.input": "no file is read",
    "winitgen.files.output.pump": "nothing is written",
    "winitgen.files.recipe": "no file holds one",
    "winitgen.writing.contents": "there is no file",
}
"""What a plan does not need besides, and why."""


def loaded(call: str) -> list[str]:
    """Run a command in a process of its own and return the modules that it has loaded at the end."""
    code = (
        "import atexit, json, sys\n"
        "atexit.register(lambda: print(json.dumps([*sys.modules]), file=sys.stderr))\n"
        "from winitgen.cli import main\n"
        f"main({call.split()!r})\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT)
    return list(json.loads(done.stderr.splitlines()[-1]))


def needless(found: list[str], names: Iterable[str] = NEEDLESS) -> list[str]:
    """Return which of the names are loaded, or something inside them."""
    return [name for name in names if any(f"{module}.".startswith(f"{name}.") for module in found)]


def test_init_loads_nothing_that_the_spec_does_not_name(tmp_path: Path) -> None:
    """Three dense layers into safetensors need no other layers, layouts and formats, and no reader."""
    assert [] == needless(loaded(f"init specs/mlp.yaml -o {tmp_path}/w.safetensors"))


def test_a_plan_loads_nothing_that_writes() -> None:
    """A table of what would be drawn needs neither formats nor recipes."""
    assert [] == needless(loaded("plan specs/mlp.yaml"), NEEDLESS | OF_PLAN)


def test_what_is_needless_would_be_seen(tmp_path: Path) -> None:
    """The test above can fail: another layout into another format needs what it names."""
    found = needless(loaded(f"init specs/mlp.yaml --layout keras --digest -o {tmp_path}/w.npz"))

    assert {"winitgen.files.digests", "winitgen.files.formats.npz", "winitgen.layouts.keras"} <= {*found}


@pytest.mark.parametrize("call", MOST)
def test_few_modules_are_loaded(call: str, tmp_path: Path) -> None:
    """A module more in a command that starts often needs a reason."""
    text = b'{"w":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}'
    (tmp_path / "seen.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + bytes(4))

    found = [name for name in loaded(call.format(tmp_path)) if name.partition(".")[0] == "winitgen"]

    assert len(found) <= MOST[call]
