"""The recipe that a file carries, and the plan that it stands for."""

from __future__ import annotations

from typing import Any

from winitgen import load
from winitgen.errors import SpecError, UnreadableError, UsageError
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.opening import decoded
from winitgen.planning.plan import STREAM, Plan
from winitgen.spec import recipe
from winitgen.spec.document import read_nodes
from winitgen.spec.mistakes import Mistakes

HINT = "name its layer-spec: winitgen verify {} SPEC"

_LONGEST_SHOWN = 200
"""Characters of what is wrong with text that anyone may have written."""


def plan_of(weights: OpenFile) -> Plan:
    """Return the plan that a file's own recipe gives.

    Raises `UnreadableError`, in one line, where there is no recipe, or none that this winitgen can follow.
    """
    import msgspec

    path, text = weights.path, weights.provenance
    if text is None:
        raise UnreadableError(f"{path} says nothing of its origin; {HINT.format(path)}")
    content = text.encode(errors="surrogatepass")
    fields: Any = decoded(
        content, [("stream", int), ("seed", int), ("dtype", str), ("layout", str), ("spec", msgspec.Raw)]
    )
    if fields is None:
        raise _without_recipe(path, content)
    if fields.stream != STREAM:
        raise UnreadableError(
            f"{path} was drawn by stream {_short(fields.stream)}, and this winitgen knows stream {STREAM} alone; "
            "verify it with the release that wrote it"
        )
    try:
        return _planned(path, bytes(fields.spec), fields.seed, fields.dtype, fields.layout)
    except SpecError as error:
        first, *others = error.mistakes
        where = f"{first.path}: " if first.path else ""
        more = f", and {len(others)} more" if others else ""
        raise _damaged(path, f"{where}{first.message}{more}") from None
    except (recipe.BadRecipe, UsageError) as error:
        raise _damaged(path, str(error)) from None


def _planned(path: str, spec: bytes, seed: int, dtype: str, layout: str) -> Plan:
    load.check_options(seed, dtype, layout)
    mistakes = Mistakes(path)
    read = read_nodes(recipe.read(spec), mistakes)
    mistakes.raise_if_any()
    assert read is not None  # without a spec there is a mistake
    planned = load.checked_plan(read, mistakes, seed, dtype, layout)
    mistakes.raise_if_any()
    return planned


def hash_of(weights: OpenFile) -> str | None:
    """Return the hash that a file has in place of a recipe too long for it, or None."""
    content = (weights.provenance or "").encode(errors="surrogatepass")
    fields: Any = decoded(content, [("sha256", str)])
    return None if fields is None else str(fields.sha256)


def _without_recipe(path: str, content: bytes) -> UnreadableError:
    """Return what is told of a text that is no recipe."""
    if decoded(content, [("sha256", str)]) is not None:
        return UnreadableError(
            f"{path} has the hash of its recipe alone, which is too long for it; {HINT.format(path)}"
        )
    return _damaged(path, "it is no JSON object with a seed, spec, dtype, layout and stream")


def _damaged(path: str, why: str) -> UnreadableError:
    shown = why if len(why) <= _LONGEST_SHOWN else f"{why[:_LONGEST_SHOWN]}..."
    return UnreadableError(f"the recipe in {path} is damaged: {shown}; {HINT.format(path)}")


def _short(number: int) -> str:
    return str(number) if abs(number) < 10**20 else "of many digits"
