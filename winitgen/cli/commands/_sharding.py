"""``winitgen init`` in shards: by one process, by several that know nothing of each other, or by an engine."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from winitgen.cli import completions
from winitgen.cli.sections import WholeNumber, option
from winitgen.errors import UsageError, printable

if TYPE_CHECKING:
    from winitgen.files.output.options import WriteOptions
    from winitgen.files.shards.target import ShardTarget
    from winitgen.planning.plan import Plan
    from winitgen.writing.base.choice import BaseChoice
    from winitgen.writing.one_file import Written
    from winitgen.writing.share import Share


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a sharded output: ``--max-shard-size --shard-name --rank --world-size --engine``."""
    for add in reversed((_RANK, _WORLD_SIZE, _ENGINE)):
        command = add(command)
    return of_sizes("OUT")(command)


def of_sizes(out: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds ``--max-shard-size --shard-name``; the help calls the output ``out``."""
    size = option(
        "Output",
        "--max-shard-size",
        metavar="SIZE",
        help=f"Split the model into files of at most SIZE, as in 5GB, with an index; {out} is their folder.",
    )
    return lambda command: size(_NAME(command))


_NAME = option(
    "Output", "--shard-name", metavar="NAME", help="How the names of those files begin.  [default: model]"
)
_RANK = option(
    "Output",
    "--rank",
    metavar="R",
    help="Write only the files that fall to process R, from 0; auto asks the launcher. winitgen finalize ends the run.",
)
_WORLD_SIZE = option(
    "Output", "--world-size", metavar="N", type=WholeNumber(1), help="The number of those processes."
)
_ENGINE = option(
    "Output",
    "--engine",
    metavar="ENGINE",
    help="Write each file as a task of dask, dask://HOST:PORT, ray or ray://HOST:PORT.",
    shell_complete=completions.engine,
)


def asked_by(choices: dict[str, Any]) -> str | None:
    """Return the option that divides the shards among processes, None if none does."""
    return next((f"--{name}" for name in ("rank", "engine") if choices[name] is not None), None)


def check_call(out: str | None, choices: dict[str, Any]) -> None:
    """Refuse options that do not go together, and keep in ``choices`` which of how many processes this one is."""
    asked = asked_by(choices)
    if choices["rank"] is None and choices["world_size"] is not None:
        last = choices["world_size"] - 1
        raise UsageError(f"--world-size is the number of ranks; add which one this is, as in --rank {last}")
    if choices["rank"] is not None and choices["engine"] is not None:
        raise UsageError("--rank and --engine both say who writes which shard; use one")
    if asked and (out is None or out == "-"):
        raise UsageError(f"{asked} writes files into a folder; name it, as in -o out/")
    if asked and choices["base"] is not None:
        raise UsageError(f"--base copies tensors in one process; leave out {asked}")
    if asked and choices["digest"]:
        raise UsageError(
            f"--digest needs all values, and {asked} draws them in several processes; afterwards use "
            f"winitgen verify {out} --digest"
        )
    choices["share"] = None if choices["rank"] is None else _share(choices)
    if choices["engine"] is not None:
        from winitgen.engines import engine_of

        choices["engine"] = engine_of(choices["engine"])


def _share(choices: dict[str, Any]) -> Share:
    """Return which of how many processes this one is."""
    from winitgen.cli.job import MOST_DIGITS
    from winitgen.writing.share import Share

    text, count = choices["rank"], choices["world_size"]
    if text == "auto":
        from winitgen.cli.job import share_of_job

        share, said = share_of_job(os.environ, count)
        click.echo(f"winitgen: --rank auto: rank {share.rank} of {share.ranks}, by {said}", err=True)
        choices["rank"], choices["world_size"] = share
        return share
    if not (text.isascii() and text.isdecimal()):
        raise UsageError(f"--rank takes a number from 0, or auto, not {text!r}")
    if count is None:
        raise UsageError(f"--rank {text} does not say of how many; write --rank {text} --world-size N")
    if len(text) > MOST_DIGITS or int(text) >= count:
        shown = text if len(text) <= MOST_DIGITS else f"{text[:MOST_DIGITS]}..."
        raise UsageError(f"--rank {shown} of --world-size {count}: ranks count from 0 to {count - 1}")
    return Share(int(text), count)


def writer(
    planned: Plan, target: ShardTarget, choices: dict[str, Any], base: BaseChoice | None
) -> Callable[[WriteOptions], Written]:
    """Return the call that writes the shards."""
    if choices["engine"] is not None:
        from winitgen.engines import write_by_engine

        return partial(write_by_engine, choices["engine"], _say, planned, target)
    from winitgen.writing.sharded import write_sharded

    return partial(write_sharded, planned, target, share=choices["share"], base=base)


def _say(line: str) -> None:
    """Print a line of an engine's on standard error, at once."""
    click.echo(f"winitgen: {printable(line)}", err=True)


def size(planned: Plan, target: ShardTarget | None, choices: dict[str, Any]) -> int:
    """Return the bytes of the values that this process writes, or has written."""
    from winitgen.layouts import size_of

    if target is None or choices["share"] is None:
        return size_of(planned)
    from winitgen.writing.sharded import size_of_share

    return size_of_share(planned, target, choices["share"])


def dry_run(
    planned: Plan, target: ShardTarget, choices: dict[str, Any], base: BaseChoice | None
) -> dict[str, Any]:
    """Return the report of what would be written."""
    from winitgen.writing.sharded import dry_run_sharded

    return dry_run_sharded(planned, target, choices["share"], base, force=choices["force"])
