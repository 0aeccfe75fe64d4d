"""Makes a plan from the recipe that a file carries."""

from __future__ import annotations

from winitgen import load
from winitgen.errors import SpecError, UnreadableError, UsageError
from winitgen.files.canonical import check_canonical, check_text, check_written_out
from winitgen.files.input.open_file import OpenFile
from winitgen.files.recipe import BadRecipe, Recipe, RecipeHash, read
from winitgen.planning.plan import STREAM, Plan
from winitgen.spec.document import read_nodes
from winitgen.spec.json_nodes import nodes
from winitgen.spec.mistakes import Mistakes
from winitgen.spec.repetition import MOST_LAYERS

HINT = "name its layer-spec: winitgen verify {} SPEC"

MOST_WRITTEN_OUT = 2 * MOST_LAYERS
"""A recipe has a group for each repetition, and each holds at least one layer."""

_LONGEST_SHOWN = 200
"""The most characters shown of an error in an untrusted recipe."""


def plan_of(weights: OpenFile) -> Plan:
    """Return the plan of a file's own recipe.

    Raises `UnreadableError`, in one line, if there is no recipe, or none that this winitgen can follow.
    """
    path = weights.path
    recipe = _recipe(weights)
    if recipe.stream != STREAM:
        raise UnreadableError(
            f"{path} was drawn with stream {_short(recipe.stream)}, but this winitgen only knows stream {STREAM}; "
            "verify it with the release that wrote it"
        )
    try:
        planned = _planned(path, recipe)
        check_text(weights.recipe or "", recipe)
    except SpecError as error:
        first, *others = error.mistakes
        where = f"{first.path}: " if first.path else ""
        more = f", and {len(others)} more" if others else ""
        raise _damaged(path, f"{where}{first.message}{more}") from None
    except (BadRecipe, UsageError) as error:
        raise _damaged(path, str(error)) from None
    return planned


def _recipe(weights: OpenFile) -> Recipe:
    """Return the recipe in a file; raise `UnreadableError` if it is absent, damaged or only a hash."""
    path = weights.path
    if weights.recipe is None:
        raise UnreadableError(f"{path} carries no recipe; {HINT.format(path)}")
    try:
        found = read(weights.recipe)
    except BadRecipe as error:
        raise _damaged(path, str(error)) from None
    if isinstance(found, RecipeHash):
        raise UnreadableError(
            f"{path} carries only the hash of its recipe, which was too long for a zip comment; {HINT.format(path)}"
        )
    return found


def _planned(path: str, recipe: Recipe) -> Plan:
    load.checked_choices(recipe.seed, recipe.dtype, recipe.layout)
    check_written_out(recipe.spec)
    mistakes = Mistakes(path)
    spec = read_nodes(nodes(recipe.spec), mistakes, most_layers=MOST_WRITTEN_OUT)
    mistakes.raise_if_any()
    assert spec is not None  # without a spec there is a mistake
    planned = load.checked_plan(spec, mistakes, recipe.seed, recipe.dtype, recipe.layout)
    mistakes.raise_if_any()
    check_canonical(recipe.spec, planned.spec)
    return planned


def _damaged(path: str, why: str) -> UnreadableError:
    shown = why if len(why) <= _LONGEST_SHOWN else f"{why[:_LONGEST_SHOWN]}..."
    return UnreadableError(f"the recipe in {path} is damaged: {shown}; {HINT.format(path)}")


def _short(number: int) -> str:
    return str(number) if abs(number) < 10**20 else "of many digits"
