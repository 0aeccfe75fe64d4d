"""The recipe that a file carries: how to draw the same values again, as one JSON text.

This module writes, reads and compares recipes. A file is untrusted, and its recipe may be any text,
so the limits on the text are checked before it is decoded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winitgen.files.copied_entry import CopiedEntry
    from winitgen.planning.plan import Plan

KEY = "winitgen"
"""The key of the recipe in a container's own metadata."""

MOST_BYTES = 100_000_000
"""As many as a safetensors header can hold."""

MOST_VALUES = 3_000_000
"""A recipe writes out what a spec of a megabyte abbreviates by repetition: up to 50,000 layers with all their keys."""

DEEPEST = 128
"""Levels of the spec: each of up to 32 nested repeats is written out as a group of groups."""

_LONGEST_SHOWN = 40


class BadRecipe(Exception):
    """The text is not a valid recipe; the message says why."""


class RecipeHash(NamedTuple):
    """The SHA-256 of a recipe, in hexadecimal, in a file that cannot hold the whole recipe."""

    sha256: str


class Recipe(NamedTuple):
    """Everything that determines the values of a file; ``spec`` is the canonical layer-spec, as plain values.

    ``base`` is what it says of tensors that are copied from another file, None if there are none.
    """

    dtype: str
    layout: str
    seed: int
    spec: Any
    stream: int
    base: CopiedEntry | None = None

    @classmethod
    def of(cls, planned: Plan, base: CopiedEntry | None = None) -> Recipe:
        """Return the recipe of a plan.

        It holds no clock, host, path or version: the same plan gives the same bytes everywhere.
        """
        from winitgen.planning.plan import STREAM

        return cls(planned.dtype, planned.layout, planned.seed, planned.spec, STREAM, base)

    @property
    def plain(self) -> dict[str, Any]:
        """The recipe as plain values; without ``base`` if no tensor is copied."""
        values = self._asdict()
        del values["base"]
        return values if self.base is None else {**values, "base": self.base.plain}

    @property
    def text(self) -> str:
        """The recipe as stored in files: JSON on one line, with sorted keys."""
        import json

        return json.dumps(self.plain, sort_keys=True, separators=(",", ":"))

    @property
    def hash(self) -> RecipeHash:
        """The hash that stands for the recipe in a file that cannot hold it."""
        return hash_of(self.text)


def metadata(planned: Plan, base: CopiedEntry | None = None) -> dict[str, str]:
    """Return the metadata of a file of this plan: the framework whose names the tensors have, and the recipe.

    ``base`` says which tensors are copied from another file.
    """
    from winitgen.layouts import LAYOUTS

    return {"format": LAYOUTS[planned.layout].framework, KEY: Recipe.of(planned, base).text}


def hash_of(text: str) -> RecipeHash:
    """Return the hash that stands for a recipe with this text."""
    return RecipeHash(_sha256(text))


def fitting(text: str, most: int) -> str:
    """Return a recipe's text, or its hash as JSON if the text has more than ``most`` bytes."""
    return text if len(text.encode()) <= most else f'{{"sha256":"{_sha256(text)}"}}'


def check_room(text: str, form: str) -> None:
    """Raise `UsageError` for a recipe, or a text with a recipe in it, of which a file would hold more than is read back."""
    from winitgen.files.input.opening import is_modest

    if len(text) > MOST_BYTES or sum(map(text.count, ",[{")) > MOST_VALUES or not is_modest(text.encode()):
        raise UsageError(
            f"the recipe is longer than what winitgen reads back from {form}: it has {len(text):,} characters; .npz holds its hash"
        )


def parse(text: str | None) -> Recipe | RecipeHash | None:
    """Return the recipe in a text, or the hash of one; None if it is neither."""
    try:
        return None if text is None else read(text)
    except BadRecipe:
        return None


def read(text: str) -> Recipe | RecipeHash:
    """Return the recipe in a text, or the hash of one; raise `BadRecipe` for anything else."""
    found = _decoded(text)
    texts, numbers = ([found.get(key) for key in keys] for keys in (("dtype", "layout"), ("seed", "stream")))
    sound = all(isinstance(text, str) for text in texts) and all(type(number) is int for number in numbers)
    if sound and "spec" in found:
        if _is_deeper(found["spec"], DEEPEST):
            raise BadRecipe(f"it is nested deeper than {DEEPEST} levels")
        known = {key: found[key] for key in ("dtype", "layout", "seed", "spec", "stream")}
        return Recipe(**known, base=_base(found))
    if isinstance(sha256 := found.get("sha256"), str):
        return RecipeHash(sha256)
    raise BadRecipe("it is not a JSON object with a seed, spec, dtype, layout and stream")


def _base(found: Mapping[str, Any]) -> CopiedEntry | None:
    """Return what a recipe says of copied tensors; raise `BadRecipe` if that is not clear."""
    if "base" not in found:
        return None
    from winitgen.files.copied_entry import CopiedEntry

    entry = CopiedEntry.of_plain(found["base"])
    if entry is None:
        raise BadRecipe("its base is not the names of tensors and a sha256")
    return entry


def difference(found: Recipe | RecipeHash, wanted: Recipe) -> str:
    """Return a clause about the first difference between the recipe of a file and another; empty if equal."""
    if isinstance(found, RecipeHash):
        return "" if found == wanted.hash else "its seed, spec or options differ"
    for key in ("seed", "spec", "dtype", "layout", "stream"):
        old, new = getattr(found, key), getattr(wanted, key)
        if old != new:
            shown = _is_showable(old) and _is_showable(new)
            return f"its {key} is {old}, not {new}" if shown else f"its {key} differs"
    return "" if found.base == wanted.base else _other_base(found.base, wanted.base)


def _other_base(found: CopiedEntry | None, wanted: CopiedEntry | None) -> str:
    """Return a clause about the difference between what two recipes say of copied tensors."""
    if found is None or wanted is None:
        return (
            "it has tensors copied from a base"
            if wanted is None
            else "none of its tensors is copied from a base"
        )
    if found[:2] != wanted[:2]:
        return "other tensors of it are drawn"
    return "the tensors that are copied into it differ"


def _decoded(text: str) -> Mapping[str, Any]:
    """Return the object in a JSON text, or an empty one; raise `BadRecipe` past the limits."""
    import json

    from winitgen.files.input.opening import is_modest

    if len(text) > MOST_BYTES:
        raise BadRecipe(f"it has more than {MOST_BYTES:,} bytes, the most that winitgen reads")
    if sum(map(text.count, ",[{")) > MOST_VALUES:  # before any of it is built
        raise BadRecipe(f"it has more than {MOST_VALUES:,} values, the most that winitgen reads")
    try:
        if not is_modest(text.encode()):
            return {}
        found = json.loads(text, parse_constant=_finite, parse_float=_finite)
        if "\\u" in text:
            json.dumps(found, ensure_ascii=False).encode()  # a lone surrogate is not a character
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _finite(digits: str) -> float:
    """Return a finite number; raise `ValueError` for others, which JSON does not have."""
    number = float(digits)
    if number - number != 0.0:
        raise ValueError(digits)
    return number


def _is_deeper(value: Any, levels: int) -> bool:
    """Tell whether lists or mappings are nested deeper than ``levels``."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_is_deeper(one, levels - 1) for one in inner if isinstance(one, dict | list))


def _is_showable(value: object) -> bool:
    """Tell whether a value from an untrusted file is fit for a message."""
    if isinstance(value, str):
        return value.isprintable() and 0 < len(value) <= _LONGEST_SHOWN
    return isinstance(value, int) and abs(value) < 10**_LONGEST_SHOWN


def _sha256(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()
