"""Files of PyTorch: the tensors of both of its forms, views with any strides, and whatever else they hold."""

from __future__ import annotations

import io
import os
import random
import zipfile
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import winitgen
from tests.files.formats.torch_files import (
    Call,
    Name,
    Twice,
    doubled,
    pickled,
    storage,
    streamed,
    tensor,
    zipped,
)
from winitgen.errors import UnreadableError
from winitgen.files.formats.npy import fortran
from winitgen.files.formats.pytorch import opcodes, state, torch_archive, unpickling
from winitgen.files.input import open_weights, strided
from winitgen.files.input.steady import ChangedError

VALUES = np.arange(24, dtype="<f4") * np.float32(0.5)
STORED = storage("0", 24)


INSIDE = "a dictionary or a list inside of another; their names here are all keys, joined by dots"
M_W = "its tensor 'm.w' stands in a dictionary or a list inside of another; its name here is all keys, joined by dots"


def opened(content: bytes, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the values of a file by name, a text for those that are not read, and the notes."""
    path = folder / "w.bin"
    path.write_bytes(content)
    with open_weights(path) as weights:
        assert "pytorch" == weights.format
        found = {
            one.name: one.read(0, one.size).reshape(one.shape) if one.readable else one.unread
            for one in weights.tensors
        }
        return found, [other.text for other in (*weights.others, *weights.late(True))]


def refusal(content: bytes, folder: Path) -> str:
    """Return the message about a file, without its path."""
    path = folder / "w.bin"
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass
    return str(caught.value).removeprefix(str(path))


MODEL = {
    "whole": tensor(STORED, (4, 6), (6, 1)),
    "turned": tensor(STORED, (6, 4), (1, 6)),
    "nested": {
        "part": Call("torch._utils._rebuild_parameter", tensor(STORED, (2, 2), (12, 5), 3), True, None),
        "list": [tensor(STORED, (3, 4), (0, 1), 20), tensor(STORED, (), ())],
    },
    7: tensor(STORED, (2, 3, 4), (1, 8, 2)),
    "none": tensor(STORED, (0, 3), (3, 1), 24),
    "epoch": 5,
}
WANTED = {
    "whole": VALUES.reshape(4, 6),
    "turned": VALUES.reshape(4, 6).T,
    "nested.part": np.array([[1.5, 4], [7.5, 10]], "f4"),
    "nested.list.0": np.array([[10, 10.5, 11, 11.5]] * 3, "f4"),
    "nested.list.1": np.array(0, "f4"),
    "7": VALUES.reshape(3, 4, 2).transpose(2, 0, 1),
    "none": np.zeros((0, 3), "f4"),
}


@pytest.mark.parametrize("form", ["zip", "deflated", "stream"])
def test_views_of_one_storage(form: str, tmp_path: Path) -> None:
    """Tensors have dotted names and the values of their views, in every form of the file."""
    content = VALUES.tobytes()
    if form == "stream":
        made = streamed(MODEL, {"0": (24, content)}).replace(b"cpu", b"cpu")
    else:
        method = zipfile.ZIP_DEFLATED if form == "deflated" else zipfile.ZIP_STORED
        made = zipped(MODEL, {"0": content}, compression=method)
    found, notes = opened(made, tmp_path)

    assert list(WANTED) == list(found)
    for name, values in WANTED.items():
        np.testing.assert_array_equal(found[name], values)
    packed = "its storage '0' is packed by deflate, and torch.load with mmap=True, by which from_pretrained of transformers reads, takes the packed bytes for the values"
    own = [packed] if form == "deflated" else []
    nested = f"3 of its tensors, such as 'nested.part', stand in {INSIDE}"
    assert sorted([*own, nested, "its value 'epoch' is no tensor, and was not read"]) == sorted(notes)


def test_every_number_format(tmp_path: Path) -> None:
    """Storages of every class, and bytes with a format beside them, in both byte orders."""
    chance = np.random.default_rng(5)
    kinds = {
        "Double": "f8", "Half": "f2", "BFloat16": ml_dtypes.bfloat16, "Long": "i8", "Int": "i4", "Short": "i2",
        "Char": "i1", "Byte": "u1", "Bool": "?", "ComplexFloat": "c8", "ComplexDouble": "c16",
    }  # fmt: skip
    for order in ("little", "big"):
        model, bytes_of, wanted = {}, {}, {}
        for kind, dtype in kinds.items():
            values = (chance.random(5) < 0.5) if dtype == "?" else (chance.random(5) * 100).astype(dtype)
            wanted[kind] = values
            model[kind] = tensor(storage(kind, 5, f"torch.{kind}Storage"), (5,), (1,))
            width = 8 if values.dtype == "c16" else 4 if values.dtype == "c8" else values.itemsize
            plain = values.view(f"u{width}")
            bytes_of[kind] = (plain.byteswap() if order == "big" else plain).tobytes()
        untyped = storage("f8", 3, "torch.storage.UntypedStorage")
        args = (untyped, 1, (2,), (1,), False, Call("collections.OrderedDict"), Name("torch.float8_e4m3fn"))
        model["f8"] = Call("torch._utils._rebuild_tensor_v3", *args)
        bytes_of["f8"] = b"\x08\x38\xc0"
        wanted["f8"] = np.array([1, -2], ml_dtypes.float8_e4m3fn)
        found, notes = opened(zipped(model, bytes_of, byteorder=order.encode()), tmp_path)

        assert [] == notes
        assert {name: values.tobytes() for name, values in wanted.items()} == {
            name: values.tobytes() for name, values in found.items()
        }
        assert {name: values.dtype for name, values in wanted.items()} == {
            name: values.dtype for name, values in found.items()
        }


def test_old_forms(tmp_path: Path) -> None:
    """A view of a storage in a stream, a tensor set up after it was made, and a state with attributes."""
    view = storage("0", 24, "torch.FloatStorage", ("1", 6, 12))
    old = Call("torch.FloatTensor", state=(storage("0", 24, "torch.FloatStorage", None), 2, (2,), (1,)))
    model = Call(
        "collections.OrderedDict",
        entries={"v": tensor(view, (2,), (1,), 4), "o": old},
        state={"_metadata": {}},
    )
    found, notes = opened(streamed(model, {"0": (24, VALUES.tobytes())}) + b"more", tmp_path)

    assert {"v": [5.0, 5.5], "o": [1.0, 1.5]} == {name: values.tolist() for name, values in found.items()}
    assert ["4 bytes follow its last storage, and were not read"] == notes


def test_a_zip_behind_an_old_file(tmp_path: Path) -> None:
    """PyTorch goes by how a file begins, transformers by how it ends; it then asks PyTorch for what only a zip can do."""
    old = streamed({"w": tensor(storage("0", 2), (2,), (1,))}, {"0": (2, bytes(8))})
    (tmp_path / "w.bin").write_bytes(old + zipped({}, {}))
    with open_weights(tmp_path / "w.bin") as weights:
        found = {one.text: one.misread for one in weights.others}

    text = "a zip stands behind its last storage: transformers takes the file for one, and PyTorch refuses to load it so"
    assert {text: True} == found


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_old_files_of_every_protocol(protocol: int, tmp_path: Path) -> None:
    """The number at the front stands in a frame from protocol 4 on, for which PyTorch itself has to be told to trust the file."""
    found, notes = opened(
        streamed({"w": tensor(STORED, (2,), (1,))}, {"0": (24, VALUES.tobytes())}, protocol=protocol),
        tmp_path,
    )

    assert {"w": [0.0, 0.5]} == {name: values.tolist() for name, values in found.items()}
    told = "its pickle has the opcode 0x95, for which torch.load(weights_only=True) refuses the file"
    assert ([told] if protocol > 3 else []) == notes


COMPLEX = storage("1", 12, "torch.ComplexFloatStorage")


def test_lazy_views(tmp_path: Path) -> None:
    """Conjugates and negatives of what is stored, as PyTorch gives them: of 0.5i, of 2 + 2.5i, and of the real 1 and 1.5."""
    conjugate = tensor(COMPLEX, (2,), (2,), 0, {"conj": True})
    negative = tensor(STORED, (2,), (1,), 2, {"neg": True})
    both = tensor(COMPLEX, (1, 2), (2, 1), 1, {"neg": True, "conj": True})
    stored = {"0": VALUES.tobytes(), "1": VALUES.tobytes()}
    found, _ = opened(zipped({"c": conjugate, "n": negative, "b": both}, stored), tmp_path)

    assert {"c": [-0.5j, 2 - 2.5j], "n": [-1.0, -1.5], "b": [[-1 + 1.5j, -2 + 2.5j]]} == {
        name: values.tolist() for name, values in found.items()
    }


def _of_bytes(kind: str, shape: tuple[int, ...], strides: tuple[int, ...], count: int = 6) -> Call:
    """Return a tensor of a format without a storage of its own."""
    stored = storage("1", count, "torch.storage.UntypedStorage")
    return Call(
        "torch._utils._rebuild_tensor_v3", stored, 0, shape, strides, False, None, Name(f"torch.{kind}")
    )


def test_two_numbers_in_a_byte(tmp_path: Path) -> None:
    """The lower four bits are the first number, in the last axis, of a transposed tensor too; and the bits are copied."""
    path = tmp_path / "w.pt"
    raw = bytes.fromhex("10 32 a7 f4 58 09")
    model = {
        "w": _of_bytes("float4_e2m1fn_x2", (2, 3), (3, 1)),
        "t": _of_bytes("float4_e2m1fn_x2", (3, 2), (1, 3)),
    }
    path.write_bytes(zipped(model, {"1": raw}))
    with open_weights(path) as weights:
        found = {one.name: one for one in weights.tensors}

        assert [("F4", (2, 6), 6), ("F4", (3, 4), 6)] == [
            (one.dtype, one.shape, one.nbytes) for one in weights.tensors
        ]
        assert [0, 0.5, 1, 1.5, 6, -1, 2, -6, -0.0, 3, -0.5, 0] == found["w"].read(0, 12).tolist()
        assert [6, -1, -0.5, 0] == found["t"].read(8, 4).tolist()
        assert raw == found["w"].read_bytes(0, 6).tobytes()
    statistics = winitgen.inspect(path)["tensors"][0]["statistics"]
    assert (6, -6, 3) == (statistics["max"], statistics["min"], statistics["zeros"])


def test_complex_numbers_of_two_halves(tmp_path: Path) -> None:
    """complex32 is read as complex64, conjugated and with strides; its figures are those of moduli."""
    path = tmp_path / "w.pt"
    values = np.array([3 + 4j, -1.5j, 0, 0.25, 6 - 8j, np.inf], np.complex64)
    view = _of_bytes("complex32", (3, 2), (2, 1), 24)
    strided = Call(*(view.name, *view.args[:2], (2,), (4,), *view.args[4:], {"conj": True}))
    raw = values.view(np.float32).astype("<f2").tobytes()
    path.write_bytes(zipped({"w": view, "s": strided}, {"1": raw}))
    with open_weights(path) as weights:
        found = {one.name: one for one in weights.tensors}
        assert [("complex32", (3, 2), 24), ("complex32", (2,), 8)] == [
            (one.dtype, one.shape, one.nbytes) for one in weights.tensors
        ]
        np.testing.assert_array_equal(values, found["w"].read(0, 6))
        assert [3 - 4j, 6 + 8j] == found["s"].read(0, 2).tolist()
    figures = winitgen.inspect(path, tensor="w")["tensors"][0]["statistics"]
    assert ("modulus", 10.0, 1, 1) == tuple(figures[key] for key in ("of", "max", "zeros", "infinite"))
    with pytest.raises(winitgen.UsageError, match=r"'w' of .* is complex32, which cannot be copied"):
        winitgen.convert(path, tmp_path / "w.npz")


SPARSE = Call(
    "torch._utils._rebuild_sparse_tensor",
    Call("torch.serialization._get_layout", "torch.sparse_coo"),
    (tensor(STORED, (1, 2), (2, 1)), tensor(STORED, (2,), (1,)), Call("torch.Size", (9,)), True),
)


@pytest.mark.parametrize(
    ("made", "shape", "dtype", "why"),
    [
        (SPARSE, (9,), "float32", "it is sparse"),
        (Call("torch._utils._rebuild_nested_tensor", tensor(STORED, (5,), (1,)), tensor(STORED, (2, 1), (1, 1)),
              tensor(STORED, (2, 1), (1, 1)), tensor(STORED, (2,), (1,))),
         (5,), "float32", "it is nested: tensors of several shapes in a row"),
        (tensor(STORED, (2,), (1,), 0, {"conj": True}), (2,), "float32",
         "it has the conj bit set, so that its values are not those that are stored"),
        (Call("torch._utils._rebuild_qtensor", storage("1", 2, "torch.QInt8Storage"), 0, (2,), (1,), (), False, None),
         (2,), "qint8", "it is quantized: its values are whole numbers beside a scale"),
        (Call("torch._utils._rebuild_meta_tensor_no_storage", Name("torch.float16"), (3, 4), (4, 1), False),
         (3, 4), "float16", "it is on the meta device, without values"),
        (Call("torch._utils._rebuild_device_tensor_from_cpu_tensor", tensor(STORED, (2,), (1,)),
              Name("torch.bfloat16"), "xla:0", False),
         (2,), "float32", "it is converted to another number format when it is loaded"),
        (_of_bytes("float4_e2m1fn_x2", (), (), 2), (), "float4_e2m1fn_x2", "NumPy has no number format for float4_e2m1fn_x2"),
        (_of_bytes("bits8", (2,), (1,), 2), (2,), "bits8", "NumPy has no number format for bits8"),
        (tensor(STORED, (1 << 40,), (0,)), (1 << 40,), "float32",
         "with those before it, 4,398,046,511,208 bytes are declared but 98 are stored"),
    ],
    ids=["sparse", "nested", "conj", "quantized", "meta", "device", "float4", "bits", "expanded"],
)  # fmt: skip
def test_what_is_a_row_without_figures(
    made: Any, shape: tuple[int, ...], dtype: str, why: str, tmp_path: Path
) -> None:
    """A tensor whose values cannot be read is listed with its reason, and the others are read."""
    path = tmp_path / "w.pt"
    model = {
        "w": tensor(STORED, (26,), (0,)),
        "x": made,
        "y": tensor(storage("1", 2, "torch.ByteStorage"), (2,), (1,)),
    }
    if dtype in {"qint8", "float4_e2m1fn_x2", "bits8"}:
        del model["y"]
    path.write_bytes(zipped(model, {"0": VALUES.tobytes(), "1": b"ab"}))
    with open_weights(path) as weights:
        found = {one.name: one for one in weights.tensors}

        assert (shape, dtype, False, why) == (
            found["x"].shape, found["x"].dtype, found["x"].readable, found["x"].unread,
        )  # fmt: skip
        assert [0.0] * 26 == found["w"].read(0, 26).tolist()
        with pytest.raises(UnreadableError) as caught:
            found["x"].read(0, 1)
    assert f"the values of 'x' cannot be read: {why}" == str(caught.value)


CODE = "which is not read, as it could run code: torch.load(weights_only=True) refuses the file"
ONE = {"w": tensor(STORED, (2,), (1,))}
BYTES = {"0": VALUES.tobytes()}


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (zipped({**ONE, "a": Call("argparse.Namespace"), "b": [Call("os.system", "x")]}, BYTES),
         [f"it holds 'argparse.Namespace', 'os.system', {CODE}",
          "2 of its values, such as 'a', are no tensors, and were not read"]),
        (zipped({**{str(n): Call(f"torch.nn.C{n}") for n in range(6)}, **ONE, "s": Call("posix.system", "x")}, BYTES),
         [f"it holds 'posix.system', 'torch.nn.C0', 'torch.nn.C1', 'torch.nn.C2', 'torch.nn.C3' and 2 more, {CODE}",
          "7 of its values, such as '0', are no tensors, and were not read"]),
        (zipped(pickled(ONE).replace(b"\x80\x02", b"\x80\x04\x95" + bytes(8)), BYTES),
         ["its pickle has the opcode 0x95, for which torch.load(weights_only=True) refuses the file"]),
        (zipped({"m": Twice("w", (tensor(STORED, (1,), (1,), 7), tensor(STORED, (2,), (1,))))}, BYTES),
         ["it has 'm' twice, or a key in it", M_W]),
        (zipped({"m": {"w": ONE["w"]}, "m.w": ONE["w"]}, BYTES), ["it has 'm.w' twice, or a key in it", M_W]),
        (zipped(ONE, BYTES, version=None), ["it has no member 'version', without which PyTorch refuses it"]),
        (zipped(ONE, BYTES, **{"DATA/0": bytes(96)}),
         ["it has members whose names differ only in capital letters, which PyTorch takes for one",
          "its member 'archive/data/0' was not read"]),
        (zipped(ONE, BYTES, **{"a.txt": b"", "b.txt": b""}), ["its member 'archive/a.txt' was not read, and 1 more were not"]),
        (zipped({**ONE, "x": tensor(storage("0", 24, "torch.IntStorage"), (1,), (1,))}, BYTES),
         ["its storage '0' has two number formats, of which PyTorch takes the first"]),
        (zipped(ONE, BYTES) + b"more",
         ["behind its directory stands something else than the one end record that belongs to it"]),
    ],
    ids=["code", "many", "protocol 4", "key twice", "name twice", "version", "case", "members", "formats", "behind"],
)  # fmt: skip
def test_notes(content: bytes, notes: list[str], tmp_path: Path) -> None:
    """What PyTorch reads otherwise, or refuses, is told beside the tensors, which are shown."""
    found, told = opened(content, tmp_path)

    assert notes == told
    assert any(name.endswith("w") for name in found)


def test_which_of_two_counts(tmp_path: Path) -> None:
    """Of a key that stands twice the last value counts, and of a storage with two formats the first, as in PyTorch."""
    part = tensor(STORED, (1,), (1,), 7)
    model = {
        "m": Twice("w", (tensor(STORED, (2,), (1,)), part)),
        "x": tensor(storage("0", 24, "torch.IntStorage"), (2,), (1,), 1),
    }
    found, _ = opened(zipped(model, BYTES), tmp_path)

    assert {"m.w": [3.5], "x": [0.5, 1.0]} == {name: values.tolist() for name, values in found.items()}


def test_a_long_list_of_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of numbers, as of losses, is one value, however long it is."""
    monkeypatch.setattr(state, "MOST_VALUES", 100)
    found, notes = opened(zipped({"losses": [0.5] * 200, **ONE, "betas": (0.9, None, "x")}, BYTES), tmp_path)

    assert ["w"] == list(found)
    assert ["2 of its values, such as 'losses', are no tensors, and were not read"] == notes


def test_newer_formats_in_the_old_form(tmp_path: Path) -> None:
    """``torch.save`` writes their storages without a number format, and ``torch.load`` has none for them: it refuses the file."""
    stored = storage("0", 4, "torch.storage.UntypedStorage", None)
    call = Call("torch._utils._rebuild_tensor_v3", stored, 0, (2,), (1,), False, None, Name("torch.uint16"))
    found, notes = opened(streamed({"w": call}, {"0": (4, b"\1\0\2\0")}), tmp_path)

    assert {"w": [1, 2]} == {name: values.tolist() for name, values in found.items()}
    line = "its storage '0' is an UntypedStorage, which PyTorch refuses in a file of the form before 1.6"
    assert [line] == notes


def test_a_set_of_protocol_4(tmp_path: Path) -> None:
    """PyTorch refuses the opcode that fills it; the pickle is no damaged one, and what else it holds is read."""
    pickle = b"\x80\4(" + pickled({"w": tensor(STORED, (2,), (1,))})[2:-1]
    path = tmp_path / "w.pt"
    for filled, told in (
        (b"\x8f(K\1\x90", ""),
        (b"](K\1\x90", "in its pickle, it adds items to what is not a set"),
    ):
        path.write_bytes(zipped(pickle + filled + b"t.", BYTES))
        if told:
            with pytest.raises(UnreadableError) as caught:
                winitgen.inspect(path)
            assert f"{path} is a damaged PyTorch file: {told}" == str(caught.value)
        else:
            found = winitgen.inspect(path)
            assert ["0.w"] == [row["name"] for row in found["tensors"]]
            assert (
                "its pickle has the opcode 0x90, for which torch.load(weights_only=True) refuses the file"
                in found["notes"]
            )


def test_a_lone_value(tmp_path: Path) -> None:
    """A file of one value that is no tensor says so of the value, which has no name."""
    _, notes = opened(zipped(5, {}), tmp_path)

    assert ["its value is no tensor, and was not read"] == notes


def test_tensors_of_other_classes(tmp_path: Path) -> None:
    """A tensor with attributes is read; one of a class that PyTorch does not know is named, as its code would be run."""
    args = tensor(STORED, (2,), (1,), 3).args
    model = {
        name: Call(
            "torch._tensor._rebuild_from_type_v2",
            Name("torch._utils._rebuild_tensor_v2"),
            Name(kind),
            args,
            {},
        )
        for name, kind in {"b": "torch.Tensor", "c": "mine.Tensor"}.items()
    }
    found, notes = opened(zipped(model, BYTES), tmp_path)

    assert {"b": [1.5, 2.0]} == {name: values.tolist() for name, values in found.items()}
    assert [f"it holds 'mine.Tensor', {CODE}", "its value 'c' is no tensor, and was not read"] == notes


def test_nothing_is_run(tmp_path: Path) -> None:
    """A file that would run a command when it is loaded is refused as what it is, and the command is not run."""
    target = tmp_path / "ran"
    model = Call("os.system", f"touch {target}")

    assert (
        " holds 'os.system', which is not read, as it could run code; load it where it is trusted, and save it with "
        "safetensors.torch.save_file" == refusal(zipped(model, {}), tmp_path)
    )
    assert not target.exists()


DAMAGED = " is a damaged PyTorch file: "


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped({"w": tensor(STORED, (5, 5), (5, 1))}, BYTES), DAMAGED + "the tensor 'w' lies outside its storage"),
        (zipped({"w": tensor(STORED, (2,), (1, 1))}, BYTES),
         DAMAGED + "in its pickle, the tensor 'w' has an offset or strides that do not fit its shape"),
        (zipped({"w": tensor(STORED, (-1,), (1,))}, BYTES),
         DAMAGED + "in its pickle, the tensor 'w' needs a shape of whole numbers from 0 to 2^63 - 1, the largest of PyTorch"),
        (zipped({"w": tensor(STORED, (1 << 63, 0), (1, 1))}, BYTES),
         DAMAGED + "in its pickle, the tensor 'w' needs a shape of whole numbers from 0 to 2^63 - 1, the largest of PyTorch"),
        (zipped({"w": tensor(STORED, (0, 1 << 64), (1, 1))}, BYTES),
         DAMAGED + "in its pickle, the tensor 'w' needs a shape of whole numbers from 0 to 2^63 - 1, the largest of PyTorch"),
        (zipped({"w": tensor(STORED, (0,), (1 << 64,))}, BYTES),
         DAMAGED + "in its pickle, the tensor 'w' needs strides of whole numbers from 0 to 2^63 - 1, the largest of PyTorch"),
        (zipped({"w": tensor(STORED, (1,) * 65, (1,) * 65)}, BYTES),
         DAMAGED + "in its pickle, the tensor 'w' needs a shape of at most 64 whole numbers"),
        (zipped({"w": tensor(storage("0", 1 << 64), (2,), (1,))}, BYTES),
         DAMAGED + "in its pickle, the tensor 'w' has a storage without a key, a number of values below 2^63, or a known format"),
        (zipped({"w": Call("torch._utils._rebuild_tensor_v2", STORED)}, BYTES),
         DAMAGED + "in its pickle, the tensor 'w' has too few arguments of torch._utils._rebuild_tensor_v2"),
        (zipped({"w": tensor(3, (2,), (1,))}, BYTES), DAMAGED + "in its pickle, the tensor 'w' has no storage"),  # type: ignore[arg-type]
        (zipped({"w": tensor(storage("0", 24, "torch.What"), (2,), (1,))}, BYTES),
         DAMAGED + "in its pickle, the tensor 'w' has a storage without a key, a number of values below 2^63, or a known format"),
        (zipped({"w": tensor(storage("0", 24, "torch.FloatStorage", 3), (2,), (1,))}, BYTES),
         DAMAGED + "in its pickle, the tensor 'w' has a view of a storage without an offset"),
        (zipped({"w": Call("torch._utils._rebuild_meta_tensor_no_storage", 3, (), (), False)}, BYTES),
         DAMAGED + "in its pickle, the tensor 'w' has no known number format"),
        (zipped(ONE, {"1": b""}), DAMAGED + "it has no storage '0'"),
        (zipped(ONE, {"0": bytes(95)}), DAMAGED + "its storage '0' holds 95 bytes, not 96"),
        (zipped(ONE, BYTES, byteorder=b"middle"), DAMAGED + "its byte order is 'middle'"),
        (zipped(b"\x80\x02}", BYTES), DAMAGED + "in its pickle, it is cut off, or is not a pickle"),
        (zipped(b"h\x05.", BYTES), DAMAGED + "in its pickle, it is cut off, or is not a pickle"),
        (zipped(b"cos\nsystem", BYTES), DAMAGED + "in its pickle, it is cut off, or is not a pickle"),
        (zipped(b"I5\n.", BYTES),
         " has a pickle that is not read: it has the opcode 0x49; load it where it is trusted, and save it with safetensors.torch.save_file"),
        (zipped(b"\x07.", BYTES), DAMAGED + "in its pickle, it has the opcode 0x07, which no pickle has"),
        (zipped(b"NNR.", BYTES), DAMAGED + "in its pickle, it calls what is not a name, but None"),
        (zipped(b"NNNs.", BYTES), DAMAGED + "in its pickle, it sets entries of what is not a dictionary"),
        (zipped(b"}(Nu.", BYTES), DAMAGED + "in its pickle, it sets a key without a value"),
        (zipped(b"NNa.", BYTES), DAMAGED + "in its pickle, it appends to what is not a list"),
        (zipped(b"NNb.", BYTES), DAMAGED + "in its pickle, it sets the state of what has none"),
        (zipped(b"NN\x93.", BYTES), DAMAGED + "in its pickle, it names a function by what is not a text"),
        (zipped(b"\x8b\x00\x01\x00\x00" + bytes(256) + b".", BYTES),
         DAMAGED + "in its pickle, it has a number of 256 bytes"),
        (zipped(b"}" + pickled(storage("0", 24, "torch.What"))[2:-1] + b"0.", BYTES),
         DAMAGED + "in its pickle, a tensor has a storage without a key, a number of values below 2^63, or a known format"),
        (zipped(b"N" + b"\x85" * 200 + b".", BYTES),
         " has a pickle that is too large to read: it is nested deeper than 100 levels, or has a name of more than 1,000 characters"),
        (zipped(bytes((1 << 26) + 1), BYTES, compression=zipfile.ZIP_DEFLATED),
         " has a pickle that is too large to read: it has more than 67,108,864 bytes, the most that winitgen reads"),
        (zipped(b"\x8e" + (1 << 40).to_bytes(8, "little"), BYTES),
         " has a pickle that is too large to read: it has more than 67,108,864 bytes, the most that winitgen reads"),
        (zipped(ONE, BYTES, **{"constants.pkl": b""}),
         " is a TorchScript archive, which holds code; load it with torch.jit.load where it is trusted, and save its state_dict() with safetensors.torch.save_file"),
        (zipped(ONE, BYTES, compression=zipfile.ZIP_BZIP2),
         ": its member 'archive/data.pkl': it is compressed by method 12 of zip; save it with torch.save"),
        (zipped(ONE, BYTES)[:-30], " is not a PyTorch file, or is damaged"),
        (zipped(ONE, BYTES) + zipped(ONE, BYTES),
         " is several zips in a row, as the files of a distributed checkpoint are; name the folder of that"),
        (streamed(ONE, {"0": (23, bytes(96))}), DAMAGED + "its storage '0' does not have its 24 values"),
        (streamed(ONE, {"0": (24, bytes(95))}), DAMAGED + "its storage '0' does not have its 24 values"),
        (streamed(ONE, {}), DAMAGED + "it has no storage '0'"),
        (streamed(ONE, {}, keys=["1"]), DAMAGED + "it lists a storage that no tensor has"),
        (streamed(ONE, {}).replace(b"\x8a\x09\xe9\x03", b"\x8a\x09\xea\x03"), DAMAGED + "its protocol is not 1001"),
    ],
    ids=range(41),
)  # fmt: skip
def test_refused(content: bytes, message: str, tmp_path: Path) -> None:
    """A file that PyTorch refuses, or that would take too much, is refused in one line."""
    assert message == refusal(content, tmp_path)


def test_a_member_in_capitals_is_no_script(tmp_path: Path) -> None:
    """PyTorch finds its own members in any case of letters, but tells a script by this exact name."""
    (tmp_path / "w.pt").write_bytes(zipped(ONE, BYTES, **{"CONSTANTS.PKL": b""}))
    with open_weights(tmp_path / "w.pt") as weights:
        assert len(weights.tensors) == 1


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (doubled(12), "1,000 values"),
        (b"]" * 1001 + b".", "1,000 objects"),
        (b"N" * 1002 + b".", "1,000 objects"),
        (b"N" + b"q\x01" * 1001 + b".", "1,000 objects"),
        (b"(" * 1001 + b".", "1,000 objects"),
        (b"N0" * 1000 + b".", "2,000 steps"),
        (b"ccollections\nOrderedDict\nq\x00" + b")R0h\x00" * 101 + b".", "100 calls"),
        (pickled([tensor(STORED, (), ())] * 6), "5 tensors"),
    ],
    ids=["doubled", "lists", "stack", "memo", "marks", "steps", "calls", "tensors"],
)
def test_bounds(content: bytes, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small a pickle is, what it makes is bounded; here the bounds are small."""
    monkeypatch.setattr(unpickling, "MOST_OBJECTS", 1000)
    monkeypatch.setattr(unpickling, "MOST_CALLS", 100)
    monkeypatch.setattr(opcodes, "MOST_STEPS", 2000)
    monkeypatch.setattr(state, "MOST_VALUES", 1000)
    monkeypatch.setattr(state, "MOST_TENSORS", 5)

    assert (
        f" has a pickle that is too large to read: it has more than {what}, the most that winitgen reads"
        == refusal(zipped(content, BYTES), tmp_path)
    )


def test_an_archive_of_arrays_in_folders(tmp_path: Path) -> None:
    """A zip whose first member stands in a folder is still one of NumPy's, if no pickle of PyTorch is in it."""
    array = io.BytesIO()
    np.save(array, VALUES)
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
        archive.writestr("about/readme.txt", "hello")
        archive.writestr("a.npy", array.getvalue())
    with open_weights(tmp_path / "w.npz") as weights:
        assert ("npz", ["a"]) == (weights.format, [one.name for one in weights.tensors])


@pytest.mark.parametrize("seed", range(60))
def test_any_view(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any run of a view with any strides, in any order of runs, is what NumPy reads of it."""
    pick = random.Random(seed)  # noqa: S311
    monkeypatch.setattr(strided, "_BAND", pick.choice([5, 16, 1000]))
    monkeypatch.setattr(strided, "_DENSE", pick.choice([0, 4]))
    monkeypatch.setattr(strided, "_NEAR", pick.choice([0, 8, 64]))
    monkeypatch.setattr(strided, "_CHUNK", pick.choice([8, 100, 4096]))
    monkeypatch.setattr(fortran, "_BAND", pick.choice([16, 200]))
    shape = tuple(pick.choice([1, 2, 3, 5, 7]) for _ in range(pick.choice([1, 2, 3, 4])))
    strides = tuple(pick.choice([0, 1, 2, 3, 7, 35]) for _ in shape)
    offset = pick.choice([0, 3])
    needed = offset + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True)) + 1
    values = np.arange(needed, dtype=pick.choice(["<f4", "<i8"]))
    kind = "torch.FloatStorage" if values.itemsize == 4 else "torch.LongStorage"
    model = {"w": tensor(storage("0", needed, kind), shape, strides, offset)}
    path = tmp_path / "w.pt"
    path.write_bytes(zipped(model, {"0": values.tobytes()}))
    wanted = np.lib.stride_tricks.as_strided(
        values[offset:], shape, [stride * values.itemsize for stride in strides]
    ).reshape(-1)
    with open_weights(path) as weights:
        for _ in range(6):
            start = pick.randrange(wanted.size)
            count = pick.randrange(1, wanted.size - start + 1)

            assert wanted[start : start + count].tolist() == weights.tensors[0].read(start, count).tolist()


def test_changed_while_read(tmp_path: Path) -> None:
    """A file that another program writes to meanwhile is not called damaged."""
    path = tmp_path / "w.pt"
    path.write_bytes(zipped(ONE, BYTES))

    def read_while_changed() -> None:
        with open_weights(path) as weights:
            os.utime(path, (1, 1))
            weights.tensors[0].read(0, 2)

    with pytest.raises(ChangedError, match=r"w\.pt changed while it was read$"):
        read_while_changed()


def test_a_state_in_dictionaries(tmp_path: Path) -> None:
    """`load_state_dict` finds no tensor by the joined keys, and takes an empty dictionary for a key too many; both are noted."""
    spec = {"input": 3, "layers": [{"name": "fc", "type": "dense", "units": 2, "init": "zeros"}]}
    weight, bias = (
        tensor(storage("0", 6), shape, strides) for shape, strides in (((2, 3), (3, 1)), ((2,), (1,)))
    )
    values = {"0": bytes(24)}
    states: dict[str, tuple[Any, list[str]]] = {
        "flat": ({"fc.weight": weight, "fc.bias": bias}, []),
        "nested": (
            {"fc": {"weight": weight, "bias": bias}},
            [f"2 of its tensors, such as 'fc.weight', stand in {INSIDE}"],
        ),
        "empty": (
            {"fc.weight": weight, "fc.bias": bias, "e": {}, "f": {"g": []}},
            ["2 of its values, such as 'e', are no tensors, and were not read"],
        ),
    }
    for made, notes in states.values():
        (tmp_path / "w.pt").write_bytes(zipped(made, values))
        found = winitgen.verify(tmp_path / "w.pt", spec)["notes"]

        assert [*notes, "the file carries no recipe; its values are those of the spec"] == sorted(
            found, key=lambda note: note.startswith("the file")
        )
        assert notes == winitgen.inspect(tmp_path / "w.pt")["notes"]


def test_a_file_of_too_many_storages_is_refused_by_its_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the headers of its members nor its pickle is read for that; one of as many as are read is read."""
    monkeypatch.setattr(torch_archive, "MOST_STORAGES", 3)
    tensors = {key: tensor(storage(key, 1), (1,), (1,)) for key in "0123"}
    within = {key: tensors[key] for key in "012"}

    assert list(within) == list(opened(zipped(within, dict.fromkeys("012", bytes(4))), tmp_path)[0])

    monkeypatch.setattr(torch_archive.zip_members, "members_of", None)
    monkeypatch.setattr(torch_archive, "_OWN", ("data.pkl", "byteorder"))
    why = refusal(zipped(tensors, dict.fromkeys("0123", bytes(4))), tmp_path)

    assert " is too large to read: it has more than 3 storages, the most that winitgen reads" == why
