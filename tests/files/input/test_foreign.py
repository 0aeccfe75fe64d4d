"""Files and folders of other frameworks: each is refused as what it is, with what to do instead, on the whole text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.files.formats.onnx_files import content, number
from tests.files.input.test_hub_cache import refusal

SAVED = "save its arrays with numpy.savez or safetensors"
TENSORFLOW = f"load it with TensorFlow, and {SAVED}"
CHECKPOINT = f"load it with tf.train.load_checkpoint, and {SAVED}"
FLAX = (
    "is a file of MessagePack, as Flax writes, which is not read; load it with "
    "flax.serialization.msgpack_restore, and save its arrays with safetensors.flax.save_file"
)
CORE_ML = f"is a model of Core ML, which is not read; get its weights with coremltools, and {SAVED}"
GRAPH = f"is a graph of TensorFlow, which is not read; {TENSORFLOW}"
BARE = "has the name of the values of a TensorFlow checkpoint, which are not read: only its index says what they are"
PADDLE = (
    "is a Python pickle, which can run code; by its name it is of PaddlePaddle: "
    "load it with paddle.load where it is trusted"
)
UNKNOWN = "is not a weight file of a known kind (gguf, hdf5, keras, npy, npz, onnx, pytorch, safetensors)"

NODE = content(1, "model/dense/kernel") + content(2, "Const") + content(5, content(1, "dtype"))
DESCRIPTION = content(1, content(1, "image"))
INDEX = b"\0\0\x08\x08\1\x1a\2\x08\1" + bytes(60) + bytes.fromhex("57fb808b247547db")

FILES = [
    ("w.bin", b"\x1c\0\0\0TFL3" + bytes(40),
     f"is a model of TensorFlow Lite, which is not read; get its tensors with tf.lite.Interpreter, and {SAVED}"),
    ("w.ort", b"\x1c\0\0\0ORTM" + bytes(40),
     "is a model of ONNX Runtime in its own format, which is not read; take the .onnx file that it was made of"),
    ("w.params", b"\x12\1" + bytes(40), f"is a file of MXNet, which is not read; load it with mxnet.nd.load, and {SAVED}"),
    ("w.index", INDEX, f"is the index of a TensorFlow checkpoint, which is not read; {CHECKPOINT}"),
    ("w.index", INDEX[:-1], UNKNOWN),
    ("checkpoint", b'model_checkpoint_path: "w"\n',
     f"names the newest of some TensorFlow checkpoints, which are not read; {CHECKPOINT}"),
    ("w.msgpack", b"\x81\xa6params\x81\xa7Dense_0\x80", FLAX),
    ("w.msgpack", b"\x82\xd9\x28" + b"a" * 40 + b"\xc0", FLAX),
    ("w.msgpack", b"\xde\0\x20\xa1a\xc0", FLAX),
    ("w.msgpack", b"\xdf\0\1\0\0\xa1a\xc0", FLAX),
    ("w.msgpack", b"\x81\xa6par", UNKNOWN),
    ("w.msgpack", b"\x81\xa2\xff\xff\xc0", UNKNOWN),
    ("w.mlmodel", number(1, 4) + content(2, DESCRIPTION) + content(500, b"layers"), CORE_ML),
    ("w.mlmodel", number(1, 8) + content(2, DESCRIPTION) + number(10, 1) + content(403, b""), CORE_ML),
    ("w.pb", number(1, 1) + content(2, content(1, content(5, "serve"))),
     f"is the graph of a SavedModel of TensorFlow, whose values stand beside it, and is not read; {TENSORFLOW}"),
    ("w.pb", content(1, NODE) * 200 + content(4, number(1, 22)), GRAPH),
    ("w.pb", content(1, NODE) + content(7, b""), UNKNOWN),
    ("w.ckpt.data-00000-of-00001", bytes(40),
     f"{BARE}; {CHECKPOINT}"),
    ("w.pdparams", b"\x80\2}q\0.",
     f"{PADDLE}, and {SAVED}"),
    ("w.pb", number(1, 3) + content(2, "maker"), "begins as an ONNX model, but its fields are not those of one"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "found", "message"), FILES, ids=range(len(FILES)))
def test_files(name: str, found: bytes, message: str, tmp_path: Path) -> None:
    """The content decides, and the name only where it says nothing."""
    (tmp_path / name).write_bytes(found)

    assert f"{tmp_path / name} {message}".replace("and save its arrays", "and save its arrays") == refusal(
        tmp_path / name
    )


FOLDERS = [
    (("saved_model.pb", "variables", "assets"),
     f"is a SavedModel of TensorFlow, which is not read; load it with TensorFlow, and {SAVED}"),
    (("checkpoint", "w.index", "w.data-00000-of-00001"),
     f"is a folder with a TensorFlow checkpoint, which is not read; {CHECKPOINT}"),
    (("Manifest.json", "Data"),
     f"is a package of Core ML, which is not read; get its weights with coremltools, and {SAVED}"),
    (("model_index.json", "unet", "vae"),
     "is a pipeline of diffusers, whose models are in folders of their own; name one of these"),
]  # fmt: skip


@pytest.mark.parametrize(("names", "message"), FOLDERS, ids=range(len(FOLDERS)))
def test_folders(names: tuple[str, ...], message: str, tmp_path: Path) -> None:
    """The names in a folder say what it is."""
    for name in names:
        (tmp_path / name).touch()

    assert f"{tmp_path} {message}" == refusal(tmp_path)
