"""The two forms of a sharded model: the one of Hugging Face's libraries, and Keras's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from winitgen.files.formats import FORMATS
from winitgen.files.formats.format import Drawable, Format
from winitgen.files.shards.file_names import HUB_FORMAT, KERAS_FORMAT, KerasNames, Names
from winitgen.files.shards.index import Place, hub_index, keras_index
from winitgen.files.shards.splitting import split, split_for_keras


class ShardedForm(NamedTuple):
    """How a model is sharded: the format of a shard by its name, which tensor goes where, and what the index says.

    ``split`` takes tensors and the most bytes in a shard. ``index_of`` takes the places of the tensors and the number of
    values that can be trained, or None. ``always_indexed`` says whether a single shard has an index too.
    """

    format_name: str
    split: Callable[[Sequence[Drawable], int], list[list[Drawable]]]
    index_of: Callable[[Iterable[Place], int | None], bytes]
    always_indexed: bool

    @property
    def format(self) -> Format:
        """The format of a shard."""
        return FORMATS[self.format_name]


HUB = ShardedForm(HUB_FORMAT, split, hub_index, always_indexed=False)
KERAS = ShardedForm(KERAS_FORMAT, split_for_keras, keras_index, always_indexed=True)


def form_of(names: Names) -> ShardedForm:
    """Return the form whose files have these names."""
    return KERAS if isinstance(names, KerasNames) else HUB
