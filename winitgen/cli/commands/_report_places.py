"""Where reports may not be written: over a file that the call writes, or reads for its values."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from winitgen.files.stores.address import is_remote

if TYPE_CHECKING:
    from winitgen.cli.commands._checkpoint import Source
    from winitgen.planning.plan import Plan
    from winitgen.report.files import Place

SOURCE = "a file that the layer-spec needs"


def check_reports(reports: Iterable[str], source: Source, *, force: bool) -> None:
    """Raise `UsageError` for a report that would replace a file of the output, of the base, or another with values.

    Without ``force`` it replaces only another report.
    """
    for path in reports:
        from winitgen.files.weight_files import weight_files
        from winitgen.report.files import refuse_replacing
        from winitgen.report.replaceable import refuse_other_kind

        others: list[tuple[str, Place]] = []
        if source.config is not None:
            others.append(("the config of the output", source.config_path))
        if source.shards is not None and _is_shard(path, source):
            others.append(("a file of the output", path))
        if source.base is not None:
            files = [*weight_files(source.base.path), *_named_inside(source.base.path, path)]
            others += [("a file of the base", file) for file in files]
        refuse_replacing(path, "report", [*others, *files_with_values(source.plan)])
        refuse_other_kind(path, "report", force=force)


def _named_inside(weights: str, report: str) -> Sequence[str]:
    """Return the files beside weights that only opening them tells, if a report would replace anything."""
    if is_remote(weights) or not os.path.isfile(report):
        return []
    from winitgen.files.input import open_weights

    with open_weights(weights) as opened:
        return opened.beside


def _is_shard(path: str, source: Source) -> bool:
    """Return whether a report is called like the index or a shard of the output, in its folder."""
    folder, name = os.path.split(os.path.realpath(path))
    assert source.shards is not None
    here = not is_remote(source.folder) and os.path.realpath(source.folder) == folder
    return here and source.shards.names.are_of(name)


def files_with_values(planned: Plan) -> Iterator[tuple[str, str]]:
    """Yield the files from which a plan takes values, each with what it is."""
    from winitgen.drawing.distributions.file_values import FileValues
    from winitgen.files.weight_files import weight_files

    values = [parameter.distribution for parameter in planned.parameters]
    paths = dict.fromkeys(one.path for one in values if isinstance(one, FileValues))
    for path in (path for path in paths if "\0" not in path):  # no file has such a name
        for file in weight_files(os.path.join(os.path.dirname(planned.file), path)):
            yield SOURCE, file
