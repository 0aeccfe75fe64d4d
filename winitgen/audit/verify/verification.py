"""Compares one file with one plan, value by value, and reports the result."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.audit.name_rules import NameRules
from winitgen.audit.recipe_plan import plan_of
from winitgen.audit.ruled_matching import match_ruled, ruled_report
from winitgen.audit.verify.by_recipe import (
    another_dtype,
    another_framework,
    another_recipe,
    hash_of,
    not_compared,
)
from winitgen.audit.verify.cheap_first import is_whole, one_value
from winitgen.audit.verify.copied import check_base, check_ignored, claimed, copied_names, copied_part
from winitgen.audit.verify.headers import as_mistakes, differences
from winitgen.audit.verify.kept import changed_values, is_kept
from winitgen.audit.verify.redraw import FirstDifference, first_difference
from winitgen.errors import DiffersError, Mistake
from winitgen.files.canonical import as_written
from winitgen.files.digests import content, digested, digests_of
from winitgen.files.formats.format import byte_count
from winitgen.files.formats.keras_h5.left_out import note
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.other_reading import OtherReading, misread, noted
from winitgen.files.recipe import Recipe, difference, parse
from winitgen.layouts import tensors
from winitgen.planning.plan import STREAM, Plan

if TYPE_CHECKING:
    from winitgen.files.digests import TensorDigest


class Verification:
    """One file against one plan, from its own recipe or from a spec."""

    def __init__(
        self,
        weights: OpenFile,
        planned: Plan | None,
        base: str | os.PathLike[str] | None,
        expect: str | None = None,
        rules: NameRules | None = None,
    ) -> None:
        self.weights = weights
        self.expect = expect
        self.own = planned is None
        self.base = base
        self.planned = plan_of(weights) if planned is None else planned
        self.recipe = hash_of(self.planned, weights)
        self.rules = rules or NameRules()
        self.whole, self.ignored, self.hint = match_ruled(weights, tensors(self.planned), self.rules)
        self.copied = copied_part(weights, self.whole)
        check_base(self.copied, base, weights.path)
        check_ignored(self.copied, self.ignored, weights.path)
        self.by_file = planned is not None and expect is None
        self.found = self.whole if self.copied is None else self.copied.drawn
        elsewhere = (
            {tensor.name for tensor in self.found.left_out} | copied_names(self.copied) | {*self.ignored}
        )
        self.named = [tensor for tensor in tensors(self.planned) if tensor.name not in elsewhere]

    def run(
        self, threads: int, digest: bool, progress: Callable[[int, int], object] | None
    ) -> dict[str, Any]:
        """Return the report; raise `DiffersError` with a report if anything differs."""
        compared = self.whole if self.copied is None else self.whole._replace(extra=[])
        self._refuse([*self._misread(), *differences(compared, self.weights.format)])
        if self.copied is not None:
            self._refuse(self.copied.changed(self.planned, self.base, threads))
        digests = self._digests() if digest else []
        self._compare(digests, threads, progress)
        late = self.weights.late(True)
        self._refuse(misread(late))
        report = {**self._report("verified"), "notes": [*self._notes(), *self._unread(late)]}
        if digest:
            report["digests"] = self._all_digests(digests, threads)
        return report

    def _refuse(self, lines: Sequence[str]) -> None:
        """Raise `DiffersError` if there are differences."""
        if lines:
            raise self._differs(as_mistakes(self.weights.path, lines), None)

    def _compare(
        self, digests: Sequence[TensorDigest], threads: int, progress: Callable[[int, int], object] | None
    ) -> None:
        """Compare the values that the recipe keeps by their digests, and draw the others again, costly ones last."""
        pairs, container = self.found.pairs, self.weights.format
        total = sum(map(byte_count, self.named))
        kept = {number for number, pair in enumerate(pairs) if is_kept(pair.tensor)}
        changed = (changed_values(pairs[number], container, digests[number:][:1]) for number in sorted(kept))
        self._refuse([line for line in changed if line])
        self._refuse(one_value(pairs, container))
        drawn = sorted(set(range(len(pairs))) - kept, key=lambda number: is_whole(pairs[number]))
        first = first_difference(
            [pairs[number] for number in drawn],
            threads=threads,
            observers=[digests[number].see for number in drawn] if digests else (),
            progress=(lambda done: progress(done, total)) if progress else None,
        )
        if first:
            raise self._differs([Mistake(self.weights.path, 0, 0, "", str(first))], first)

    def _unread(self, late: Sequence[OtherReading]) -> list[str]:
        """Return notes about what was not compared."""
        # What a file with copied tensors says of itself is copied, too.
        metadata = not_compared(self.weights) if self.copied is None else ()
        return [*noted([*self.weights.others, *late]), *metadata]

    def _misread(self) -> list[str]:
        """Return what is wrong before anything is compared: the recipe, or what a loader would read otherwise."""
        return [
            *another_recipe(self.expect, self.recipe),
            *misread(self.weights.others),
            *another_framework(self.weights, self.planned),
            *another_dtype(self.weights, self.planned),
            *claimed(self.copied, self.base, by_file=self.by_file),
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
            **ruled_report(self.rules, self.ignored),
        } | ({} if copied is None else {"copied": copied.report(self.base)})

    def _differs(self, lines: list[Mistake], first: FirstDifference | None) -> DiffersError:
        """Return the error, with its lines and the report for programs."""
        if clause := self._other_recipe():
            lines = [*lines, Mistake(self.weights.path, 0, 0, "", clause)]
        found = [line.message for line in lines]
        if self.hint:
            lines = [*lines, Mistake(self.weights.path, 0, 0, "", self.hint)]
        report = {
            **self._report("differs"),
            "differences": found,
            "hints": [self.hint] if self.hint else [],
            "first": None if first is None else first._asdict(),
        }
        return DiffersError("\n".join(map(str, lines)), mistakes=lines, report=report)

    def _other_recipe(self) -> str | None:
        """Return how the recipe in the file differs from the given spec, or None if the file has no recipe."""
        if self.own:
            return ""
        found = as_written(self.weights.recipe)
        if found is None and parse(self.weights.recipe) is not None:
            return "its text is not in the form in which winitgen writes it"
        if isinstance(found, Recipe):  # which tensors are copied is for the file to say
            return difference(found, Recipe.of(self.planned, found.base))
        return None if found is None else difference(found, Recipe.of(self.planned))

    def _notes(self) -> list[str]:
        """Return notes for the user about a file whose values match."""
        notes = [note(self.found.left_out)] if self.found.left_out else []
        notes += self.copied.notes(self.base, by_file=self.by_file) if self.copied else []
        clause = self._other_recipe()
        if clause is None:
            return [*notes, "the file carries no recipe; its values are those of the spec"]
        if clause:
            notes.append(f"the file carries a different recipe: {clause}; its values are those of the spec")
        return notes
