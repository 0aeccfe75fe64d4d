"""Names that are left out, and names that are changed, before two lists of tensors are compared by name."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

from winitgen import arguments
from winitgen.audit import name_patterns
from winitgen.audit.name_patterns import NamePatterns
from winitgen.audit.replaced_names import Replaced, replaced_names
from winitgen.errors import UsageError
from winitgen.planning.reaching_rules import look
from winitgen.spec.mistakes import show

if TYPE_CHECKING:
    from winitgen.files.input.stored_array import StoredArray

LONGEST_REPLACEMENT = 1000


class NameRules(NamedTuple):
    """What becomes of the names: patterns of those that are ignored, replacements one after another, and a prefix.

    The prefix is taken off every name that begins with it, and then the names of the first file are replaced.
    """

    ignored: tuple[str, ...] = ()
    replacements: tuple[tuple[re.Pattern[str], str], ...] = ()
    prefix: str = ""

    def stripped(self, name: str) -> str:
        """Return a name without the prefix; ``/`` and ``.`` are one separator, as HDF5 has only the first."""
        begins = bool(self.prefix) and _dotted(name).startswith(_dotted(self.prefix))
        return name[len(self.prefix) :] if begins else name

    def renamed(self, names: Sequence[str]) -> list[Replaced]:
        """Return what each name of the first file becomes, with the replacements that fit it; raise `UsageError` as `replaced_names` does."""
        return replaced_names(self.replacements, [self.stripped(name) for name in names])

    def new_names(self, names: Sequence[str], *, first: bool) -> list[str]:
        """Return what each name of the first file, or of the other one, becomes."""
        return [one.name for one in self.renamed(names)] if first else [*map(self.stripped, names)]

    @property
    def patterns(self) -> NamePatterns:
        """The patterns of the names that are ignored, for one comparison."""
        return NamePatterns("ignore", self.ignored)

    @property
    def changes(self) -> bool:
        """Whether names can change."""
        return bool(self.prefix or self.replacements)


class RuledArrays(NamedTuple):
    """The arrays that are compared, under their new names; ``old`` has the file's own by these.

    ``left_out`` has the names of the ignored ones by what they would be called.
    """

    arrays: list[StoredArray]
    old: dict[str, StoredArray]
    left_out: dict[str, str]

    def without(self, names: Collection[str]) -> RuledArrays:
        """Return the arrays of which the other file's partner is not ignored; ``names`` are what those are called."""
        dropped = {_dotted(name) for name in names}
        also = {name: array.name for name, array in self.old.items() if _dotted(name) in dropped}
        return RuledArrays(
            [array for array in self.arrays if array.name not in also],
            {name: array for name, array in self.old.items() if name not in also},
            {**self.left_out, **also},
        )


def name_rules(ignore: object = (), rename: object = (), strip_prefix: object = None) -> NameRules:
    r"""Return the rules of a call; raise `UsageError` for an argument that is not one.

    >>> rules = name_rules(rename=[r"module\.(.*)=\1", "gamma$=weight"])
    >>> rules.renamed(["module.norm.gamma"])[0].name
    'norm.weight'
    """
    prefix = arguments.text("strip_prefix", strip_prefix)
    if prefix == "":
        raise UsageError("strip_prefix is empty; name what the names begin with, such as module.")
    return NameRules(
        arguments.texts("ignore", ignore),
        tuple(map(_replacement, arguments.texts("rename", rename))),
        prefix or "",
    )


def _replacement(text: str) -> tuple[re.Pattern[str], str]:
    """Return the pattern and the replacement in a text; the last ``=`` divides them."""
    old, equals, new = text.rpartition("=")
    if not equals or not old:
        raise UsageError(rf"rename is FROM=TO, as in 'module\.(.*)=\1', not {show(text)}")
    if len(new) > LONGEST_REPLACEMENT:
        raise UsageError(
            f"rename {show(text)} has a replacement of more than {LONGEST_REPLACEMENT:,} characters; write a shorter one"
        )
    try:
        pattern = re.compile(old)
        pattern.sub(new, "")  # a replacement is read before anything matches
    except (re.error, IndexError, OverflowError, RecursionError) as error:
        raise UsageError(f"rename {show(text)} cannot be read as a regular expression: {error}") from None
    return pattern, new


def ruled(arrays: Sequence[StoredArray], rules: NameRules, path: str, *, first: bool) -> RuledArrays:
    """Return the arrays of a file under their new names; ``first`` says whether names are replaced.

    Raises `UsageError` if two arrays would have one name, or one would have none, or if that takes too long.
    """
    if first:
        _check_work(arrays, rules, path)
    found, ignored = RuledArrays([], {}, {}), rules.patterns
    names = rules.new_names([array.name for array in arrays], first=first)
    for array, name in zip(arrays, names, strict=True):
        if ignored.match(array.name, name):
            found.left_out[name] = array.name
            continue
        if name in found.old:
            both = f"{show(found.old[name].name)} and {show(array.name)}"
            raise UsageError(f"{path}: {both} would both be called {show(name)}")
        if not name and array.name:
            raise UsageError(f"{path}: nothing would be left of the name {show(array.name)}")
        found.arrays.append(array if name == array.name else array.called(name))
        found.old[name] = array
    return found


def _check_work(arrays: Sequence[StoredArray], rules: NameRules, path: str) -> None:
    """Raise `UsageError` for so many replacements and names that to search all would take much more than seconds."""
    count = len(rules.replacements)
    if count and count * sum(look(array.name) for array in arrays) > name_patterns.MOST_WORK:
        raise UsageError(
            f"{path}: to search {len(arrays):,} names for {count:,} patterns of rename would take too long; write one "
            "pattern for several names, or rename in several runs of convert"
        )


def _dotted(name: str) -> str:
    return name.replace("/", ".")
