"""What exists under an output's name before and after a run."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

import winitgen

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODELS = {"small": HERE / "model.yaml", "middle": HERE / "middle.yaml", "large": HERE / "large.yaml"}

FORMATS = {
    "safetensors": "w.safetensors",
    "npz": "w.npz",
    "npy": "w.npy",
    "hdf5": "w.h5",
    "keras": "w.weights.h5",
    "folder": "w/",
}
"""The output of each format; Keras's own file is a format of its own here."""

TARGETS = ("absent", "existing", "link", "dangling")
"""Nothing, an old output, and symbolic links to an old output and to nothing in another folder."""

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": os.environ.get("HOME", "/"),
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(ROOT),
}
LEFTOVER = re.compile(r"\.w(\.weights)?(\.[a-z0-9]+)?\.winitgen-[0-9a-f]{12}\.tmp")

Content = bytes | tuple[tuple[str, bytes], ...] | None


class Case(NamedTuple):
    """What is written and where: a key of `FORMATS`, one of `TARGETS`, and a key of `MODELS`."""

    format: str
    target: str
    model: str = "small"

    @property
    def output(self) -> str:
        """The path that is given to ``-o``."""
        return FORMATS[self.format]

    @property
    def name(self) -> str:
        """The output's name."""
        return self.output.rstrip("/")

    @property
    def replaces(self) -> bool:
        """Whether an old output exists under the name."""
        return self.target in {"existing", "link"}

    def command(self, *options: str, seed: int = 0) -> list[str]:
        """Return the whole command, in the folder of the output."""
        layout = ["--layout", "keras"] if self.format == "keras" else []
        force = ["--force"] if self.replaces else []
        start = [sys.executable, "-P", "-m", "winitgen", "init", str(MODELS[self.model])]
        return [*start, "-o", self.output, "--quiet", "--seed", str(seed), *layout, *force, *options]

    def write(self, folder: Path, seed: int = 0) -> str:
        """Write the output in this process, replacing an old one."""
        layout = "keras" if self.format == "keras" else None
        spec = winitgen.load_spec(MODELS[self.model])
        path = os.path.join("" if folder == Path() else folder, self.output)
        return winitgen.write(spec, path, seed=seed, layout=layout, force=True).status


class State(NamedTuple):
    """What a run has left: ``nothing``, ``old``, ``new`` or ``mixed`` under the name, and the files beside it."""

    holds: str
    leftovers: tuple[str, ...]
    strangers: tuple[str, ...]


def build(case: Case, folder: Path) -> Path:
    """Set up an empty folder for a run; return the folder that the output really goes to."""
    home = folder
    if case.target in {"link", "dangling"}:
        home = folder / "far"
        home.mkdir()
        (folder / case.name).symlink_to(f"far/{case.name}")
    if case.replaces:
        put(case, home)
    return home


def put(case: Case, home: Path) -> None:
    """Write the old output."""
    old = content(case, seed=1)
    if isinstance(old, bytes):
        (home / case.name).write_bytes(old)
        return
    assert old is not None
    (home / case.name).mkdir()
    for name, text in old:
        (home / case.name / name).write_bytes(text)


def look(case: Case, folder: Path, home: Path) -> State:
    """Return the state of the folder after the run."""
    expected = {folder / case.name, home / case.name, home}
    others = [path for where in {folder, home} for path in where.iterdir() if path not in expected]
    leftovers = tuple(sorted(path.name for path in others if LEFTOVER.fullmatch(path.name)))
    strangers = [path.name for path in others if path.name not in leftovers]
    if case.target in {"link", "dangling"} and not (folder / case.name).is_symlink():
        strangers.append("no link any more")
    return State(_holds(case, home), leftovers, tuple(strangers))


def _holds(case: Case, home: Path) -> str:
    found = read(home / case.name)
    if found is None:
        return "nothing"
    if found == content(case, seed=0):
        return "new"
    return "old" if found == content(case, seed=1) else "mixed"


def read(path: Path) -> Content:
    """Return the whole content of a file or a folder."""
    if path.is_dir():
        return tuple((file.name, file.read_bytes()) for file in sorted(path.iterdir()))
    return path.read_bytes() if os.path.lexists(path) else None


@cache
def content(case: Case, seed: int) -> Content:
    """Return the output of an undisturbed run."""
    if case.target != "absent":
        return content(case._replace(target="absent"), seed)
    folder = Path(tempfile.mkdtemp(prefix="winitgen-faults-"))
    try:
        case.write(folder, seed)
        return read(folder / case.name)
    finally:
        shutil.rmtree(folder)
