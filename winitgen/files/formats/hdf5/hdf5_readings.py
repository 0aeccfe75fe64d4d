"""What h5py or Keras finds in an HDF5 file beside the datasets that are read here.

h5py gives every name in every group: soft and external links, which it follows, and groups by each of their names. Keras reads
``vars/0`` and so on in the group of each layer, as bfloat16 if the attribute ``dtype`` says so, and in its older form what
the attributes ``layer_names`` and ``weight_names`` list. Other programs read what stands in front of the file or behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from winitgen.files.formats.hdf5.keras_lists import LISTING, names_all
from winitgen.files.formats.hdf5.number_formats import text_attribute
from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import ListedReading, OtherReading
from winitgen.files.recipe import KEY

_HARMLESS = {KEY, "name", "keras_version", "backend", "training_config"}
"""The recipe, and what Keras writes and does not go by, unless a listing stands beside it."""

_VARIABLE = re.compile(r"(?:^|/)vars/[0-9]+$")
"""The name of a dataset that Keras reads."""

_AMONG_VARIABLES = re.compile(r"(?:^|/)vars/.")
"""What begins the path of anything in a group of which Keras counts the members, one for each variable of a layer."""

_COUNTED = "stands among the variables of a layer, of which Keras counts each: it refuses the file"


def link(name: str, group: Any, encoded: bytes) -> OtherReading:
    """Return what a soft or external link means, which h5py follows."""
    from h5py import h5l

    kind, where, into = group.links.get_info(encoded).type, "?", ""
    if kind == h5l.TYPE_SOFT:
        where = _text(group.links.get_val(encoded))
    elif kind == h5l.TYPE_EXTERNAL:
        file, inside = group.links.get_val(encoded)
        where, into = _text(inside), f" in {quoted(_text(file))}"
    return OtherReading(f"{quoted(name)} is a link to {quoted(where)}{into}, which h5py follows")


def _text(encoded: bytes) -> str:
    return encoded.decode(errors="surrogateescape")


def second_name(name: str) -> OtherReading:
    """Return what a group means that was reached by another name before."""
    return OtherReading(f"the group {quoted(name.rstrip('/'))} is one that has another name, too")


def named_type(name: str) -> OtherReading:
    """Return what a number format means that stands in a group under a name, where others expect arrays."""
    if _AMONG_VARIABLES.search(name):
        return OtherReading(f"the number format {quoted(name)} {_COUNTED}")
    return OtherReading(
        f"{quoted(name)} is a number format without values, which h5py lists as a name", misread=False
    )


def empty_group(name: str) -> Iterator[OtherReading]:
    """Yield what a group without members means to Keras; with any, it is known by the arrays in it."""
    if _AMONG_VARIABLES.search(name):
        yield OtherReading(f"the empty group {quoted(name.rstrip('/'))} {_COUNTED}")


def big_endian(name: str, dtype: str) -> Iterator[OtherReading]:
    """Yield a note about a variable of Keras in an order of bytes that PyTorch's ``from_numpy`` refuses; ``dtype`` is NumPy's text of a format.

    h5py and Keras on JAX read it as any other, and bfloat16, for which NumPy has no text, h5py converts.
    """
    if dtype.startswith(">") and _VARIABLE.search(name):
        yield OtherReading(
            f"{quoted(name)} is big-endian, which Keras on PyTorch refuses to load", misread=False
        )


def attributes(name: str, identifier: Any, dtype: str = "") -> Iterator[OtherReading]:
    """Yield what the attributes of a group or a dataset mean; ``dtype`` is that in which a dataset was read.

    h5py gives a name that is not UTF-8 as bytes. Of a group Keras does not look at ``dtype``.
    """
    from h5py import h5a

    if not h5a.get_num_attrs(identifier):
        return
    from h5py import Dataset, Group, h5d

    where = f"of {quoted(name.rstrip('/'))}" if name else "of the file"
    is_dataset = isinstance(identifier, h5d.DatasetID)
    found = (Dataset if is_dataset else Group)(identifier).attrs
    for attribute in (one if isinstance(one, str) else _text(one) for one in found):
        if attribute.startswith(LISTING):
            line = f"the attribute {quoted(attribute)} {where} tells Keras which datasets to read as which"
            whole = not is_dataset and names_all(Group(identifier), attribute)
            yield ListedReading(line) if whole else OtherReading(line)
        elif (
            is_dataset
            and attribute == "dtype"
            and (text := text_attribute(identifier, attribute)) is not None
        ):
            if text == "bfloat16" != dtype:
                read = known.name if (known := numpy_dtype(dtype)) else dtype
                yield OtherReading(f"the attribute 'dtype' {where} makes Keras read {read} as bfloat16")
        elif attribute not in _HARMLESS:
            yield OtherReading(f"the attribute {quoted(attribute)} {where} was not read", misread=False)
