"""``winitgen init`` with the config of a model: the weights under the name that the library reads, the config beside."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from winitgen.cli import base_options, options
from winitgen.cli.commands import _sharding
from winitgen.configs.recognition import is_config
from winitgen.errors import UsageError, printable
from winitgen.files.stores.address import is_remote, join, split

if TYPE_CHECKING:
    from winitgen.files.shards.target import ShardTarget
    from winitgen.planning.plan import Plan
    from winitgen.writing.base.choice import BaseChoice

WEIGHTS, CONFIG = "model.safetensors", "config.json"
"""The names of the two files in the folder of a checkpoint."""


class Source(NamedTuple):
    """What is to be written: the plan, and for a folder the config that stands in it; and where.

    ``shards`` is where the shards go, if the output is to be sharded. ``base`` says what is copied, and from where.
    ``text`` is that of the layer-spec or the config, for reports.
    """

    plan: Plan
    out: str | None
    config: bytes | None = None
    shards: ShardTarget | None = None
    base: BaseChoice | None = None
    text: bytes = b""

    @property
    def config_path(self) -> str:
        """The path of the config."""
        return join(self.folder, CONFIG)

    @property
    def folder(self) -> str:
        """The folder of the output."""
        return self.shards.folder if self.shards else split(self.out or "")[0]


def read(spec: str, out: str | None, choices: dict[str, Any]) -> Source:
    """Return what a call of ``init`` writes: of a layer-spec one file, of a config in a folder two."""
    from winitgen.report.files import read_from, refuse_replacing

    base = base_options.choice(choices)
    content, file = options.content(spec)
    source = _read(content, file, out, choices)._replace(base=base, text=content)
    if source.config is not None and source.out is not None:
        for path in (source.config_path, source.out):
            refuse_replacing(path, "output", [("the family's file", choices["family"])])
        refuse_replacing(source.out, "output", [("the config that it is made of", read_from(spec))])
    for path in _old_shards(source):
        taken = [("the layer-spec", read_from(spec)), ("the family's file", choices["family"])]
        refuse_replacing(path, "output", taken)
    if source.config is not None and _is_other(spec, source.config_path, source.config):
        raise UsageError(
            f"{source.config_path}: the config of the changed model would replace the one that it is made of; give the "
            "output another folder"
        )
    return source


def _old_shards(source: Source) -> Iterator[str]:
    """Yield the files in the folder of the shards that are called like one, or like their index."""
    if source.shards is None or is_remote(source.folder):
        return
    names, folder = source.shards.names, source.folder
    with suppress(OSError):  # there is no folder yet, or the writer says what is wrong with it
        yield from (os.path.join(folder, name) for name in os.listdir(folder or ".") if names.are_of(name))


def _is_other(spec: str, config_path: str, config: bytes) -> bool:
    """Tell whether a config would be written over the one that was read, with other content."""
    from winitgen.report.files import is_same, read_from

    if is_remote(config_path) or not (
        os.path.isfile(config_path) and is_same(config_path, read_from(spec) or 0)
    ):
        return False
    with open(config_path, "rb") as file:
        return file.read() != config


def _read(content: bytes, file: str, out: str | None, choices: dict[str, Any]) -> Source:
    """Return what a call writes, whatever is copied."""
    shards = _shards(out, choices)
    if not is_config(content):
        for name in ("shrink", "init", "family"):
            if choices[name]:
                raise UsageError(f"--{name} is for the config.json of a model; {file} is a layer-spec")
        return Source(options.planned_content(content, file, choices), out, None, shards)
    from winitgen import load
    from winitgen.configs.conversion import convert

    conversion = convert(
        content,
        file,
        options.variables(choices),
        shrink=choices["shrink"],
        paper=choices["init"] == "paper",
        dtype=choices["dtype"],
        family=choices["family"],
    )
    for note in conversion.notes:
        click.echo(f"winitgen: {printable(note)}", err=True)
    planned = load.plan_of(
        load.draft_of(conversion), seed=choices["seed"], dtype=choices["dtype"], layout=choices["layout"]
    )
    if shards is not None:
        return Source(planned, out, conversion.content if _has_config(shards) else None, shards)
    if out is None or not _is_folder(out, choices):
        return Source(planned, out)
    return Source(planned, os.path.join(out, WEIGHTS), conversion.content)


def _shards(out: str | None, choices: dict[str, Any]) -> ShardTarget | None:
    """Return where the shards go, if the call asks for shards."""
    from winitgen.files.shards.target import shard_target

    return (
        None
        if out is None
        else shard_target(
            out,
            choices["max_shard_size"],
            choices["shard_name"],
            choices["format_"],
            asked_by=_sharding.asked_by(choices),
        )
    )


def _has_config(shards: ShardTarget) -> bool:
    """Return whether the config stands beside the shards; a library that reads Keras's does not look for it."""
    from winitgen.files.shards.file_names import ShardNames

    return isinstance(shards.names, ShardNames)


def _is_folder(out: str, choices: dict[str, Any]) -> bool:
    """Return whether the output of a config is a folder with both files."""
    return choices["format_"] is None and (out.endswith("/") or os.path.isdir(out))


@contextmanager
def folder_of(source: Source, choices: dict[str, Any]) -> Iterator[None]:
    """Make the folder of a config; if an exception follows, remove what was made and is still empty.

    The folder of several processes stays: another one may be about to write into it.
    """
    if source.config is None or choices["check"]:
        yield
        return
    from winitgen.files.output.side_file import folder_made, make_folder

    if choices["share"] is not None:
        make_folder(source.folder or ".")
        yield
        return
    with folder_made(source.folder or "."):
        yield


def prepare(source: Source, choices: dict[str, Any]) -> bool:
    """Return whether the config is still to be written, and refuse to replace another config."""
    if source.config is None:
        return False
    from winitgen.files.output.side_file import is_up_to_date

    return not is_up_to_date(
        source.config_path, source.config, force=choices["force"], check=choices["check"]
    )


def foresee(source: Source, choices: dict[str, Any]) -> None:
    """Raise what `folder_of` and `prepare` would raise, for a dry run; a store is not asked."""
    if source.config is None or source.out is None or is_remote(source.folder):
        return
    from winitgen.files.output.foreseen import check_new_folder
    from winitgen.files.output.side_file import is_up_to_date

    check_new_folder(source.folder or ".")
    is_up_to_date(source.config_path, source.config, force=choices["force"])


def finish(source: Source, choices: dict[str, Any]) -> None:
    """Write the config, after the weights."""
    from winitgen.files.output.side_file import write_side_file

    assert source.config is not None
    write_side_file(source.config_path, source.config, replace=choices["force"])
