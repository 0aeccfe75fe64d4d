"""Writes under another clock, language, umask, folder or hash seed: the bytes stay the same."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import NamedTuple

from tests.faults.scenes import ENVIRONMENT, FORMATS, Case, content, read

LANGUAGES = ("C", "POSIX", "C.UTF-8", "tr_TR.UTF-8", "de_DE.ISO-8859-1", "ja_JP.EUC-JP")
_MASKS = (0o000, 0o022, 0o077)


class Surroundings(NamedTuple):
    """The environment of a run; ``mask`` is its umask, and ``before`` precedes its command."""

    name: str
    environment: tuple[tuple[str, str], ...] = ()
    without: str = ""
    before: tuple[str, ...] = ()
    mask: int = 0o022
    inside: bool = False


def surroundings() -> Iterator[Surroundings]:
    """Yield surroundings that vary one thing at a time."""
    for time in ("1970-01-02 00:00:01", "2038-01-20 12:00:00", "2000-02-29 23:59:59"):
        yield Surroundings(f"clock at {time}", before=("faketime", time))
    for zone in ("UTC", "Asia/Kathmandu", "America/St_Johns", ":no/such/zone"):
        yield Surroundings(f"zone {zone}", (("TZ", zone),))
    for language in LANGUAGES:
        yield Surroundings(f"language {language}", (("LC_ALL", language), ("LANG", language)))
    for seed in ("0", "1", "4294967295"):
        yield Surroundings(f"hash seed {seed}", (("PYTHONHASHSEED", seed),))
    for mask in _MASKS:
        yield Surroundings(f"umask {mask:03o}", mask=mask)
    yield Surroundings("another working directory", inside=True)
    yield Surroundings("no HOME", without="HOME")
    yield Surroundings("no PATH", without="PATH")
    yield Surroundings("only ASCII", (("LC_ALL", "C"), ("PYTHONCOERCECLOCALE", "0"), ("PYTHONUTF8", "0")))


def variations() -> Iterator[tuple[str, Surroundings]]:
    """Yield each format in each surroundings."""
    yield from ((format_, around) for around in surroundings() for format_ in FORMATS)


def written(variation: tuple[str, Surroundings]) -> str:
    """Write once; return what is wrong with the output, or nothing."""
    format_, around = variation
    case = Case(format_, "absent")
    with TemporaryDirectory(prefix="winitgen-faults-") as name:
        folder = Path(name)
        command, where = case.command(), folder
        if around.inside:
            where = folder / "deep" / "down"
            where.mkdir(parents=True)
            command[command.index("-o") + 1] = f"../../{case.output}"
        environment = {**ENVIRONMENT, "LOCPATH": str(languages()), **dict(around.environment)}
        environment.pop(around.without, None)
        before = [str(shutil.which(word)) if word == "faketime" else word for word in around.before]
        run = subprocess.run(
            [*before, *command],
            cwd=where,
            env=environment,
            umask=around.mask,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        found = read(folder / case.name)
        mode = stat.S_IMODE((folder / case.name).stat().st_mode) if found is not None else 0
    if (run.returncode, run.stderr) != (0, ""):
        return f"ended with {run.returncode} and said {run.stderr!r}"
    if found != content(case, seed=0):
        return "other bytes"
    wanted = (0o777 if format_ == "folder" else 0o666) & ~around.mask
    return "" if mode == wanted else f"mode {mode:03o}, not {wanted:03o}"


@cache
def languages() -> Path:
    """Compile the locales that Debian does not install; return their folder.

    The folder is stored in the environment, so that child processes find it.
    """
    if "WINITGEN_FAULTS_LANGUAGES" not in os.environ:
        folder = mkdtemp(prefix="winitgen-languages-")
        for language in LANGUAGES:
            name, _, charset = language.partition(".")
            if "_" in name:
                command = ["localedef", "-i", name, "-f", charset, f"{folder}/{language}"]
                subprocess.run(command, check=True, capture_output=True)
        os.environ["WINITGEN_FAULTS_LANGUAGES"] = folder
    return Path(os.environ["WINITGEN_FAULTS_LANGUAGES"])
