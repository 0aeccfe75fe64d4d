"""The recipe and the other metadata that the shards of a model share."""

from __future__ import annotations

from collections.abc import Mapping

from winitgen.errors import UnreadableError
from winitgen.files.input.open_file import OpenFile, quoted
from winitgen.files.recipe import KEY, Recipe, difference, parse


def common_recipe(shards: Mapping[str, OpenFile], path: str) -> str | None:
    """Return the recipe that all shards have; None if one of them has none.

    Raises `UnreadableError` if two of them have different recipes: the tensors are then not those of one model.
    """
    texts = {shard.recipe for shard in shards.values()}
    if len(texts) == 1:
        return texts.pop()
    recipes = [(name, parse(shard.recipe)) for name, shard in shards.items()]
    whole = [(name, recipe) for name, recipe in recipes if isinstance(recipe, Recipe)]
    for name, recipe in whole[1:]:
        if why := difference(recipe, whole[0][1]):
            first = quoted(whole[0][0])
            raise UnreadableError(
                f"{path} has shards of different runs: {quoted(name)} is of another than {first}: {why}"
            )
    return None


def common_metadata(shards: Mapping[str, OpenFile]) -> dict[str, str]:
    """Return the metadata that all shards have, with the same text in each."""
    first, *others = [shard.metadata for shard in shards.values()] or [{}]
    return {key: text for key, text in first.items() if all(other.get(key) == text for other in others)}


def own_metadata(shards: Mapping[str, OpenFile], common: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the metadata of each shard that not all shards have, without the recipes, by the shard's name."""
    return {
        name: {key: text for key, text in shard.metadata.items() if key not in {*common, KEY}}
        for name, shard in shards.items()
    }
