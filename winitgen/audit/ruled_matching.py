"""Matches the arrays of a file with the tensors of a plan under names that are ignored, replaced or behind a prefix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.audit.matching import Matching, match_tensors
from winitgen.audit.name_rules import NameRules, ruled
from winitgen.audit.prefixes import prefix_hint
from winitgen.audit.rename_hint import rename_hint
from winitgen.errors import UsageError, printable

if TYPE_CHECKING:
    from winitgen.files.input.open_file import OpenFile
    from winitgen.files.input.stored_array import StoredArray
    from winitgen.layouts.tensor import Tensor

_MOST_NAMED = 5


class RuledMatching(NamedTuple):
    """What matches, the names of what is ``ignored``, and a line about a prefix, empty if there is none."""

    found: Matching
    ignored: list[str]
    hint: str


def match_ruled(weights: OpenFile, named: Sequence[Tensor], rules: NameRules) -> RuledMatching:
    """Match the arrays of a file, under their new names, with the tensors of a plan.

    Raises `UsageError` if no tensor is left, or if two arrays would have one name.
    """
    arrays = ruled(weights.tensors, rules, weights.path, first=True)
    hidden = {_dotted(name) for name in arrays.left_out}
    patterns = rules.patterns
    ignored = {one.name for one in named if patterns.match(one.name) or _dotted(one.name) in hidden}
    renamed = _as_planned(arrays.arrays, named, rules)
    whole = match_tensors(weights._replace(tensors=renamed), named)
    found = Matching(
        [pair for pair in whole.pairs if pair.tensor.name not in ignored],
        [tensor for tensor in whole.missing if tensor.name not in ignored],
        whole.extra,
        [tensor for tensor in whole.left_out if tensor.name not in ignored],
    )
    if ignored and len(ignored) == len(named):
        raise UsageError(f"ignore leaves no tensor of {weights.path} to be checked")
    alone = [*(tensor.name for tensor in found.missing), *(array.name for array in found.extra)]
    hint = ""
    if found.missing and found.extra and not rules.prefix:
        hint = prefix_hint([one.name for one in named], [array.name for array in renamed], alone)
    if found.missing and found.extra and not hint:
        hint = rename_hint(rules, [array.name for array in arrays.old.values()])
    planned = set(map(_dotted, ignored))
    others = [name for new, name in arrays.left_out.items() if _dotted(new) not in planned]
    return RuledMatching(found, [*(one.name for one in named if one.name in ignored), *others], hint)


def _as_planned(
    arrays: Sequence[StoredArray], named: Sequence[Tensor], rules: NameRules
) -> Sequence[StoredArray]:
    """Return arrays under the names of the plan where these have the prefix that was taken off."""
    behind = {
        _dotted(rules.stripped(one.name)): one.name for one in named if rules.stripped(one.name) != one.name
    }
    own = {_dotted(one.name) for one in named}
    if not behind:
        return arrays

    def planned(array: StoredArray) -> StoredArray:
        key = _dotted(array.name)
        if key in own or key not in behind:
            return array
        name = behind[key]
        return array.called(name.replace(".", "/") if "/" in array.name else name)

    return list(map(planned, arrays))


def ruled_report(rules: NameRules, ignored: Sequence[str]) -> dict[str, Any]:
    """Return what a report says of the rules: nothing without any."""
    if not rules.changes and not rules.ignored:
        return {}
    replaced = [f"{pattern.pattern}={text}" for pattern, text in rules.replacements]
    return {"ignored": list(ignored), "rename": replaced, "strip_prefix": rules.prefix or None}


def ruled_clause(report: dict[str, Any]) -> str:
    """Return the end of a line that says what was ignored and how names were changed; empty without any rule.

    >>> ruled_clause({"ignored": ["a", "b"], "rename": [], "strip_prefix": "module."})
    '; 2 tensors ignored: a, b; names without module.'
    """
    parts = []
    if names := report.get("ignored"):
        more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
        count = "1 tensor" if len(names) == 1 else f"{len(names):,} tensors"
        parts.append(f"{count} ignored: {', '.join(names[:_MOST_NAMED])}{more}")
    if prefix := report.get("strip_prefix"):
        parts.append(f"names without {prefix}")
    if replaced := report.get("rename"):
        parts.append(f"names replaced by {', '.join(replaced)}")
    return printable("".join(f"; {part}" for part in parts))


def _dotted(name: str) -> str:
    return name.replace("/", ".")
