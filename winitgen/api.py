"""The library's functions: a spec read, planned, drawn into arrays, written into a file, and looked at."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from winitgen import writing
from winitgen.audit.diff.report import diff
from winitgen.audit.inspect.report import inspect
from winitgen.audit.verify.check import verify
from winitgen.errors import UsageError
from winitgen.layouts import tensors
from winitgen.layouts.tensor import Tensor
from winitgen.load import Source, load_spec, plan
from winitgen.planning.plan import Plan
from winitgen.spec.model import ModelSpec
from winitgen.writing import Written

if TYPE_CHECKING:
    import numpy as np

    from winitgen.probing.options import ProbeOptions
    from winitgen.spec.expressions import Number

__all__ = ["Written", "diff", "generate", "inspect", "load_spec", "plan", "probe", "verify", "write"]


def generate(
    spec: ModelSpec | Source | Plan,
    *,
    seed: int | None = None,
    dtype: str | None = None,
    layout: str | None = None,
) -> dict[str, np.ndarray[Any, Any]]:
    """Return the arrays of a model by their names, drawn in memory."""
    return {
        tensor.name: _array(tensor) for tensor in tensors(plan(spec, seed=seed, dtype=dtype, layout=layout))
    }


def _array(tensor: Tensor) -> np.ndarray[Any, Any]:
    """Return all values of a tensor, drawn in blocks: scratch that fits the cache is several times faster."""
    from winitgen.drawing.draw import in_blocks

    return in_blocks(tensor.draw, tensor.shape, tensor.dtype)


def write(  # noqa: PLR0913  # the choices of a command line, each by its name
    spec: ModelSpec | Source | Plan,
    path: str | os.PathLike[str],
    *,
    seed: int | None = None,
    dtype: str | None = None,
    layout: str | None = None,
    format: str | None = None,
    threads: int | None = None,
    force: bool = False,
    check: bool = False,
    fsync: bool = True,
    progress: Callable[[int], object] | None = None,
    digest: bool = False,
) -> Written:
    """Draw a model and write it to ``path``, complete or not at all; return its report.

    The format follows from the path's ending, or from ``format``. An existing file is replaced
    with ``force`` alone; one that holds exactly these bytes is left as it is. With ``check``
    nothing is written, and `DiffersError` says that the file is not up to date. ``threads``
    defaults to the number of processors this process may use; it does not change any byte.
    ``progress`` is called now and then with the bytes done. With ``digest`` the report has ``digests``: of the
    content, which no container changes, and of the parameters, which no layout changes.
    """
    return writing.write(
        plan(spec, seed=seed, dtype=dtype, layout=layout),
        path,
        format=format,
        threads=threads,
        force=force,
        check=check,
        fsync=fsync,
        progress=progress,
        digest=digest,
    )


def probe(
    spec: ModelSpec | Source,
    *,
    variables: Mapping[str, Number] | None = None,
    **options: Unpack[ProbeOptions],
) -> dict[str, Any]:
    """Send a batch through a network as it is drawn, and a gradient back; return what was measured.

    The options are those of `ProbeOptions`. The result is plain values, as ``winitgen probe --json`` prints
    them. Raises `SpecError` for layers that cannot be probed, `UsageError` and `UnreadableError` for
    what else does not fit.
    """
    from winitgen.probing.options import probe_by

    def read(replaced: Mapping[str, Number]) -> ModelSpec:
        if not isinstance(spec, ModelSpec):
            return load_spec(spec, variables={**(variables or {}), **replaced})
        if replaced or variables:
            raise UsageError("variables are replaced as a spec is read; give its path, not a ModelSpec")
        return spec

    return probe_by(read, **options)
