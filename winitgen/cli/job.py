"""Which of several processes this one is, as the program that started them says in the environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from winitgen.errors import UsageError
from winitgen.writing.share import Share


class Launcher(NamedTuple):
    """The variables in which a launcher gives the number of a process, and that of all processes if it gives it."""

    rank: str
    size: str | None


LAUNCHERS = (
    Launcher("RANK", "WORLD_SIZE"),  # torchrun
    Launcher("SLURM_PROCID", "SLURM_NTASKS"),
    Launcher("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    Launcher("PMI_RANK", "PMI_SIZE"),  # MPICH, Intel MPI
    Launcher("JOB_COMPLETION_INDEX", None),  # an indexed job of Kubernetes
)


MOST_DIGITS = 18
"""Of a number of processes, generously."""


class FoundJob(NamedTuple):
    """What a launcher says, and the variables that say it."""

    share: Share
    text: str


def share_of_job(environment: Mapping[str, str], size: int | None) -> FoundJob:
    """Return which of how many processes this one is; ``size`` is what ``--world-size`` says.

    Raises `UsageError` if no launcher says it, or two do and differ.
    """
    found = [_said(launcher, environment, size) for launcher in LAUNCHERS if launcher.rank in environment]
    if not found:
        names = ", ".join(launcher.rank for launcher in LAUNCHERS)
        raise UsageError(
            f"--rank auto: none of {names} is set; for the first of eight processes write --rank 0 --world-size 8"
        )
    for other in found[1:]:
        if other.share != found[0].share:
            rank, count = found[0].share
            raise UsageError(
                f"--rank auto: {found[0].text} differ from {other.text}; write which is right, as in "
                f"--rank {rank} --world-size {count}"
            )
    return FoundJob(found[0].share, "; ".join(one.text for one in found))


def _said(launcher: Launcher, environment: Mapping[str, str], size: int | None) -> FoundJob:
    """Return what one launcher says."""
    rank = _number(launcher.rank, environment)
    if launcher.size is not None and launcher.size in environment:
        count = _number(launcher.size, environment)
        text = f"{launcher.rank}={rank} and {launcher.size}={count}"
        if size not in (None, count):
            raise UsageError(
                f"--rank auto: {launcher.size}={count} differs from --world-size {size}; leave out one"
            )
    elif size is not None:
        count, text = size, f"{launcher.rank}={rank} and --world-size {size}"
    else:
        raise UsageError(
            f"--rank auto: {launcher.rank}={rank} does not say of how many; add the number of processes, as in "
            "--world-size 8"
        )
    if rank >= count:
        raise UsageError(f"--rank auto: {text}, but ranks count from 0 to {count - 1}")
    return FoundJob(Share(rank, count), text)


def _number(name: str, environment: Mapping[str, str]) -> int:
    """Return a variable's whole number."""
    text = environment[name]
    if not (text.isascii() and text.isdecimal()):
        raise UsageError(
            f"--rank auto: {name} is {text!r}, not a whole number; write --rank and --world-size"
        )
    if len(text) > MOST_DIGITS:
        raise UsageError(
            f"--rank auto: {name} has {len(text):,} digits, more than the number of a process; "
            "write --rank and --world-size"
        )
    return int(text)
