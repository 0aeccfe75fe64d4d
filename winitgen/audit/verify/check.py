"""Verifies one file against its recipe or a spec, and reports the result."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, SupportsIndex

from winitgen import arguments, load
from winitgen.audit.matching import match_tensors
from winitgen.audit.recipe_plan import plan_of
from winitgen.audit.verify.by_recipe import (
    another_framework,
    another_recipe,
    expected,
    hash_of,
    not_compared,
)
from winitgen.audit.verify.copied import check_base, copied_names, copied_part
from winitgen.audit.verify.headers import as_mistakes, differences
from winitgen.audit.verify.kept import changed_values, is_kept
from winitgen.audit.verify.redraw import FirstDifference, first_difference
from winitgen.errors import DiffersError, Mistake, UsageError
from winitgen.files.digests import content, digested, digests_of
from winitgen.files.formats.format import byte_count
from winitgen.files.formats.keras_h5.left_out import note
from winitgen.files.input import open_weights
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.other_reading import misread, noted
from winitgen.files.recipe import Recipe, difference, parse
from winitgen.layouts import tensors
from winitgen.numeric.threads import threads_of
from winitgen.planning.plan import STREAM, Plan
from winitgen.spec.model import ModelSpec

if TYPE_CHECKING:
    from winitgen.files.digests import TensorDigest


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
    base: str | os.PathLike[str] | None = None,
    expect: str | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> dict[str, Any]:
    """Draw a weight file again, compare it bit for bit, and return a report if all values are equal.

    Without ``spec`` the recipe in the file is used, which whoever changes the file can change, too: that finds accidents.
    With ``spec``, or with ``expect``, the SHA-256 of the recipe, the values are those that were planned. With ``spec`` ``seed``, ``dtype`` and ``layout`` have the same meaning
    as for `winitgen.plan`. The order of tensors and alignment do not matter, nor which container it is, unless a loader that goes
    by the name would take it for another. The report has both: ``format``, and ``recipe``, the SHA-256. With ``digest``
    the report also has the digests. Tensors that the recipe says are copied from another file have to have the digest
    that stands there; with ``base``, that file, they are compared with it. ``progress`` is called from time to time with the number of bytes done and the
    total.

    Raises `DiffersError`, whose ``mistakes`` are the differences: whatever the format's own loader could read otherwise, names, shapes
    and number formats, or else the first element that differs. Raises `UnreadableError` for a file or a recipe that cannot be read.

    With ``statistics`` nothing is drawn: the values may be another program's, and the calling thread tests whether
    they have the distributions that ``spec`` plans. A difference raises nothing; the report has it as ``verdict``::

        verdict           agrees, or differs: in a name, a shape, a number format, or by a test that rejects
        level, tests      a bound on the chance of a false alarm about the whole file, and the number of tests
        file, format, model, layout
        missing, extra    names of tensors that are not in the file, and of unplanned arrays
        hints             lines about the file as a whole
        tensors           for each parameter in each tensor: name, parameter, shape, dtype, elements, scheme,
                          planned and measured mean and std, tests (value, planned, z, p), verdict (agrees,
                          differs or untested), why it differs, and hints about what the values are instead
    """
    path, base = arguments.path("path", path), None if base is None else arguments.path("base", base)
    digest, statistics = arguments.flag("digest", digest), arguments.flag("statistics", statistics)
    _check_call(spec, (seed, dtype, layout), digest=digest, statistics=statistics, base=base)
    expect = expected(expect)
    if statistics and expect is not None:
        raise UsageError(
            "statistics needs no recipe, so that it has no use for expect; ask for one of the two"
        )
    share = threads_of(arguments.count("threads", threads))
    relay = arguments.Relay("progress", progress)
    planned = None if spec is None else load.plan(spec, seed=seed, dtype=dtype, layout=layout)
    with relay as tell, open_weights(path) as weights:
        if statistics and planned is not None:
            from winitgen.audit.statistics import check

            return check(weights, planned)
        return _Check(weights, planned, base, expect).run(share, digest, tell)


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


class _Check:
    """One file against one plan, from its own recipe or from a spec."""

    def __init__(
        self,
        weights: OpenFile,
        planned: Plan | None,
        base: str | os.PathLike[str] | None,
        expect: str | None = None,
    ) -> None:
        self.weights = weights
        self.expect = expect
        self.own = planned is None
        self.base = base
        self.planned = plan_of(weights) if planned is None else planned
        self.recipe = hash_of(self.planned, weights)
        self.whole = match_tensors(weights, tensors(self.planned))
        self.copied = copied_part(weights, self.whole)
        check_base(self.copied, base, weights.path)
        self.found = self.whole if self.copied is None else self.copied.drawn
        elsewhere = {tensor.name for tensor in self.found.left_out} | copied_names(self.copied)
        self.named = [tensor for tensor in tensors(self.planned) if tensor.name not in elsewhere]

    def run(
        self, threads: int, digest: bool, progress: Callable[[int, int], object] | None
    ) -> dict[str, Any]:
        """Return the report; raise `DiffersError` with a report if anything differs."""
        path = self.weights.path
        container = self.weights.format
        compared = self.whole if self.copied is None else self.whole._replace(extra=[])
        if lines := [*self._misread(), *differences(compared, container)]:
            raise self._differs(as_mistakes(path, lines), None)
        if self.copied is not None and (lines := self.copied.changed(self.planned, self.base, threads)):
            raise self._differs(as_mistakes(path, lines), None)
        digests = self._digests() if digest else []
        total = sum(map(byte_count, self.named))
        kept = {number for number, pair in enumerate(self.found.pairs) if is_kept(pair.tensor)}
        changed = [
            line
            for number in sorted(kept)
            if (line := changed_values(self.found.pairs[number], container, digests[number:][:1]))
        ]
        if changed:
            raise self._differs(as_mistakes(path, changed), None)
        drawn = [pair for number, pair in enumerate(self.found.pairs) if number not in kept]
        first = first_difference(
            drawn,
            threads=threads,
            observers=[one.see for number, one in enumerate(digests) if number not in kept],
            progress=(lambda done: progress(done, total)) if progress else None,
        )
        if first:
            raise self._differs([Mistake(path, 0, 0, "", str(first))], first)
        if lines := misread(late := self.weights.late(True)):
            raise self._differs(as_mistakes(path, lines), None)
        notes = [
            *self._notes(),
            *noted([*self.weights.others, *late]),
            *(not_compared(self.weights) if self.copied is None else ()),  # a base's are copied, too
        ]
        report = {**self._report("verified"), "notes": notes}
        if digest:
            report["digests"] = self._all_digests(digests, threads)
        return report

    def _misread(self) -> list[str]:
        """Return what is wrong before anything is compared: the recipe, or what a loader would read otherwise."""
        return [
            *another_recipe(self.expect, self.recipe),
            *misread(self.weights.others),
            *another_framework(self.weights, self.planned),
        ]

    def _all_digests(self, digests: list[TensorDigest], threads: int) -> dict[str, str]:
        """Return the digests of the whole file, once the drawn tensors have been hashed."""
        if self.copied is None:
            return digests_of(self.planned, self.named, digests, threads)
        return {"content": content([*digested(self.named, digests), *self.copied.digested()])}

    def _digests(self) -> list[TensorDigest]:
        from winitgen.files.digests import TensorDigest

        return [TensorDigest(tensor.size) for tensor in self.named]

    def _report(self, status: str) -> dict[str, Any]:
        planned, copied = self.planned, self.copied
        held = [*self.named, *(copied.tensors if copied else ())]
        return {
            "file": self.weights.path,
            "format": self.weights.format,
            "status": status,
            "model": planned.model,
            "stream": STREAM,
            "seed": planned.seed,
            "dtype": planned.dtype,
            "layout": planned.layout,
            "origin": "recipe" if self.own else "spec",
            "recipe": self.recipe,
            "totals": {
                "tensors": len(held),
                "elements": sum(tensor.size for tensor in held),
                "bytes": sum(map(byte_count, held)),
            },
        } | ({} if copied is None else {"copied": copied.report(self.base)})

    def _differs(self, lines: list[Mistake], first: FirstDifference | None) -> DiffersError:
        """Return the error, with its lines and the report for programs."""
        if clause := self._other_recipe():
            lines = [*lines, Mistake(self.weights.path, 0, 0, "", clause)]
        report = {
            **self._report("differs"),
            "differences": [line.message for line in lines],
            "first": None if first is None else first._asdict(),
        }
        return DiffersError("\n".join(map(str, lines)), mistakes=lines, report=report)

    def _other_recipe(self) -> str | None:
        """Return how the recipe in the file differs from the given spec, or None if the file has no recipe."""
        if self.own:
            return ""
        found = parse(self.weights.recipe)
        if isinstance(found, Recipe):  # which tensors are copied is for the file to say
            return difference(found, Recipe.of(self.planned, found.base))
        return None if found is None else difference(found, Recipe.of(self.planned))

    def _notes(self) -> list[str]:
        """Return notes for the user about a file whose values match."""
        notes = [note(self.found.left_out)] if self.found.left_out else []
        notes += [self.copied.note(self.base)] if self.copied else []
        clause = self._other_recipe()
        if clause is None:
            return [*notes, "the file carries no recipe; its values are those of the spec"]
        if clause:
            notes.append(f"the file carries a different recipe: {clause}; its values are those of the spec")
        return notes
