"""The library functions that write a model, or end the writing of one."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import SupportsIndex

from winitgen import arguments
from winitgen.arguments import Dtype
from winitgen.load import Source, plan
from winitgen.planning.plan import Plan
from winitgen.spec.model import ModelSpec
from winitgen.writing.one_file import Written, dry_run, write_plan

__all__ = ["Written", "dry_run", "finalize", "write", "write_plan"]


def write(  # noqa: PLR0913  # the options of the command line, each by name
    spec: ModelSpec | Source | Plan,
    path: str | os.PathLike[str],
    *,
    seed: SupportsIndex | None = None,
    dtype: Dtype | None = None,
    layout: str | None = None,
    format: str | None = None,
    max_shard_size: str | None = None,
    shard_name: str | None = None,
    base: str | os.PathLike[str] | None = None,
    only: Sequence[str] = (),
    except_: Sequence[str] = (),
    add: bool = False,
    threads: SupportsIndex | None = None,
    force: bool = False,
    check: bool = False,
    fsync: bool = True,
    progress: Callable[[int], object] | None = None,
    digest: bool = False,
) -> Written:
    """Draw a model and write it to ``path``, complete or not at all; return its report.

    ``format`` overrides the format that the path's ending selects. With ``max_shard_size``, such as ``"5GB"``, or a
    path that ends in ``.safetensors.index.json``, the model is written in shards of at most that many bytes of
    values, whose names begin with ``shard_name``, and the index after them. With ``base``, the path of a weight file,
    tensors whose names match a pattern of ``only``, or none of ``except_``, are drawn and all others copied from it,
    bit for bit; with ``add`` those that it lacks are drawn too. An existing file is replaced
    only with ``force``; one that already holds exactly these bytes is left untouched. With ``check``
    nothing is written, and a file that is not up to date raises `DiffersError`. ``threads``
    defaults to the number of processors this process may use; it does not change any byte.
    ``progress`` is called from time to time with the number of bytes written. With ``digest`` the report
    has ``digests``: the content digest, which is the same in every container, and the parameters digest, which
    is the same in every layout.
    """
    from winitgen.files.output.options import WriteOptions
    from winitgen.files.output.output_path import output_path
    from winitgen.files.shards.target import shard_target
    from winitgen.writing.base.choice import base_choice
    from winitgen.writing.sharded import write_sharded

    relay = arguments.Relay("progress", progress)
    options = WriteOptions(
        format=arguments.text("format", format),
        threads=arguments.count("threads", threads),
        force=arguments.flag("force", force),
        check=arguments.flag("check", check),
        fsync=arguments.flag("fsync", fsync),
        digest=arguments.flag("digest", digest),
    )
    out = output_path(arguments.path("path", path))
    size, stem = arguments.text("max_shard_size", max_shard_size), arguments.text("shard_name", shard_name)
    choice = base_choice(
        None if base is None else arguments.path("base", base),
        arguments.texts("only", only),
        arguments.texts("except_", except_),
        add=arguments.flag("add", add),
    )
    planned = plan(spec, seed=seed, dtype=dtype, layout=layout)
    target = shard_target(out, size, stem, options.format)
    with relay as tell:
        options = options._replace(progress=tell)
        if target is not None:
            written = write_sharded(planned, target, options, base=choice)
        else:
            written = write_plan(planned, out, options, choice)
    return Written(written.status, written.report | {"tensors": list(written.report["tensors"])})


def finalize(  # the options of the command line, each by name
    path: str | os.PathLike[str],
    *,
    shard_name: str | None = None,
    max_shard_size: str | None = None,
    world_size: SupportsIndex | None = None,
    force: bool = False,
    check: bool = False,
    fsync: bool = True,
) -> Written:
    """Check that a folder holds all shards of one model, and write their index; return a report.

    It ends a run of ``winitgen init --rank``, after all ranks. ``path`` is the folder, or the index in it. No value is
    drawn or read: every shard must have the size and the header that the recipe in the shards gives, and every tensor
    must be in exactly one. Raises `DiffersError` for what is missing or does not fit; ``world_size``, with the
    ``max_shard_size`` of the run, then names the ranks that write what is missing. If there are shards of several runs,
    ``max_shard_size`` says which is meant, complete or not. An index or files of another run
    raise `ExistsError` unless ``force`` replaces or removes them. With ``check`` nothing is written.
    """
    from winitgen.files.output.options import WriteOptions
    from winitgen.writing import finalizing

    return finalizing.finalize(
        arguments.path("path", path),
        WriteOptions(
            force=arguments.flag("force", force),
            check=arguments.flag("check", check),
            fsync=arguments.flag("fsync", fsync),
        ),
        shard_name=arguments.text("shard_name", shard_name),
        max_shard_size=arguments.text("max_shard_size", max_shard_size),
        world_size=arguments.count("world_size", world_size),
    )
