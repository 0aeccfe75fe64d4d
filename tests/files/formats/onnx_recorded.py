"""Tensors that the package onnx 1.23.2 wrote: ``numpy_helper.from_array`` and ``helper.make_tensor`` of three values named ``w``."""

from __future__ import annotations

from typing import NamedTuple


class Recorded(NamedTuple):
    """The format as it is shown, the tensor with raw values, the one with a list of numbers, both in hexadecimal, and the values."""

    dtype: str
    raw: str
    listed: str
    values: list[complex]


RECORDED = [
    Recorded(
        "float32",
        "080310014201774a0c0000c0bf000000400000003f",
        "08031001220c0000c0bf000000400000003f420177",
        [-1.5, 2.0, 0.5],
    ),
    Recorded("uint8", "080310024201774a03030001", "080310022a03030001420177", [3, 0, 1]),
    Recorded(
        "int8",
        "080310034201774a03fe01ff",
        "080310032a15feffffffffffffffff0101ffffffffffffffffff01420177",
        [-2, 1, -1],
    ),
    Recorded("uint16", "080310044201774a06030000000100", "080310042a03030001420177", [3, 0, 1]),
    Recorded(
        "int16",
        "080310054201774a06feff0100ffff",
        "080310052a15feffffffffffffffff0101ffffffffffffffffff01420177",
        [-2, 1, -1],
    ),
    Recorded(
        "int32",
        "080310064201774a0cfeffffff01000000ffffffff",
        "080310062a15feffffffffffffffff0101ffffffffffffffffff01420177",
        [-2, 1, -1],
    ),
    Recorded(
        "int64",
        "080310074201774a18feffffffffffffff0100000000000000ffffffffffffffff",
        "080310073a15feffffffffffffffff0101ffffffffffffffffff01420177",
        [-2, 1, -1],
    ),
    Recorded("bool", "080310094201774a03010001", "080310092a03010001420177", [True, False, True]),
    Recorded(
        "float16", "0803100a4201774a0600be00400038", "0803100a2a0880fc028080018070420177", [-1.5, 2.0, 0.5]
    ),
    Recorded(
        "float64",
        "0803100b4201774a18000000000000f8bf0000000000000040000000000000e03f",
        "0803100b4201775218000000000000f8bf0000000000000040000000000000e03f",
        [-1.5, 2.0, 0.5],
    ),
    Recorded("uint32", "0803100c4201774a0c030000000000000001000000", "0803100c4201775a03030001", [3, 0, 1]),
    Recorded(
        "uint64",
        "0803100d4201774a18030000000000000000000000000000000100000000000000",
        "0803100d4201775a03030001",
        [3, 0, 1],
    ),
    Recorded(
        "complex64",
        "0803100e4201774a180000803f0000004000000080000060c00000803e00000000",
        "0803100e22180000803f0000004000000080000060c00000803e00000000420177",
        [1 + 2j, -3.5j, 0.25],
    ),
    Recorded(
        "complex128",
        "0803100f4201774a30000000000000f03f000000000000004000000000000000800000000000000cc0000000000000d03f0000000000000000",
        "0803100f4201775230000000000000f03f000000000000004000000000000000800000000000000cc0000000000000d03f0000000000000000",
        [1 + 2j, -3.5j, 0.25],
    ),
    Recorded(
        "bfloat16", "080310104201774a06c0bf0040003f", "080310102a08c0ff02808001807e420177", [-1.5, 2.0, 0.5]
    ),
    Recorded("float8_e4m3fn", "080310114201774a03bc4030", "080310112a04bc014030420177", [-1.5, 2.0, 0.5]),
    Recorded("float8_e4m3fnuz", "080310124201774a03c44838", "080310122a04c4014838420177", [-1.5, 2.0, 0.5]),
    Recorded("float8_e5m2", "080310134201774a03be4038", "080310132a04be014038420177", [-1.5, 2.0, 0.5]),
    Recorded("float8_e5m2fnuz", "080310144201774a03c2443c", "080310142a04c201443c420177", [-1.5, 2.0, 0.5]),
    Recorded("uint4", "080310154201774a020301", "080310152a020301420177", [3, 0, 1]),
    Recorded("int4", "080310164201774a021e0f", "080310162a021e0f420177", [-2, 1, -1]),
    Recorded("F4", "080310174201774a024b01", "080310172a024b01420177", [-1.5, 2.0, 0.5]),
    Recorded("float8_e8m0fnu", "080310184201774a03817f7e", "080310182a0481017f7e420177", [4.0, 1.0, 0.5]),
    Recorded("uint2", "080310194201774a0113", "080310192a0113420177", [3, 0, 1]),
    Recorded("int2", "0803101a4201774a0136", "0803101a2a0136420177", [-2, 1, -1]),
    Recorded("F6_E2M3", "0803101b4201774a032c4400", "0803101b2a032c1004420177", [-1.5, 2.0, 0.5]),
    Recorded("F6_E3M2", "0803101c4201774a032e8400", "0803101c2a032e1008420177", [-1.5, 2.0, 0.5]),
]
