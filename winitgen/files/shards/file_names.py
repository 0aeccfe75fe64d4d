"""What the files of a sharded model are called: by Hugging Face's libraries, and by Keras."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from winitgen.errors import UsageError

HUB_FORMAT, KERAS_FORMAT = "safetensors", "keras-h5"
"""The formats of shards."""

ENDING = ".safetensors"
INDEX = ".safetensors.index"
USUAL_STEM = "model"

KERAS_ENDING = ".weights.h5"
KERAS_INDEX = ".weights.json"

CHECKPOINT_INDEX = ".metadata"
"""The index of a distributed checkpoint of PyTorch."""

_OF_ONE_PROCESS = re.compile(rf"shard-\d{{5}}-model-\d{{5}}-of-\d{{5}}{re.escape(ENDING)}\n?", re.ASCII)
"""The pattern of transformers ends in ``$``, which fits in front of a newline, too."""

_SHARD = re.compile(rf"(.+)-(\d{{5,}})-of-(\d{{5,}}){re.escape(ENDING)}")

_LONGEST_NAME = 255
"""Bytes in the name of a file, on every file system in common use."""
_MOST_DIGITS = 18
"""No model has more shards than numbers of so many digits; Python does not even convert those of thousands."""


class Place(NamedTuple):
    """The number of a shard, from 0, and that of all shards."""

    number: int
    total: int


class ShardNames(NamedTuple):
    """The names of a model's files, by the part that they begin with: ``model``, or ``model.fp16`` for a variant.

    >>> names = ShardNames("model.fp16")
    >>> names.shard(0, 2), names.index_file
    ('model.fp16-00001-of-00002.safetensors', 'model.safetensors.index.fp16.json')
    """

    stem: str

    @property
    def index_file(self) -> str:
        """The name of the index; what follows a dot in the stem is the variant, which stands before the ending."""
        name, _, variant = self.stem.partition(".")
        return f"{name}{INDEX}.{variant}.json" if variant else f"{name}{INDEX}.json"

    @property
    def single(self) -> str:
        """The name of the only file, if one is enough; it has no index."""
        return self.stem + ENDING

    @property
    def format(self) -> str:
        """The name of the format of a shard."""
        return HUB_FORMAT

    @property
    def pattern(self) -> str:
        """The beginning of every shard's name, for messages."""
        return f"{self.stem}-..."

    def shard(self, number: int, count: int) -> str:
        """Return the name of shard ``number``, from 0, of ``count``."""
        return f"{self.stem}-{number + 1:05d}-of-{count:05d}{ENDING}" if count > 1 else self.single

    def are_of(self, name: str) -> bool:
        """Return whether a file is a shard, the only file, or the index of a model with these names."""
        shard = rf"{re.escape(self.stem)}(-\d{{5,}}-of-\d{{5,}})?{re.escape(ENDING)}"
        return name == self.index_file or re.fullmatch(shard, name) is not None

    def place(self, name: str) -> Place | None:
        """Return which shard has a name, None if none has; the only file of a model is the first of one."""
        if name == self.single:
            return Place(0, 1)
        found = _SHARD.fullmatch(name)
        if not found or max(len(found[2]), len(found[3])) > _MOST_DIGITS:
            return None
        place = Place(int(found[2]) - 1, int(found[3]))
        return place if 0 <= place.number < place.total and self.shard(*place) == name else None

    @staticmethod
    def stem_of(name: str) -> str | None:
        """Return how the names of a model's shards begin, by the name of one; None if it is not one."""
        found = _SHARD.fullmatch(name)
        return found[1] if found else None

    @classmethod
    def of_index(cls, name: str) -> ShardNames | None:
        """Return the names that go with the name of an index, None if it is not one."""
        found = re.fullmatch(rf"([^.]+){re.escape(INDEX)}(?:\.(.+))?\.json", name)
        return cls(f"{found[1]}.{found[2]}" if found[2] else found[1]) if found else None

    def check(self) -> None:
        """Raise `UsageError` for a stem that makes no file names."""
        name, dot, variant = self.stem.partition(".")
        _check_stem(self.stem, sound=bool(name) and (not dot or bool(variant)))
        _check_length(self.shard(1, 2), self.index_file)


class KerasNames(NamedTuple):
    """The names of Keras's sharded form, which has an index even if one shard is enough.

    The index of shards that begin with ``.weights`` again would name other shards than Keras looks for.

    >>> names = KerasNames("w")
    >>> names.shard(0, 2), names.index_file
    ('w_00000.weights.h5', 'w.weights.json')
    """

    stem: str

    @property
    def index_file(self) -> str:
        """The name of the index."""
        return self.stem + KERAS_INDEX

    @property
    def single(self) -> str:
        """The name of the only shard, if one is enough; the index lists it."""
        return self.shard(0, 1)

    @property
    def format(self) -> str:
        """The name of the format of a shard."""
        return KERAS_FORMAT

    @property
    def pattern(self) -> str:
        """The beginning of every shard's name, for messages."""
        return f"{self.stem}_..."

    def shard(self, number: int, count: int) -> str:
        """Return the name of shard ``number``, from 0; it does not depend on their count."""
        return f"{self.stem}_{number:05d}{KERAS_ENDING}"

    def are_of(self, name: str) -> bool:
        """Return whether a file is a shard or the index of a model with these names."""
        shard = rf"{re.escape(self.stem)}_\d{{5,}}{re.escape(KERAS_ENDING)}"
        return name == self.index_file or re.fullmatch(shard, name) is not None

    @classmethod
    def of_index(cls, name: str) -> KerasNames | None:
        """Return the names that go with the name of an index, None if it is not one."""
        stem = name.removesuffix(KERAS_INDEX)
        return cls(stem) if stem and stem != name else None

    def check(self) -> None:
        """Raise `UsageError` for a stem that makes no file names."""
        _check_stem(self.stem, sound=bool(self.stem) and ".weights" not in self.stem)
        _check_length(self.shard(1, 2), self.index_file)


Names = ShardNames | KerasNames
"""The names of a sharded model in either form."""


def names_of_index(name: str) -> Names | None:
    """Return the names that go with the name of an index of either form, None if it is not one."""
    return ShardNames.of_index(name) or KerasNames.of_index(name)


def is_numbered(name: str) -> bool:
    """Return whether a file is called like one of several shards, of either form."""
    return re.search(r"-\d{5,}-of-\d{5,}\.safetensors$|_\d{5,}\.weights\.h5$", name) is not None


def is_of_one_process(name: str) -> bool:
    """Return whether a file is called like those that the processes of a training write, without an index (``is_sharded_checkpoint``).

    >>> is_of_one_process("shard-00001-model-00001-of-00001.safetensors")
    True
    """
    return _OF_ONE_PROCESS.fullmatch(name) is not None


def _check_stem(stem: str, *, sound: bool) -> None:
    if not sound or os.path.basename(stem) != stem or not stem.isprintable():
        raise UsageError(
            f"--shard-name takes the beginning of file names, such as model or model.fp16, not {stem!r}"
        )


def _check_length(*names: str) -> None:
    """Raise `UsageError` if no disk takes a file with one of these names, before a folder is made for it."""
    longest = max(len(os.fsencode(name)) for name in names)
    if longest > _LONGEST_NAME:
        raise UsageError(
            f"--shard-name gives names of files with {longest} bytes; at most {_LONGEST_NAME} are possible, so shorten it "
            f"by {longest - _LONGEST_NAME}"
        )
