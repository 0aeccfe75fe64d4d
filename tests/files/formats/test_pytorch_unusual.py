"""What a pickle says in a way that ``torch.save`` never writes is told, as PyTorch may take it otherwise, or refuses it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.files.formats.torch_files import Call, Name, pickled, storage, tensor, zipped
from winitgen.files.input import open_weights

VALUES = np.arange(24, dtype="<f4")
BYTES = {"0": VALUES.tobytes(), "1": VALUES[::-1].tobytes()}
STORED = storage("0", 24)
GOOD = tensor(STORED, (2,), (1,))
OTHER = tensor(storage("1", 24), (2,), (1,))
HOOKS = Call("collections.OrderedDict")
SET = (storage("1", 24), 0, (2,), (1,))


def code(value: Any) -> bytes:
    """Return the opcodes of a value."""
    return pickled(value)[2:-1]


def model(*parts: bytes) -> bytes:
    """Return a pickle of a dictionary with the tensor ``w``, and what else is given."""
    return b"\x80\2}" + code("w") + b"".join(parts) + b"s."


def told(content: bytes, folder: Path) -> list[str]:
    """Return what a loader may misread of a file."""
    path = folder / "w.pt"
    path.write_bytes(content)
    with open_weights(path) as weights:
        return [other.text for other in weights.others if other.misread]


ATTRIBUTES = "its pickle gives a tensor attributes, which were not compared"
BITS = "its pickle has bits of a tensor otherwise than torch.save writes them"
KEY = "its pickle has a key of a dictionary that torch.save never writes"
TRAINED = "its pickle trains a tensor that cannot be trained, for which PyTorch refuses it"


def otherwise(name: str) -> str:
    """Return the clause about an unusual call."""
    return f"its pickle calls '{name}' otherwise than torch.save writes it"


def changed(name: str) -> str:
    """Return the clause about a change."""
    return f"its pickle changes '{name}' after it was used, and a loader may take what it was before"


def made(name: str) -> str:
    """Return the clause about a state."""
    return f"its pickle sets the state of what '{name}' made, which torch.save never does"


V2 = "torch._utils._rebuild_tensor_v2"
PARAMETER = "torch._utils._rebuild_parameter"
WITH_STATE = "torch._utils._rebuild_parameter_with_state"
OF_TYPE = "torch._tensor._rebuild_from_type_v2"
DEVICE_TENSOR = "torch._utils._rebuild_device_tensor_from_cpu_tensor"
ORDERED = "collections.OrderedDict"
OLD = "torch.FloatTensor"


def of_type(state: Any) -> Call:
    """Return a tensor with attributes."""
    return Call(OF_TYPE, Name(V2), Name("torch.Tensor"), GOOD.args, state)


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (model(code(GOOD), code(SET), b"b"), made(V2)),
        (model(code(Call(PARAMETER, GOOD, False, HOOKS)), code(SET), b"b"), made(PARAMETER)),
        (model(code(Call(OLD, state=SET)), code(SET), b"b"), made(OLD)),
        (model(code(Call("torch.Size", (2,))), b"}b"), made("torch.Size")),
        (model(code(Call(WITH_STATE, GOOD, False, HOOKS, {"data": OTHER}))), ATTRIBUTES),
        (model(code(Call(WITH_STATE, GOOD, False, HOOKS, (None, {"data": OTHER})))), ATTRIBUTES),
        (model(code(of_type({"data": OTHER}))), ATTRIBUTES),
        (model(code(of_type({"persistent": OTHER}))), ATTRIBUTES),
        (model(code(Call(OF_TYPE, Name(OF_TYPE), Name("torch.Tensor"), (), None))), otherwise(OF_TYPE)),
        (model(code(tensor(STORED, (2,), (1,), 0, Call(ORDERED, entries={"neg": True})))), BITS),
        (model(code(tensor(STORED, (2,), (1,), 0, {"neg": False}))), BITS),
        (model(code(tensor(STORED, (2,), (1,), 0, {"neg": 1}))), BITS),
        (model(code(tensor(STORED, (2,), (1,), 0, {"neg": True, "conj": False}))), BITS),
        (model(code(tensor(STORED, (2,), (1,), 0, {"conj": True}))), BITS),
        (model(code(tensor(STORED, (2,), (1,), 0, ()))), BITS),
        (model(code(Call(V2, *GOOD.args[:4], 1, HOOKS))), TRAINED),
        (model(code(Call(V2, *GOOD.args[:5], Call(ORDERED, entries={1: GOOD})))),
         "its pickle gives a tensor hooks, which torch.save never does"),
        (model(code(Call(PARAMETER, tensor(storage("1", 12, "torch.LongStorage"), (2,), (1,)), True, HOOKS))), TRAINED),
        (model(code(Call(PARAMETER, 3, True, HOOKS))), otherwise(PARAMETER)),
        (model(code(Call(DEVICE_TENSOR, None, Name("torch.float32"), "cpu", False))), otherwise(DEVICE_TENSOR)),
        (model(code(GOOD), b"s", code("c"), code(Call("torch.float32"))), otherwise("torch.float32")),
        (model(code(GOOD), b"s", code("c"), code(Call("torch.Tensor", 2))), otherwise("torch.Tensor")),
        (model(code(GOOD), b"s", code("c"), code(Call(V2, *GOOD.args))[:-1] + b"\x81"), otherwise(V2)),
        (model(code(GOOD), b"s", code("c"), code(Call("torch.Size", (2, None)))), otherwise("torch.Size")),
        (model(code(GOOD), b"s", code("c"), code(Call("torch.device", "nowhere"))), otherwise("torch.device")),
        (model(code(GOOD), b"s", code("c"), code(Call("torch.device", "cuda:00"))), otherwise("torch.device")),
        (model(code(GOOD), b"s", code("c"), code(Call("torch.device", "cpu", "x"))), otherwise("torch.device")),
        (model(code(GOOD), b"s", code("c"), code(Call("_codecs.encode", "\u0100", "latin1"))), otherwise("_codecs.encode")),
        (model(code(GOOD), b"s", code("c"), code(Call("_codecs.encode", "x", []))), otherwise("_codecs.encode")),
        (model(code(GOOD), b"s", code("c"), code(Call("builtins.set", [[]]))), otherwise("builtins.set")),
        (model(code(GOOD), b"s", code("c"), code(Call("torch.serialization._get_layout", []))),
         otherwise("torch.serialization._get_layout")),
        (model(code(GOOD), b"s", code("c"), code(Call("torch._utils._rebuild_wrapper_subclass"))),
         "its pickle makes a tensor by 'torch._utils._rebuild_wrapper_subclass', of which nothing is read"),
        (model(code(GOOD), b"s", code("c"), code(Call(ORDERED, state={"_metadata": Call(V2)}))),
         f"its pickle makes a tensor that has too few arguments of {V2}"),
        (model(code(GOOD), b"s", code("c"), code(Call(ORDERED, state={"_metadata": tensor(STORED, (25,), (1,))}))),
         "its pickle makes a tensor that lies outside its storage"),
        (model(code(GOOD), b"s", code("c"), code(Call(ORDERED, state={"items": 3}))),
         f"its pickle sets the state of '{ORDERED}' otherwise than Python does"),
        (model(code(GOOD), b"s", code("c"), code(Call(ORDERED, state=[3]))),
         f"its pickle sets the state of '{ORDERED}' otherwise than Python does"),
        (model(code(GOOD), b"s", code("c"), code(Call("collections.Counter", state={"a": 3}))),
         "its pickle sets the state of 'collections.Counter' otherwise than Python does"),
        (model(code(GOOD), b"s", code("c"), code(Call(ORDERED, Call(ORDERED, entries={"evil": OTHER})))), otherwise(ORDERED)),
        (model(code(GOOD), b"s", code("c"), code(Call(ORDERED, {"evil": OTHER}))), otherwise(ORDERED)),
        (model(code(GOOD), b"s", code("c"), code(Call(ORDERED, [("x", OTHER, 1)]))), otherwise(ORDERED)),
        (model(code(GOOD), b"s", code("c"), code(Call(ORDERED, [("x", OTHER)]))[:-1] + b"\x81"), otherwise(ORDERED)),
        (model(code(GOOD), b"s", code("c"), code(Call("collections.Counter", [("w", GOOD)]))), otherwise("collections.Counter")),
        (model(code(GOOD), b"s", b"]", code(1)), KEY),
        (model(code(GOOD), b"s", code((1, (2, 3))), code(1)), KEY),
        (model(code(GOOD), b"s", code(GOOD), code(1)), KEY),
        (model(code(GOOD), b"s", code("c"), b"]q\1s", code("d"), b"h\1", code(1), b"a"), changed("list")),
        (model(code(GOOD), b"s", code("c"), b"}q\1s", code("d"), b"h\1", code(1), code(2), b"s"), changed("dict")),
        (model(code(GOOD), b"s", code("c"), code(HOOKS), b"q\1s", code("d"), b"h\1(", code(1), code(2), b"u"), changed(ORDERED)),
        (model(code(Call(OLD)), b"q\1s", code("d"), b"h\1", code(SET), b"b"), changed(OLD)),
        (zipped({"w": tensor(storage("0", 24, "torch.FloatStorage", None), (2,), (1,))}, BYTES),
         "its pickle names a storage otherwise than torch.save does"),
        (zipped({"w": GOOD, "x": tensor(storage("0", 23), (2,), (1,))}, BYTES),
         "its storage '0' has two sizes or two devices, of which PyTorch takes one"),
        (zipped({"w": GOOD, "b": Call("argparse.Namespace"), "c": Call("torch.float32")}, BYTES),
         "it holds 'argparse.Namespace', which is not read, as it could run code: torch.load(weights_only=True) refuses the file"),
    ],
    ids=range(52),
)  # fmt: skip
def test_told(program: bytes, text: str, tmp_path: Path) -> None:
    """Each is told in one clause, and nothing else is."""
    content = program if program.startswith(b"PK") else zipped(program, BYTES)

    assert [text] * bool(text) == told(content, tmp_path)
