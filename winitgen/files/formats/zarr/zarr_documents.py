"""Which documents of metadata zarr writes: of groups and arrays, their attributes, and what a group keeps of its members.

From the specifications of the second and third format, and from what zarr and TensorStore write.
"""

from __future__ import annotations

from winitgen.files.formats.zarr.documents import (
    Form,
    are_sizes,
    either,
    is_anything,
    is_mapping,
    is_nothing,
    is_text,
    just,
    list_of,
    of_form,
)

_NAMED = Form({"name": is_text}, {"configuration": is_mapping})
_CODEC = either(of_form(_NAMED), is_text)

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
        "data_type": _CODEC,
        "chunk_grid": of_form(_NAMED),
        "chunk_key_encoding": of_form(_NAMED),
        "fill_value": is_anything,
        "codecs": list_of(_CODEC),
    },
    {
        "attributes": is_mapping,
        "dimension_names": either(is_nothing, list_of(either(is_nothing, is_text))),
        "storage_transformers": list_of(is_anything),
    },
    further=of_form(Form({"must_understand": just(False)}, further=is_anything)),
)
