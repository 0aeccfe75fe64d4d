"""Verifies one file against its recipe or a spec: the checks of the call."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, SupportsIndex

from winitgen import arguments, load
from winitgen.audit.name_rules import name_rules
from winitgen.audit.verify.by_recipe import expected
from winitgen.audit.verify.verification import Verification
from winitgen.errors import UsageError
from winitgen.files.input import open_weights
from winitgen.files.stores.address import located
from winitgen.numeric.threads import threads_of
from winitgen.planning.plan import Plan
from winitgen.spec.model import ModelSpec


def verify(  # noqa: PLR0913  # the options of the command line, each by name
    path: str | os.PathLike[str],
    spec: ModelSpec | load.Source | Plan | None = None,
    *,
    seed: SupportsIndex | None = None,
    dtype: arguments.Dtype | None = None,
    layout: str | None = None,
    threads: SupportsIndex | None = None,
    digest: bool = False,
    statistics: bool = False,
    ideal: bool = False,
    base: str | os.PathLike[str] | None = None,
    expect: str | None = None,
    ignore: Sequence[str] = (),
    rename: Sequence[str] = (),
    strip_prefix: str | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> dict[str, Any]:
    """Draw a weight file again, compare it bit for bit, and return a report if all values are equal.

    Without ``spec`` the recipe in the file is used, which whoever changes the file can change, too: that finds
    accidents. With ``spec``, or with ``expect``, the SHA-256 of the recipe, the values are those that were planned.
    ``seed``, ``dtype`` and ``layout`` go with ``spec``, and mean what they mean for `winitgen.plan`. The order of
    tensors and alignment do not matter, nor does the container, unless a loader that goes by the name would take it
    for another. The report has ``format``, the container, and ``recipe``, the SHA-256; with ``digest`` also the digests.
    Tensors that the recipe says are copied from another file have to have the digest that stands there; with
    ``base``, that file, they are compared with it. A ``spec`` says of no tensor that it is copied, so that it needs one
    of ``base`` and ``expect`` for such a file. ``ignore``, ``rename`` and ``strip_prefix`` leave out tensors and change
    the names of the file as for `winitgen.diff`; the report says which. What a loader could misread differs all the
    same. ``progress`` is called from time to time with the number of bytes
    done and the total.

    Raises `DiffersError`, whose ``mistakes`` are the differences: whatever the format's own loader could read
    otherwise, names, shapes and number formats, or else the first element that differs. Raises `UnreadableError` for a
    file or a recipe that cannot be read. Tensors whose values are computed together, as those of orthogonal matrices, are
    compared after all others.

    With ``statistics`` nothing is drawn: the values may be another program's, and the calling thread tests whether
    they have the distributions that ``spec`` plans. Values that differ from the planned law as those of a library are known to differ agree,
    and the report names that law; with ``ideal`` they differ. A difference raises nothing; the report has it as ``verdict``::

        verdict           agrees, or differs: in a name, a shape, a number format, or by a test that rejects
        level, tests      a bound on the chance of a false alarm about the whole file, and the number of tests
        laws              for each law of a library: law, in words, library, version, and the names of its tensors
        file, format, model, layout
        missing, extra    names of tensors that are not in the file, and of unplanned arrays
        hints             lines about the file as a whole
        tensors           for each parameter in each tensor: name, parameter, shape, dtype, elements, scheme,
                          planned and measured mean and std, tests (value, planned, z, p), verdict (agrees,
                          differs or untested), why it differs, the law of a library or None, and hints about
                          what the values are instead;
                          a number that is not finite is None
    """
    path = arguments.path("path", path)
    base = None if base is None else located(arguments.path("base", base))
    digest, statistics = arguments.flag("digest", digest), arguments.flag("statistics", statistics)
    if arguments.flag("ideal", ideal) and not statistics:
        raise UsageError("ideal is about the laws of statistics; ask for both")
    _check_call(spec, (seed, dtype, layout), digest=digest, statistics=statistics, base=base)
    expect = expected(expect)
    if statistics and expect is not None:
        raise UsageError(
            "statistics needs no recipe, so that it has no use for expect; ask for one of the two"
        )
    rules = name_rules(ignore, rename, strip_prefix)
    if digest and rules.ignored:
        raise UsageError("a digest is of all tensors, and ignore leaves some out; ask for one of the two")
    share = threads_of(arguments.count("threads", threads))
    relay = arguments.Relay("progress", progress)
    planned = None if spec is None else load.plan(spec, seed=seed, dtype=dtype, layout=layout)
    with relay as tell, open_weights(path) as weights:
        if statistics and planned is not None:
            from winitgen.audit.statistics import check

            return check(weights, planned, tell, rules, ideal=ideal)
        return Verification(weights, planned, base, expect, rules).run(share, digest, tell)


def _check_call(
    spec: object, replaced: tuple[object, ...], *, digest: bool, statistics: bool, base: object
) -> None:
    """Refuse conflicting arguments before anything is read."""
    if spec is None and any(choice is not None for choice in replaced):
        raise UsageError("seed, dtype and layout replace those of a spec; name the spec")
    if statistics and spec is None:
        raise UsageError("statistics compares a file with a layer-spec; name the spec")
    if statistics and base is not None:
        raise UsageError(
            "statistics copies nothing, so that it has no use for a base; ask for one of the two"
        )
    if statistics and digest:
        raise UsageError(
            "a digest needs values that are drawn again, but statistics draws none; ask for one of the two"
        )
