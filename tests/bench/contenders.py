"""Who does a piece of work: this build, a former one, other libraries, and limits such as dd."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench.options import HERE, Options
from tests.bench.results import FORMER, LIMIT, OURS, PEER

Words = Sequence[object]

LIBRARIES = {"PyTorch": "torch", "NumPy": "numpy", "JAX": "jax", "Keras": "keras"}
"""The peers, and the ends of the names of their modules in ``peers/``."""

NEEDS = {
    "torch": ("torch", "safetensors"),
    "numpy": ("numpy", "safetensors", "ml_dtypes"),
    "jax": ("jax", "safetensors"),
    "keras": ("keras", "jax", "safetensors"),  # on JAX: TensorFlow and PyTorch are peers of their own
    "memcpy": ("numpy",),
}
"""What the module of a peer imports."""


class Contender(NamedTuple):
    """A command line under a name.

    ``output`` is what it writes, removed before every run, and after it unless ``keep``; ``needs`` are the modules
    that ``command[0]``, an interpreter, must have, and ``unable`` says why it is not even tried.
    """

    name: str
    kind: str
    command: Words
    output: Path | None = None
    environment: dict[str, str] = {}  # noqa: RUF012
    needs: tuple[str, ...] = ()
    keep: bool = False
    unable: str = ""


class Comparison(NamedTuple):
    """A piece of work and its contenders, this build first.

    ``figure`` is what a row compares: ``seconds`` of the whole process, its ``megabytes``, or what it ``printed``:
    a JSON object of figures, each of which is a row whose name takes the place of ``{case}`` in ``work``. ``runs``
    is at most this many, and ``times`` multiplies what was asked for. ``plotted``
    rows are in the picture, or only those of some cases.
    """

    work: str
    contenders: Sequence[Contender]
    figure: str = "seconds"
    unit: str = "s"
    runs: int = 1000
    times: int = 1
    warm: bool = True
    plotted: bool | tuple[str, ...] = True


def builds(
    given: Options, words: Words, output: Path | None = None, *, keep: bool = False
) -> list[Contender]:
    """Return the command of this build and, if there is one, of the former build."""
    found = [Contender("winitgen", OURS, [*given.ours.command, *words], output, keep=keep)]
    if given.former is not None:
        command = [*given.former.command, *words]
        found.append(Contender("former", FORMER, command, output, {"PYTHONPATH": ""}, keep=keep))
    return found


def scripts(given: Options, script: str, words: Words, **environment: str) -> list[Contender]:
    """Return a script of ``peers/`` that imports winitgen, by this build and by the former one."""
    path = HERE / "peers" / script
    found = [Contender("winitgen", OURS, [given.ours.python, path, *words], None, environment)]
    if given.former is not None:
        alone = {**environment, "PYTHONPATH": ""}
        found.append(Contender("former", FORMER, [given.former.python, path, *words], None, alone))
    return found


def peers(
    given: Options,
    script: str,
    words: Words,
    output: Path | None = None,
    *,
    only: Sequence[str] = tuple(LIBRARIES),
    **environment: str,
) -> list[Contender]:
    """Return a script of ``peers/`` for each library: its first word is the library, ``words`` are the others."""
    path = HERE / "peers" / script
    found = []
    for name in only:
        library = LIBRARIES[name]
        command = [given.peers, path, library, *words]
        found.append(Contender(name, PEER, command, output, environment, NEEDS[library]))
    return found


def importing(given: Options, module: str) -> Contender:
    """Return the limit of a start: an interpreter that imports one module."""
    return Contender(
        f"import {module}", LIMIT, [given.ours.python, "-c", f"import {module}"], needs=(module,)
    )


def dd(output: Path, size: int, *, fsync: bool) -> Contender:
    """Return the limit of writing: ``dd`` of so many bytes of zeros, in whole MiB, to the disk or to the page cache."""
    words = ["dd", "if=/dev/zero", f"of={output}", "bs=1M", f"count={size >> 20}"]
    return Contender("dd", LIMIT, [*words, "conv=fsync"] if fsync else words, output)
