"""What the safetensors library opens is listed, whatever else stands in the header; what it refuses is refused or told."""

from __future__ import annotations

from pathlib import Path

import pytest
from safetensors import SafetensorError, safe_open

import winitgen
from winitgen.errors import UnreadableError

ONE = '"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]'
VALUES = bytes.fromhex("0000 803f 0000 4040")  # 1 and 3


def packed(header: str | bytes, values: bytes = VALUES) -> bytes:
    """Return a file of this header."""
    text = header if isinstance(header, bytes) else header.encode()
    return len(text).to_bytes(8, "little") + text + values


OPENED = {
    "null for metadata": ('{"__metadata__":null,' + ONE + "}}", []),
    "an unknown key": (
        "{" + ONE + ',"strides":[1]}}',
        ["the entry of 'w' has the key 'strides', which was not read"],
    ),
    "three values without keys": ('{"w":["F32",[2],[0,8]]}', []),
    "a variant with nothing in it": ('{"w":{"dtype":{"F32":null},"shape":[2],"data_offsets":[0,8]}}', []),
    "blanks before it": (" \n{" + ONE + "}}", ["blanks stand in front of its header, which the format forbids"]),
    "blanks after it": ("{" + ONE + "}}\n\t ", []),
    "a tensor twice": (
        "{" + ONE + "}," + ONE + "}}",
        ["its header has the key 'w' twice, which the format forbids"],
    ),
    "metadata twice": (
        '{"__metadata__":{"by":"1","by":"2"},' + ONE + "}}",
        ["its header has the key 'by' twice, which the format forbids"],
    ),
    "seventy axes": ('{"w":{"dtype":"F32","shape":[2' + ",1" * 69 + '],"data_offsets":[0,8]}}', []),
    "a large size beside 0": ('{"z":{"dtype":"F32","shape":[18446744073709551615,0],"data_offsets":[0,0]},' + ONE + "}}", []),
    "deep values of an unknown key": ("{" + ONE + ',"x":' + "[" * 120 + "]" * 120 + "}}", ["the entry of 'w' has the key 'x', which was not read"]),
}  # fmt: skip


@pytest.mark.parametrize("case", OPENED)
def test_what_the_library_opens(case: str, tmp_path: Path) -> None:
    """Its tensors are listed with their figures, and what the format forbids is a note."""
    header, notes = OPENED[case]
    path = tmp_path / "w.safetensors"
    path.write_bytes(packed(header))
    with safe_open(path, "numpy") as file:
        shapes = {name: file.get_slice(name).get_shape() for name in file.keys()}  # noqa: SIM118
    report = winitgen.inspect(path)

    assert shapes == {row["name"]: row["shape"] for row in report["tensors"]}
    assert [2.0] == [row["statistics"]["mean"] for row in report["tensors"] if row["name"] == "w"]
    assert notes == report["notes"]


DAMAGED = {
    "no values of F4 end on a byte": (
        '{"w":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}',
        "'w' has 3 values of 4 bits, which do not end on a byte",
    ),
    "no values of F6 end on a byte": (
        '{"w":{"dtype":"F6_E2M3","shape":[5],"data_offsets":[0,4]}}',
        "'w' has 5 values of 6 bits, which do not end on a byte",
    ),
    "too many values": (
        '{"w":{"dtype":"F32","shape":[4611686018427387904,8,0],"data_offsets":[0,0]}}',
        "the shape of 'w' has too many values",
    ),
    "another size": (
        '{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}',
        "'w' has 8 bytes, but its shape and dtype need 12",
    ),
    "a field twice": (
        '{"w":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
        "its header has the key 'dtype' twice",
    ),
    "a key too few": ('{"w":{"dtype":"F32","shape":[2]}}', "the entry of 'w' lacks its dtype, shape or data_offsets"),
    "four values without keys": ('{"w":["F32",[2],[0,8],1]}', "the entry of 'w' lacks its dtype, shape or data_offsets"),
    "a fraction": ('{"w":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}', "'w' needs a shape of whole numbers"),
    "one offset": ('{"w":{"dtype":"F32","shape":[2],"data_offsets":[0]}}', "'w' needs two data_offsets"),
    "an unknown dtype": ('{"w":{"dtype":"C128","shape":[1],"data_offsets":[0,8]}}', "'w' has the unknown dtype 'C128'"),
    "a number in the metadata": ('{"__metadata__":{"a":1},' + ONE + "}}", "its __metadata__ is not a table of texts"),
    "null in the metadata": ('{"__metadata__":{"a":null},' + ONE + "}}", "its __metadata__ is not a table of texts"),
}  # fmt: skip


@pytest.mark.parametrize("case", DAMAGED)
def test_damage_is_what_the_library_refuses(case: str, tmp_path: Path) -> None:
    """Only such a file is called damaged, and the message says what is wrong."""
    header, why = DAMAGED[case]
    path = tmp_path / "w.safetensors"
    path.write_bytes(packed(header))
    with pytest.raises(SafetensorError), safe_open(path, "numpy"):
        pass
    with pytest.raises(UnreadableError) as caught:
        winitgen.inspect(path)

    assert f"{path} is a damaged safetensors file: {why}" == str(caught.value)


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e999", "[" * 127 + "]" * 127, '"\\ud800"'])
def test_json_of_python_alone(value: str, tmp_path: Path) -> None:
    """What only Python takes for JSON is listed with a note, and ``verify`` refuses it, as the library does."""
    spec = {"input": 1, "layers": [{"type": "dense", "units": 2, "name": "w", "use_bias": False}]}
    path = tmp_path / "w.safetensors"
    winitgen.write(spec, path)
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    text = content[8 : 8 + length].decode().rstrip()
    at = text.index('"dtype"')
    path.write_bytes(packed(f'{text[:at]}"x":{value},{text[at:]}', content[8 + length :]))
    note = "its header is not JSON to the safetensors library, which refuses it"

    with pytest.raises(SafetensorError), safe_open(path, "numpy"):
        pass
    assert note in winitgen.inspect(path)["notes"]
    with pytest.raises(winitgen.DiffersError, match=note):
        winitgen.verify(path)


OUTSIDE = [
    *(
        "1" + "0" * 309,
        "-1" + "0" * 309,
        "1" + "0" * 309 + ".5",
        "1" + "0" * 300 + "e9",
        "9" * 309,
        "1" * 4299,
    ),
    *("17976931348623158" + "0" * 292, "1.7976931348623158e308", "179769.31348623156638847e303", "0.01e311"),
    *("1e309", "10E308", "-1e+309", "1" * 400 + "e-90", "0." + "0" * 400 + "1e710", "1e99999999999999999999"),
]
INSIDE = [
    *(
        "1" + "0" * 308,
        "-1" + "0" * 308,
        "1" + "0" * 308 + ".5",
        "1" + "0" * 300 + "e8",
        "9" * 308,
        "1.7976931348623157e308",
    ),
    *(
        "0.01e310",
        "1e308",
        "1" * 400 + "e-91",
        "0." + "0" * 400 + "1e709",
        "0e400",
        "-0E99999999999999999999",
        "1e-400",
    ),
    *("0." + "1" * 5000, "1e-99999999999999999999", str(1 << 100), f"{1 << 64}.5"),
]
"""Numbers near the largest of float64: the library multiplies the first digits by a power of ten, which rounds twice."""


@pytest.mark.parametrize("form", ["{}", '[1, {{"y": [{}]}}]', '{{"y": {}, "z": 1}}'])
@pytest.mark.parametrize("numbers", [OUTSIDE, INSIDE])
def test_numbers_beyond_float64(numbers: list[str], form: str, tmp_path: Path) -> None:
    """What the library refuses is told wherever it stands, and nothing else."""
    told = "its header is not JSON to the safetensors library, which refuses it"
    skipped = "the entry of 'w' has the key 'x', which was not read"
    for number in numbers:
        path = tmp_path / "w.safetensors"
        path.write_bytes(packed("{" + ONE + f',"x":{form.format(number)}' + "}}"))
        if numbers is INSIDE:
            with safe_open(path, "numpy"):
                notes = [skipped]
        else:
            with pytest.raises(SafetensorError, match="number out of range"), safe_open(path, "numpy"):
                pass
            notes = [told, skipped]
        assert notes == winitgen.inspect(path)["notes"], number


@pytest.mark.parametrize("blanks", [1, 2047, 2048, 2049, 5000, 1 << 20, (1 << 20) + 1])
@pytest.mark.parametrize("blank", [" ", "\n", "\t\r"])
def test_blanks_in_front_of_a_header(blanks: int, blank: str, tmp_path: Path) -> None:
    """Any number of them is read, as the library reads them, and told, as the format forbids them."""
    path = tmp_path / "w"
    path.write_bytes(packed((blank * blanks)[:blanks] + "{" + ONE + "}}"))
    with safe_open(path, "numpy") as file:
        assert ["w"] == list(file.keys())
    found = winitgen.inspect(path)

    assert ("safetensors", ["blanks stand in front of its header, which the format forbids"]) == (
        found["format"],
        found["notes"],
    )


@pytest.mark.parametrize("text", [" " * 3000, " " * 3000 + "[]", " " * 3000 + "\f{}"])
def test_blanks_in_front_of_no_header(text: str, tmp_path: Path) -> None:
    """What is no object behind them is a file of no known kind."""
    path = tmp_path / "w"
    path.write_bytes(packed(text))
    with pytest.raises(UnreadableError) as caught:
        winitgen.inspect(path)

    assert f"{path} is not a weight file of a known kind" in str(caught.value)
