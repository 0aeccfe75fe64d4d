"""The options of codecs, fill values and number formats that TensorStore takes and zarr refuses are told.

Of 1,270 documents that zarr 3.1.6 and TensorStore 0.1.86 were asked about, these are all that differed so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.files.formats.test_zarr_readings import readings
from tests.files.formats.zarr_folders import LITTLE, chunks_of, group, second, third
from winitgen.files.input import open_weights

VALUES = np.arange(6.0).reshape(2, 3)


def codec(name: str, **options: Any) -> dict[str, Any]:
    """Return a codec with options."""
    return {"name": name, "configuration": options}


def shards(**options: Any) -> dict[str, Any]:
    """Return a codec of shards of one chunk."""
    usual = {"chunk_shape": [2, 3], "codecs": [LITTLE], "index_codecs": [LITTLE, "crc32c"]}
    return codec("sharding_indexed", **usual | options)


BLOSC: dict[str, Any] = {"cname": "lz4", "clevel": 5, "shuffle": "shuffle", "typesize": 8, "blocksize": 0}
REFUSED: list[dict[str, Any]] = [
    *(
        {"codecs": [codec("transpose", order=order), LITTLE]}
        for order in ("F", "C", [1.0, 0], ["1", "0"], None)
    ),
    {"codecs": [shards(codecs=[codec("transpose", order="F"), LITTLE])]},
    {"codecs": [shards(index_codecs=[codec("bytes", endian="middle")])]},
    {"codecs": [shards(index_location="middle")]},
    {"codecs": [LITTLE, codec("gzip", level=1.0)]},
    {"codecs": [LITTLE, codec("zstd", level=1.0, checksum=False)]},
    {"codecs": [LITTLE, codec("zstd", level=1, checksum=1)]},
    *({"codecs": [LITTLE, codec("blosc", **BLOSC | {key: 1.5})]} for key in BLOSC),
    {"fill_value": "0x0"},
    {"data_type": "complex128", "fill_value": ["NaN", "0x01"]},
]
GOOD: list[dict[str, Any]] = [
    {"codecs": [codec("transpose", order=[1, 0]), LITTLE]},
    {"codecs": [shards(), "crc32c"]},
    {"codecs": [LITTLE, codec("zstd", level=-3)]},
    {"codecs": [LITTLE, codec("blosc", **BLOSC)]},
    {"codecs": [codec("bytes"), "gzip"]},
    {"codecs": [LITTLE, codec("numcodecs.lz4", acceleration=1.5)]},
    {"fill_value": "0x7ff8000000000000"},
    {"fill_value": "NaN"},
    {"data_type": "complex64", "fill_value": ["NaN", "0x3f800000"]},
]


@pytest.mark.parametrize("more", REFUSED, ids=range(len(REFUSED)))
def test_refused(more: dict[str, Any], tmp_path: Path) -> None:
    """The document is named with the key whose value is another than the format writes."""
    group(tmp_path, 3)
    third(tmp_path / "w", VALUES, [2, 3], **more)

    assert [
        f"its 'w/zarr.json' has a value of '{[*more][-1]}' that the format has not, so that zarr may read it otherwise, or refuse it"
    ] == readings(tmp_path)


@pytest.mark.parametrize("more", GOOD, ids=range(len(GOOD)))
def test_good(more: dict[str, Any], tmp_path: Path) -> None:
    """What zarr takes is not told, nor the options of codecs that are not read."""
    group(tmp_path, 3)
    third(tmp_path / "w", VALUES, [2, 3], **more)

    assert [] == readings(tmp_path)


@pytest.mark.parametrize(
    ("dtype", "odd"), [("<u1", True), (">i1", True), ("|u1", False), (">u2", False), ("<f8", False)]
)
def test_number_formats(dtype: str, odd: bool, tmp_path: Path) -> None:
    """One byte has no order, and zarr has no number format with one."""
    group(tmp_path, 2)
    second(tmp_path / "w", VALUES.astype(dtype), [2, 3], dtype)

    told = "its 'w/.zarray' has a value of 'dtype' that the format has not, so that zarr may read it otherwise, or refuse it"
    assert [told] * odd == readings(tmp_path)


@pytest.mark.parametrize(
    ("dtype", "fill", "odd"),
    [
        *(("<f4", text, True) for text in ("0x3f800000", "0X01", "-0x1", "0x1p3")),
        *(("<f2", text, False) for text in ("NaN", "-Infinity", "1.5", " 1", 1, None)),
        *(("<c8", pair, True) for pair in (["NaN", "0x01"], ["-0x1", 1], ["1.5", 1])),
        *(("<c16", pair, False) for pair in (["NaN", 1.0], [1, "Infinity"])),
    ],
)
def test_texts_of_numbers(dtype: str, fill: Any, odd: bool, tmp_path: Path) -> None:
    """The second format has no bits as text: zarr refuses what TensorStore takes for a number in hexadecimal digits."""
    group(tmp_path, 2)
    second(tmp_path / "w", VALUES.astype(dtype), [2, 3], fill_value=fill)

    told = "its 'w/.zarray' has a value of 'fill_value' that the format has not, so that zarr may read it otherwise, or refuse it"
    assert [told] * odd == readings(tmp_path)


@pytest.mark.parametrize(("inner", "odd"), [([4, 1], True), ([2, 2], False), ([2, 1], False)])
def test_shards_that_are_transposed(inner: list[int], odd: bool, tmp_path: Path) -> None:
    """Zarr divides the shard before it is transposed, and TensorStore behind that; both values and what differs are told."""
    group(tmp_path, 3)
    codecs = [codec("transpose", order=[1, 0]), shards(chunk_shape=inner, index_codecs=[LITTLE])]
    values = np.arange(8.0).reshape(2, 4)
    third(tmp_path / "w", values, [2, 4], codecs=codecs)
    parts = [part.tobytes() for _, part in chunks_of(np.ascontiguousarray(values.T), inner)]
    index = np.array([(64 // len(parts) * number, len(part)) for number, part in enumerate(parts)], "<u8")
    (tmp_path / "w/c/0/0").write_bytes(b"".join([*parts, index.tobytes()]))

    told = "its 'w/zarr.json' transposes shards of the shape [2, 4], which chunks of [4, 1] divide only then, so that zarr may read it otherwise, or refuse it"
    assert [told] * odd == readings(tmp_path)
    with open_weights(tmp_path) as weights:
        (row,) = weights.tensors
        assert [*range(8)] == row.read(0, 8).tolist()


def test_verify_refuses(tmp_path: Path) -> None:
    """A folder that TensorStore reads and zarr refuses does not pass."""
    group(tmp_path / "f", 3)
    third(tmp_path / "f/w", np.zeros((2, 3)), [2, 3], codecs=[codec("transpose", order="F"), LITTLE])
    (tmp_path / "f/w/c/0/0").write_bytes(bytes(48))
    spec = {"dtype": "float64", "layers": [{"type": "param", "name": "w", "shape": [2, 3], "init": "zeros"}]}
    with pytest.raises(winitgen.DiffersError) as error:
        winitgen.verify(tmp_path / "f", spec)

    assert (
        f"{tmp_path / 'f'}: its 'w/zarr.json' has a value of 'codecs' that the format has not, "
        "so that zarr may read it otherwise, or refuse it"
    ) == str(error.value)


@pytest.mark.parametrize("filters", [[[]], [{}], [1, None], [["a"]]])
def test_filters_of_any_kind(filters: Any, tmp_path: Path) -> None:
    """What is no name of a filter is refused like one."""
    group(tmp_path, 2)
    second(tmp_path / "w", VALUES, [2, 3], filters=filters)

    (row,) = winitgen.inspect(tmp_path)["tensors"]
    assert row["unread"].endswith(", which TensorStore does not decode")
