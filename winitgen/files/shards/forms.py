"""The two forms of a sharded model: the one of Hugging Face's libraries, and Keras's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from winitgen.files.formats.format import Drawable, Format
from winitgen.files.formats.keras_h5 import writer as keras_h5
from winitgen.files.formats.safetensors import writer as safetensors
from winitgen.files.shards.file_names import KerasNames, Names
from winitgen.files.shards.index import Place, hub_index, keras_index
from winitgen.files.shards.splitting import split, split_for_keras


class ShardedForm(NamedTuple):
    """How a model is sharded: the format of a shard, which tensor goes where, and what the index says.

    ``split`` takes tensors and the most bytes in a shard. ``index_of`` takes the places of the tensors and the number of
    values that can be trained, or None. ``always_indexed`` says whether a single shard has an index too.
    """

    format: Format
    split: Callable[[Sequence[Drawable], int], list[list[Drawable]]]
    index_of: Callable[[Iterable[Place], int | None], bytes]
    always_indexed: bool


HUB = ShardedForm(safetensors.FORMAT, split, hub_index, always_indexed=False)
KERAS = ShardedForm(keras_h5.FORMAT, split_for_keras, keras_index, always_indexed=True)


def form_of(names: Names) -> ShardedForm:
    """Return the form whose files have these names."""
    return KERAS if isinstance(names, KerasNames) else HUB
