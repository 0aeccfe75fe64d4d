"""The parameters of a plan by their ids, against which rules are matched: ``winitgen plan --ids``."""

from __future__ import annotations

from collections.abc import Iterator

from winitgen.layouts import tensors
from winitgen.planning.plan import Plan
from winitgen.report.titles import IDS


def id_table(planned: Plan) -> tuple[list[str], Iterator[list[str]]]:
    """Return the head of a table, and a row for each parameter, one after another in the order of the file.

    ``type`` is the type of its layer, and ``tensor`` the array that holds it, alone or with others.
    """
    rows = (
        [parameter.id, parameter.type, tensor.name]
        for tensor in tensors(planned)
        for parameter in tensor.parameters
    )
    return [*IDS], rows
