"""Keys that stand twice in one object of a JSON text: one reader takes the first of them, another the last."""

from __future__ import annotations

from collections.abc import Iterator

from winitgen.files.input.open_file import quoted
from winitgen.files.input.opening import decoded
from winitgen.files.input.other_reading import OtherReading
from winitgen.spec.unique_keys import TwiceError, unique


def metadata_of(text: bytes) -> dict[str, object] | None:
    """Return the metadata of an index of safetensors or PyTorch, None if it has none."""
    fields = decoded(text, [("metadata", dict[str, object] | None, None)])
    return None if fields is None else fields.metadata


def metadata_readings(metadata: dict[str, object] | None) -> Iterator[OtherReading]:
    """Yield a note about an index that transformers refuses since it has no metadata, and about a number format in that."""
    if metadata is None:
        yield OtherReading(
            "its index has no metadata, and from_pretrained of transformers refuses one without",
            misread=False,
        )
    elif "dtype" in metadata:
        yield OtherReading(
            "its index has a dtype, to which from_pretrained of transformers converts the values where config.json has none",
            misread=False,
        )


def index_readings(text: bytes) -> Iterator[OtherReading]:
    """Yield what other readers of JSON could take of an index otherwise: a key that stands twice, or nothing at all.

    A text that Python's ``json`` refuses, as for a number of 5,000 digits, could have keys twice as well.
    """
    import json

    try:
        json.loads(text, object_pairs_hook=unique)
    except TwiceError as error:
        yield OtherReading(f"its index has the key {quoted(str(error))} twice")
    except (ValueError, RecursionError):
        yield OtherReading("its index is not JSON to Python's json, by which loaders read it")
