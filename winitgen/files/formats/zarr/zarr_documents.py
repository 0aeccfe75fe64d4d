"""Which documents of metadata zarr writes: of groups and arrays, their attributes, and what a group keeps of its members.

From the specifications of the second and third format, and from what zarr and TensorStore write.
"""

from __future__ import annotations

from typing import Any

from winitgen.files.formats.zarr.documents import (
    Form,
    Kind,
    are_sizes,
    either,
    is_anything,
    is_mapping,
    is_nothing,
    is_text,
    is_truth,
    just,
    list_of,
    oddity,
    of_form,
)

_NAMED = Form({"name": is_text}, {"configuration": is_mapping})


def _is_number(value: Any) -> bool:
    return type(value) is int


def _is_codec(value: Any) -> bool:
    """Tell whether a value names a codec, with options of the kinds that zarr takes if it is one of its own."""
    if isinstance(value, str):
        return True
    if oddity(value, _NAMED):
        return False
    known = _OPTIONS.get(value["name"], {})
    return not oddity(value.get("configuration", {}), Form({}, known, further=is_anything))


_CODECS = list_of(_is_codec)
_OPTIONS: dict[str, dict[str, Kind]] = {
    "bytes": {"endian": just("little", "big")},
    "transpose": {"order": are_sizes},
    "gzip": {"level": _is_number},
    "zstd": {"level": _is_number, "checksum": is_truth},
    "blosc": {
        "cname": is_text,
        "clevel": _is_number,
        "shuffle": is_text,
        "typesize": _is_number,
        "blocksize": _is_number,
    },
    "sharding_indexed": {
        "chunk_shape": are_sizes,
        "codecs": _CODECS,
        "index_codecs": _CODECS,
        "index_location": just("start", "end"),
    },
}
"""The options of the codecs that zarr and TensorStore both have: the second takes some values that the first refuses."""

ATTRIBUTES = Form({}, further=is_anything)
"""A ``.zattrs``, of which nothing is known but that it is an object."""

GROUP_OF_2 = Form({"zarr_format": just(2)})
ARRAY_OF_2 = Form(
    {
        "zarr_format": just(2),
        "shape": are_sizes,
        "chunks": are_sizes,
        "dtype": either(is_text, list_of(is_anything)),
        "compressor": is_anything,
        "fill_value": is_anything,
        "order": just("C", "F"),
        "filters": is_anything,
    },
    {"dimension_separator": just(".", "/")},
)
KEPT_BY_2 = Form({"zarr_consolidated_format": just(1), "metadata": is_mapping})
"""A ``.zmetadata``."""

NOTHING_KEPT = {"kind": "inline", "must_understand": False, "metadata": {}}
"""What zarr writes of the members of an inner group where an outer one keeps its metadata: they stand beside those of the group."""

INNER_GROUP_OF_2 = Form(GROUP_OF_2.needed, {"consolidated_metadata": lambda value: value == NOTHING_KEPT})
"""A ``.zgroup`` as a ``.zmetadata`` keeps it."""

KEPT_BY_3 = Form({"kind": just("inline"), "must_understand": just(False), "metadata": is_mapping})
"""The metadata of its members in the ``zarr.json`` of a group."""

GROUP_OF_3 = Form(
    {"zarr_format": just(3), "node_type": just("group")},
    {"attributes": is_mapping, "consolidated_metadata": either(is_nothing, of_form(KEPT_BY_3))},
)
ARRAY_OF_3 = Form(
    {
        "zarr_format": just(3),
        "node_type": just("array"),
        "shape": are_sizes,
        "data_type": either(of_form(_NAMED), is_text),
        "chunk_grid": of_form(_NAMED),
        "chunk_key_encoding": of_form(_NAMED),
        "fill_value": is_anything,
        "codecs": _CODECS,
    },
    {
        "attributes": is_mapping,
        "dimension_names": either(is_nothing, list_of(either(is_nothing, is_text))),
        "storage_transformers": list_of(is_anything),
    },
    further=of_form(Form({"must_understand": just(False)}, further=is_anything)),
)
