"""Kills runs that write shards at random times, and fills the disk: no index lists a shard that is not complete."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import winitgen
from tests.faults.full_disks import PAGE, empty_disk
from tests.faults.scenes import ENVIRONMENT, HERE

SPEC = HERE / "shards.yaml"
FORMS = {"hub": "out/model.safetensors.index.json", "keras": "out/w.weights.json"}
"""The index of each form, which is given to ``-o``."""

LIMITS = {0: "0.3MB", 1: "0.6MB"}
"""The size of a shard for each seed: an old output has other shards, of which some are stale."""

_LEFTOVER = re.compile(r"\.[a-z0-9_.-]+\.winitgen-[0-9a-f]{12}\.tmp")
_OTHERS = "notes.txt"

Files = dict[str, bytes]


class Sharded(NamedTuple):
    """A run that is disturbed: its form, whether it replaces an old output, and the number that seeds the time."""

    form: str
    replaces: bool
    number: int

    def __str__(self) -> str:
        return f"{self.form}, {'existing' if self.replaces else 'absent'}, {self.number}"

    def command(self, *options: str) -> list[str]:
        """Return the whole command, in the folder around the output."""
        layout = ["--layout", "keras"] if self.form == "keras" else []
        force = ["--force"] if self.replaces else []
        start = [sys.executable, "-P", "-m", "winitgen", "init", str(SPEC), "-o", FORMS[self.form]]
        return [*start, "--max-shard-size", LIMITS[0], "--quiet", *layout, *force, *options]


def moments(count: int) -> Iterator[Sharded]:
    """Yield ``count`` runs to be killed, cycling through both forms, without and with an old output."""
    for number in range(count):
        yield Sharded(("hub", "keras")[number % 2], number // 2 % 2 == 1, number)


def killed(point: Sharded) -> str:
    """Send SIGKILL at a random time; return what is wrong afterwards, or after the next run, or nothing."""
    delay = random.Random(point.number).uniform(0, 1.1 * _longest(point.form))  # noqa: S311
    with tempfile.TemporaryDirectory(prefix="winitgen-faults-") as name:
        folder = Path(name)
        _build(point, folder)
        with subprocess.Popen(point.command(), cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL) as run:
            time.sleep(delay)
            run.kill()
        if run.returncode not in {0, -signal.SIGKILL}:
            return f"ended with {run.returncode}"
        return _wrong(point, folder) or _next_run(point, folder)


def pages() -> Iterator[Sharded]:
    """Yield a number of free pages of the disk, every fifth up to those that the output takes."""
    for form in FORMS:
        total = sum(-(-len(text) // PAGE) for text in content(form, 0).values())
        yield from (Sharded(form, False, free) for free in [*range(0, total, 97), total + 3])


def filled(point: Sharded) -> str:
    """Write on a disk with as many free pages as the number; return what is wrong, or nothing."""
    disk = empty_disk()
    folder = disk / "scene"
    folder.mkdir()
    _build(point, folder)
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, (os.statvfs(disk).f_bfree - point.number) * PAGE)
    run = subprocess.run(
        point.command(), cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60
    )
    if run.returncode == 0:
        return _wrong(point, folder) or ("" if _files(folder) == content(point.form, 0) else "other files")
    if not re.fullmatch(r"winitgen: cannot write out[^:]*: No space left on device\n", run.stderr):
        return f"ended with {run.returncode} and said {run.stderr!r}"
    if FORMS[point.form].removeprefix("out/") in _files(folder):
        return "left an index"
    wrong = _wrong(point, folder)
    ballast.unlink()
    return wrong or _next_run(point, folder)


def _build(point: Sharded, folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / _OTHERS).write_text("mine")
    for name, text in content(point.form, 1).items() if point.replaces else ():
        (folder / "out" / name).write_bytes(text)


def _wrong(point: Sharded, folder: Path) -> str:
    """Return what is wrong with the folder: files of neither run, a lost file, an index over other shards."""
    found, old, new = _files(folder), content(point.form, 1), content(point.form, 0)
    if (folder / "out" / _OTHERS).read_text() != "mine":
        return "another file was changed"
    mixed = [name for name, text in found.items() if text not in (old.get(name), new.get(name))]
    if mixed:
        return f"left {mixed}, which are of no run"
    index = found.get(FORMS[point.form].removeprefix("out/"))
    if index is None:
        return ""
    shards = {text if isinstance(text, str) else text[0] for text in json.loads(index)["weight_map"].values()}
    whole = [run for run in (old, new) if all(found.get(name) == run.get(name) for name in shards)]
    return "" if shards and whole else f"left an index over {sorted(shards)}, beside {sorted(found)}"


def _next_run(point: Sharded, folder: Path) -> str:
    """Run once more, undisturbed: what is complete stays, and the output is that of one run."""
    new = content(point.form, 0)
    before = {name: _stamp(folder, name) for name, text in _files(folder).items() if text == new.get(name)}
    run = subprocess.run(
        point.command(), cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60
    )
    if (run.returncode, run.stdout) != (0, f"{FORMS[point.form]}\n"):
        return f"the next run ended with {run.returncode} and said {run.stderr!r}"
    if _files(folder) != new:
        return f"the next run left {sorted(_files(folder))}"
    index = FORMS[point.form].removeprefix("out/")
    changed = [name for name, stamp in before.items() if _stamp(folder, name) != stamp and name != index]
    return f"the next run wrote {changed} again" if changed else ""


def _stamp(folder: Path, name: str) -> tuple[int, int]:
    state = (folder / "out" / name).stat()
    return state.st_ino, state.st_mtime_ns


def _files(folder: Path) -> Files:
    """Return the files of the output; temporary files of killed runs are left out."""
    paths = [path for path in (folder / "out").iterdir() if not _LEFTOVER.fullmatch(path.name)]
    return {path.name: path.read_bytes() for path in paths if path.name != _OTHERS}


@cache
def content(form: str, seed: int) -> Files:
    """Return the files of an undisturbed run."""
    with tempfile.TemporaryDirectory(prefix="winitgen-faults-") as name:
        layout = "keras" if form == "keras" else None
        out = Path(name) / FORMS[form]
        winitgen.write(SPEC, out, seed=seed, layout=layout, max_shard_size=LIMITS[seed], fsync=False)
        return _files(Path(name))


@cache
def _longest(form: str) -> float:
    """Return the seconds that an undisturbed run takes on this machine."""
    with tempfile.TemporaryDirectory(prefix="winitgen-faults-") as name:
        begun = time.monotonic()
        subprocess.run(
            Sharded(form, False, 0).command(),
            cwd=name,
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=60,
        )
        return time.monotonic() - begun
