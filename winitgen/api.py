"""The library's functions: a spec read, planned, drawn into arrays, written into a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.dtypes import DTYPES, FLOAT_DTYPES
from winitgen.errors import Mistake, UnreadableError, UsageError
from winitgen.layouts import LAYOUTS
from winitgen.layouts.base import Tensor
from winitgen.planning import flow
from winitgen.planning.build import build
from winitgen.planning.names import clash
from winitgen.planning.plan import STREAM, Plan
from winitgen.spec.document import is_seed, read_spec
from winitgen.spec.expressions import Number
from winitgen.spec.mistakes import Mistakes, TooManyMistakes, show, suggest
from winitgen.spec.model import ModelSpec

if TYPE_CHECKING:
    import numpy as np

    from winitgen.writers.base import Format

STDOUT = "-"
"""The path that stands for standard output."""

Source = str | os.PathLike[str] | Mapping[str, Any]
"""A layer-spec: the path of its file, or its contents as a mapping."""


class Written(NamedTuple):
    """What `write` did: ``status`` is ``written``, or ``unchanged`` where exactly these bytes stood."""

    status: str
    report: dict[str, Any]


def load_spec(source: Source, *, variables: Mapping[str, Number] | None = None) -> ModelSpec:
    """Read a layer-spec and check all of it.

    ``variables`` replace those of the same name under ``vars``. Raises `SpecError` with every
    mistake, `UnreadableError` where there is no such file.
    """
    if isinstance(source, Mapping):
        import json

        return parse_spec(json.dumps(dict(source)).encode(), "<mapping>", variables=variables)
    path = os.fspath(source)
    return parse_spec(read_file(path), path, variables=variables)


def read_file(path: str) -> bytes:
    """Return the bytes of a layer-spec; raise `UnreadableError` where that fails."""
    from winitgen.spec.yaml import MOST_BYTES

    try:
        with open(path, "rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableError(f"cannot read {path}: {reason}") from None


def parse_spec(content: bytes, file: str, *, variables: Mapping[str, Number] | None = None) -> ModelSpec:
    """Read the layer-spec in ``content``; ``file`` is the name that messages give it."""
    mistakes = Mistakes(file)
    spec = read_spec(content, mistakes, variables)
    if spec is not None:
        _build(spec, mistakes, spec.seed, spec.dtype, spec.layout)
    mistakes.raise_if_any()
    assert spec is not None  # without a spec there is a mistake
    return spec


def plan(
    spec: ModelSpec | Source, *, seed: int | None = None, dtype: str | None = None, layout: str | None = None
) -> Plan:
    """Return what would be drawn; ``seed``, ``dtype`` and ``layout`` replace those of the spec."""
    if not isinstance(spec, ModelSpec):
        spec = load_spec(spec)
    _check_options(seed, dtype, layout)
    mistakes = Mistakes(spec.file)
    planned = _build(
        spec,
        mistakes,
        spec.seed if seed is None else seed,
        dtype or spec.dtype,
        layout or spec.layout,
    )
    mistakes.raise_if_any()
    return planned


def _build(spec: ModelSpec, mistakes: Mistakes, seed: int, dtype: str, layout: str) -> Plan:
    """Return the plan, with every mistake noted, those of the layout's names too."""
    planned = Plan(spec.model, seed, dtype, layout, (), {})
    try:
        planned = build(spec, mistakes, seed=seed, dtype=dtype, layout=layout)
    except TooManyMistakes:
        return planned
    if not mistakes.found:
        _note_refused(planned, spec, mistakes)
    if not mistakes.found:
        pair = clash(tensor.name for tensor in tensors(planned))
        if pair:
            message = f"the tensors '{pair[0]}' and '{pair[1]}' cannot stand in one file; rename a layer"
            mistakes.found.append(Mistake(mistakes.file, 0, 0, "layers", message))
    return planned


def _note_refused(planned: Plan, spec: ModelSpec, mistakes: Mistakes) -> None:
    """Note every layer that the layout's framework cannot have, at its place in the spec."""
    refused = LAYOUTS[planned.layout].refused(planned)
    steps = flow.run(spec, Mistakes(spec.file)) if refused else []
    with suppress(TooManyMistakes):
        for index, refusal in refused:
            mistakes.add(steps[index].place.of(refusal.word), refusal.message)


def _check_options(seed: int | None, dtype: str | None, layout: str | None) -> None:
    """Raise `UsageError` for a seed, dtype or layout that does not exist."""
    if seed is not None and not is_seed(seed):
        raise UsageError(f"a seed is a whole number from 0 to 2^64 - 1, not {show(seed)}")
    if dtype is not None and dtype not in FLOAT_DTYPES:
        raise UsageError(f"unknown dtype {show(dtype)}{suggest(dtype, FLOAT_DTYPES)}")
    if layout is not None and layout not in LAYOUTS:
        hint = suggest(layout, list(LAYOUTS)) or f"; the layouts are {', '.join(LAYOUTS)}"
        raise UsageError(f"unknown layout {show(layout)}{hint}")


def tensors(planned: Plan) -> list[Tensor]:
    """Return the tensors of a plan, by the names of its layout, in the order of the spec."""
    return LAYOUTS[planned.layout].tensors(planned)


def size_of(planned: Plan) -> int:
    """Return the bytes of all values of a plan."""
    return sum(tensor.size * DTYPES[tensor.dtype].itemsize for tensor in tensors(planned))


def metadata(planned: Plan) -> dict[str, str]:
    """Return what the file says about itself: the framework, and how to draw the same values again.

    No clock, host, path or version: the same plan gives the same bytes everywhere.
    """
    import json

    provenance = {
        "dtype": planned.dtype,
        "layout": planned.layout,
        "seed": planned.seed,
        "spec": planned.spec,
        "stream": STREAM,
    }
    text = json.dumps(provenance, sort_keys=True, separators=(",", ":"))
    return {"format": LAYOUTS[planned.layout].framework, "winitgen": text}


def generate(
    spec: ModelSpec | Source, *, seed: int | None = None, dtype: str | None = None, layout: str | None = None
) -> dict[str, np.ndarray[Any, Any]]:
    """Return the arrays of a model by their names, drawn in memory."""
    return {
        tensor.name: _array(tensor) for tensor in tensors(plan(spec, seed=seed, dtype=dtype, layout=layout))
    }


def _array(tensor: Tensor) -> np.ndarray[Any, Any]:
    """Return all values of a tensor, drawn in blocks: scratch that fits the cache is several times faster."""
    from winitgen.draw import in_blocks

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
) -> Written:
    """Draw a model and write it to ``path``, complete or not at all; return its report.

    The format follows from the path's ending, or from ``format``. An existing file is replaced
    with ``force`` alone; one that holds exactly these bytes is left as it is. With ``check``
    nothing is written, and `DiffersError` says that the file is not up to date. ``threads``
    defaults to the number of processors this process may use; it does not change any byte.
    """
    from winitgen.report.statistics import Statistics
    from winitgen.report.summary import summarize, target
    from winitgen.writers import output

    file_format = format_of(path, format)
    planned = spec if isinstance(spec, Plan) else plan(spec, seed=seed, dtype=dtype, layout=layout)
    named, about = tensors(planned), metadata(planned)
    statistics = Statistics([target(tensor).mean for tensor in named])
    status = "written"
    if os.fspath(path) == STDOUT:
        output.write_stdout(file_format, named, about, observer=statistics, progress=progress)
    else:
        status = output.write(
            file_format,
            named,
            about,
            path,
            threads=threads or processors(),
            force=force,
            check=check,
            fsync=fsync,
            observer=statistics,
            progress=progress,
        )
    measured = [statistics.measured(index) for index in range(len(named))]
    return Written(
        status, {**summarize(planned, named, measured), **_target(file_format, named, about, path)}
    )


def dry_run(
    planned: Plan, path: str | os.PathLike[str] | None = None, *, format: str | None = None
) -> dict[str, Any]:
    """Return the report of what `write` would write, drawing nothing; without a path, of the plan."""
    from winitgen.report.summary import summarize

    named = tensors(planned)
    report = summarize(planned, named, None)
    if path is None:
        return report
    return {**report, **_target(format_of(path, format), named, metadata(planned), path)}


def _target(
    file_format: Format, named: list[Tensor], about: dict[str, str], path: str | os.PathLike[str]
) -> dict[str, Any]:
    """Return the report's part about the file: its name, its format and its size to the byte."""
    image = file_format.lay_out(named, about)
    sizes = [image.size] if isinstance(image, tuple) else [part.size for part in image.values()]
    return {"file": os.fspath(path), "format": file_format.name, "file_bytes": sum(sizes)}


def format_of(path: str | os.PathLike[str], name: str | None) -> Format:
    """Return the format of this name, else the one of the path's ending; safetensors down a pipe."""
    from winitgen.writers import by_name, by_path

    if name is None and os.fspath(path) == STDOUT:
        name = "safetensors"
    return by_name(name) if name else by_path(path)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
