"""Storages, views and members of PyTorch's files that the loader takes otherwise or refuses, and values that it takes as they are."""

from __future__ import annotations

import io
import struct
import tarfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.files.formats.dcp_folders import Box, write_checkpoint
from tests.files.formats.torch_files import Call, Kept, Name, pickled, storage, streamed, tensor, zipped
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights

BLOCK = tarfile.BLOCKSIZE
VALUES = np.arange(24, dtype="<f4")
BYTES = {"0": VALUES.tobytes()}
STORED = storage("0", 24)
GOOD = tensor(STORED, (2,), (1,))
HOOKS = Call("collections.OrderedDict")
LATIN = Call("_codecs.encode", "\xff", "latin1")


def read(content: bytes, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the values of a file by name, or why they are not read, and what a loader may misread."""
    path = folder / "w.pt"
    path.write_bytes(content)
    with open_weights(path) as weights:
        values = {
            one.name: one.read(0, one.size).tolist() if one.readable else one.unread
            for one in weights.tensors
        }
        return values, [other.text for other in weights.others if other.misread]


def refusal(content: bytes, folder: Path) -> str:
    """Return the message about a file, without its path."""
    with pytest.raises(UnreadableError) as caught:
        read(content, folder)
    return str(caught.value).removeprefix(str(folder / "w.pt"))


@pytest.mark.parametrize(
    ("value", "values"),
    [
        (Call("collections.OrderedDict", [["w", GOOD], ("x", 3)], state={"_metadata": {}}), {"w": [0, 1]}),
        (Call("collections.Counter", {"w": GOOD}, entries={"x": GOOD}), {"w": [0, 1], "x": [0, 1]}),
        ({"w": Call("torch.nn.parameter.Parameter", GOOD), "s": Call("builtins.set", ["a", (1, 2)])}, {"w": [0, 1]}),
        ({"w": GOOD, "b": Call("builtins.bytearray", LATIN), "e": Call("builtins.bytearray")}, {"w": [0, 1]}),
        ({"w": GOOD, "d": Call("torch.device", "cuda", 1), "c": Call("builtins.complex", 1.0, 2.0), "l": LATIN}, {"w": [0, 1]}),
        ({"w": Call("torch._utils._rebuild_tensor", STORED, 0, Call("torch.Size", (2,)), (1,))}, {"w": [0, 1]}),
        ({1: {"w": GOOD}, (1, 2): 3, None: 3, 0.5: 3, Name("torch.float32"): 3}, {"1.w": [0, 1]}),
        ({"w": Call("torch._tensor._rebuild_from_type_v2", Name("torch._utils._rebuild_parameter"),
                    Name("torch.nn.parameter.Parameter"), (GOOD, True, HOOKS), None)}, {"w": [0, 1]}),
        ({"w": tensor(storage("0", 24, "torch.cuda.FloatStorage"), (2,), (1,))}, {"w": [0, 1]}),
        ({"w": Call("torch._tensor._rebuild_from_type_v2", Name("torch._utils._rebuild_tensor_v2"), Name("torch.Tensor"),
                    GOOD.args, {"persistent": True, "_is_buffer": True})}, {"w": [0, 1]}),
    ],
    ids=range(10),
)  # fmt: skip
def test_as_it_is_written(value: Any, values: dict[str, Any], tmp_path: Path) -> None:
    """What Python and PyTorch write is read without a word."""
    wanted = {name: [float(one) for one in found] for name, found in values.items()}

    assert (wanted, []) == read(zipped(value, BYTES), tmp_path)


def of_storage(*parts: Any, kind: str = "torch.FloatStorage") -> dict[str, Any]:
    """Return a model of one tensor, of a storage with other parts in its id behind the number of its values."""
    return {"w": tensor(Kept(("storage", Name(kind), "0", *parts)), (2,), (1,))}


TWO_VIEWS = " of a storage is two, of which PyTorch takes one"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (zipped(of_storage("nowhere", 24), BYTES), "its storage '0' is of 'nowhere', a device that PyTorch does not know"),
        (zipped(of_storage("cpu:0", 24), BYTES), "its storage '0' is of 'cpu:0', a device that PyTorch does not know"),
        (zipped({**of_storage("cpu", 24), "x": of_storage("meta", 24)["w"]}, BYTES),
         "its storage '0' has two sizes or two devices, of which PyTorch takes one"),
        (streamed({"w": tensor(storage("0", 24, "torch.FloatStorage", ("v", 0, 9)), (2,), (1,)),
                   "x": tensor(storage("0", 24, "torch.FloatStorage", ("v", 9, 9)), (2,), (1,))}, {"0": (24, VALUES.tobytes())}),
         f"its view 'v'{TWO_VIEWS}"),
        (streamed({"w": tensor(storage("0", 24, "torch.FloatStorage", ("0", 9, 9)), (2,), (1,))}, {"0": (24, VALUES.tobytes())}),
         f"its view '0'{TWO_VIEWS}"),
        (streamed({"w": GOOD}, {"0": (24, VALUES.tobytes())}).replace(b"\x88u.", b"cos\nsystem\nu."),
         "it holds 'os.system', which is not read, as it could run code: torch.load(weights_only=True) refuses the file"),
        (zipped({"w": GOOD}, BYTES, version=b"11\n"), "its member 'version' is not a version that PyTorch reads"),
        (zipped({"w": GOOD}, BYTES, version=b"0\n"), "its member 'version' is not a version that PyTorch reads"),
        (zipped({"w": GOOD}, BYTES, version=b"3\n" * 999), "its member 'version' is not a version that PyTorch reads"),
        (zipped({"w": GOOD}, BYTES, **{".data/version": b"x"}), "its member '.data/version' is not a version that PyTorch reads"),
        (zipped({"w": GOOD}, BYTES, **{".storage_alignment": b"x"}),
         "its member '.storage_alignment' is not a number, and PyTorch refuses it"),
        (zipped({"w": GOOD}, BYTES, **{".data/serialization_id": b"\xff"}),
         "its member '.data/serialization_id' is not in UTF-8, and PyTorch refuses it"),
    ],
    ids=range(12),
)  # fmt: skip
def test_what_the_loader_takes_otherwise(content: bytes, text: str, tmp_path: Path) -> None:
    """Each is told in one clause."""
    assert [text] == read(content, tmp_path)[1]


@pytest.mark.parametrize("version", [b"3", b"10\n", b"1\n"])
def test_versions(version: bytes, tmp_path: Path) -> None:
    """Versions of PyTorch's zip are read, wherever they stand."""
    for members in ({"version": version}, {"version": None, ".data/version": version}):
        assert [] == read(zipped({"w": GOOD}, BYTES, **members), tmp_path)[1]


def test_another_disk(tmp_path: Path) -> None:
    """A member that is said to be on another disk of a divided zip is refused by PyTorch."""
    content = bytearray(zipped({"w": GOOD}, BYTES))
    content[content.rindex(b"PK\1\2") + 34] = 8

    assert ["it has members on other disks, for which PyTorch refuses it"] == read(bytes(content), tmp_path)[
        1
    ]


def test_on_the_meta_device(tmp_path: Path) -> None:
    """A storage of the meta device has no values for PyTorch, whatever is stored."""
    assert {"w": "it is on the meta device, without values"} == read(
        zipped(of_storage("meta", 24), BYTES), tmp_path
    )[0]


def old(state: Any) -> dict[str, Any]:
    """Return a model of a tensor of before 0.4."""
    return {"w": Call("torch.FloatTensor", state=state)}


FAULT = " is a damaged PyTorch file: in its pickle, the tensor 'w' has "


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x80\2}" + pickled("w")[2:-1] + pickled(GOOD)[2:-1] + b"NNss.",
         " is a damaged PyTorch file: in its pickle, it sets entries of what is not a dictionary"),
        (b"\x80\2\x8fNa.", " is a damaged PyTorch file: in its pickle, it appends to what is not a list"),
        ({"w": Call("torch._utils._rebuild_tensor_v2", *GOOD.args, None, None)},
         FAULT + "too many arguments of torch._utils._rebuild_tensor_v2"),
        (old((storage("0", 12, "torch.LongStorage"), 0, (2,), (1,))),
         FAULT + "a storage of another number format or another device"),
        (old((STORED, 0, (2,))), FAULT + "too few arguments of torch.FloatTensor"),
        (of_storage("cpu", 24, kind="torch.storage.TypedStorage"),
         FAULT + "a storage without a key, a number of values below 2^63, or a known format"),
        (of_storage("cpu", 24, (7, 5, 3)), FAULT + "a view of a storage without a key"),
    ],
    ids=range(7),
)  # fmt: skip
def test_refused(content: Any, message: str, tmp_path: Path) -> None:
    """What PyTorch refuses is refused."""
    assert message == refusal(zipped(content, BYTES), tmp_path)


def test_outside_a_view(tmp_path: Path) -> None:
    """A tensor of a view of a storage lies within the view, not only within the storage."""
    model = {"w": tensor(storage("0", 24, "torch.FloatStorage", ("v", 2, 3)), (4,), (1,))}

    assert " is a damaged PyTorch file: the tensor 'w' lies outside its storage" == refusal(
        streamed(model, {"0": (24, VALUES.tobytes())}), tmp_path
    )


def test_without_its_storage(tmp_path: Path) -> None:
    """A tensor of before 0.4 of which the storage was never given has no values."""
    assert {"w": "its storage is missing"} == read(zipped(old(None), BYTES), tmp_path)[0]


def test_keys_that_are_equal(tmp_path: Path) -> None:
    """For Python 1, 1.0 and True are one key, and so are two equal tuples: of their values the last counts."""
    for keys in ((1, 1.0), (1, True), ((1, "a"), (True, "a")), (Name("torch.int8"), Name("torch.int8"))):
        content = b"\x80\2}" + b"".join(
            pickled(key)[2:-1] + pickled(value)[2:-1] + b"s"
            for key, value in zip(keys, ({"w": GOOD}, None), strict=True)
        )

        assert ({}, ["it has 'its dictionary' twice, or a key in it"]) == read(
            zipped(content + b".", BYTES), tmp_path
        )


@pytest.mark.parametrize("form", ["parameters", "types"])
def test_tensors_in_one_another(form: str, tmp_path: Path) -> None:
    """Parameters of parameters of a tensor, thousands of them, are that tensor, and take no time."""
    inner = pickled(GOOD)[2:-1] + b"q\1"
    call = (
        pickled(Name("torch._utils._rebuild_parameter"))[2:-1] + b"(h\1\x89" + pickled(HOOKS)[2:-1] + b"tRq\1"
    )
    if form == "types":
        names = (Name("torch._tensor._rebuild_from_type_v2"), Name("torch.nn.parameter.Parameter"))
        made = b"".join(pickled(name)[2:-1] for name in (Name("torch.nn.parameter.Parameter"), names[1]))
        call = pickled(names[0])[2:-1] + b"(" + made + b"h\1\x89\x86NtRq\1"
    begin = time.process_time()
    values, told = read(
        zipped(b"\x80\2](" + inner + call * 2000 + b"(" + b"h\1" * 2000 + b"te.", BYTES), tmp_path
    )

    assert time.process_time() - begin < 2
    assert ({(0.0, 1.0)}, 4_001, []) == ({tuple(one) for one in values.values()}, len(values), told)


def test_an_index_that_changes(tmp_path: Path) -> None:
    """What the index of a checkpoint says of a chunk counts when it is said: a change of it afterwards is told."""
    write_checkpoint(tmp_path, {"w": ((24,), [Box((0,), VALUES)])})
    path = tmp_path / ".metadata"
    content = path.read_bytes()
    place = content.index(pickled("relative_path")[2:-1])
    begin = content.rindex(b"}", 0, place)
    late = b"h\xff" + pickled("relative_path")[2:-1] + pickled("b.distcp")[2:-1] + b"s0."
    (tmp_path / "b.distcp").write_bytes((tmp_path / "__0_0.distcp").read_bytes())
    path.write_bytes(content[: begin + 1] + b"q\xff" + content[begin + 1 : -1] + late)
    with open_weights(tmp_path) as weights:
        told = [other.text for other in weights.others if other.misread]

    assert [
        "its .metadata changes 'dict' after it was used, and a loader may take what it was before"
    ] == told


def test_an_object_made_with_arguments(tmp_path: Path) -> None:
    """What an index says of a chunk is set after the chunk was made; arguments could say more of it."""
    name = "torch.distributed.checkpoint.filesystem._StorageInfo"
    write_checkpoint(tmp_path, {"w": ((24,), [Box((0,), VALUES)])})
    path = tmp_path / ".metadata"
    before, after = pickled(Name(name))[2:-1], pickled(("a.distcp", 0, 9, ["zstd"]))[2:-1]
    path.write_bytes(path.read_bytes().replace(before + b"(t", before + after))
    with pytest.raises(UnreadableError) as caught, open_weights(tmp_path):
        pass

    assert (
        f"{path} is a damaged index of a distributed checkpoint: it makes {name!r} in another way than PyTorch does"
        == str(caught.value)
    )


def test_a_state_that_is_set_twice(tmp_path: Path) -> None:
    """Python keeps what of the first state the second does not have."""
    write_checkpoint(tmp_path, {"w": ((24,), [Box((0,), VALUES)])})
    path = tmp_path / ".metadata"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + pickled({"state_dict_metadata": {}, "storage_data": {}})[2:-1] + b"b.")
    with open_weights(tmp_path) as weights:
        told = [other.text for other in weights.others if other.misread]

    assert [
        "its .metadata sets the state of 'torch.distributed.checkpoint.metadata.Metadata' twice, of which a loader may take both"
    ] == told


def test_an_old_file_that_is_a_tar(tmp_path: Path) -> None:
    """PyTorch looks for the tar that it wrote once before it looks for pickles; here the text of a pickle holds the header's fields."""
    plain = streamed({"w": tensor(storage("0", 24), (24,), (1,))}, {"0": (24, BYTES["0"])})
    facts = plain.index(b"\x80\2}")
    fields = tarfile.TarInfo("x").tobuf()[100:BLOCK]
    text = bytes(100 - facts - 7) + fields
    block = plain[:facts] + b"\x80\2X" + struct.pack("<I", len(text)) + text
    checksum = sum(block[:148] + b" " * 8 + block[156:BLOCK])
    block = block[:148] + b"%06o\0 " % checksum + block[156:] + b"."
    behind = plain.index(b"\x80\2", facts + 1)
    content = block + plain[behind:]
    with tarfile.open(fileobj=io.BytesIO(block[:BLOCK] + bytes(2 * BLOCK)), mode="r:") as found:
        assert 1 == len(found.getnames())

    values, told = read(content, tmp_path)
    assert {"w": VALUES.tolist()} == values
    assert [
        "it begins as a tar archive, too, which PyTorch reads first, and torch.load(weights_only=True) refuses"
    ] == told
    assert (values, []) == read(content[:148] + b"000000" + content[154:], tmp_path)
