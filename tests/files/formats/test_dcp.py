"""Distributed checkpoints: tensors put together of their chunks, and what an index may say wrongly."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.files.formats.dcp_folders import OWN, Box, about, index, place, saved, write_checkpoint
from tests.files.formats.torch_files import Call, Name, New, zipped
from winitgen.errors import UnreadableError
from winitgen.files.formats.dcp import checkpoint, reader
from winitgen.files.input import open_weights

WHOLE = np.arange(84, dtype="<f4").reshape(7, 4, 3)


def boxes_of(values: Any, cuts: tuple[list[int], ...], pick: random.Random) -> list[Box]:
    """Return the boxes of an array between cuts along each axis, in any order and in several files."""
    edges = [[0, *cut, size] for cut, size in zip(cuts, values.shape, strict=True)]
    found = [((), ())]
    for edge in edges:
        found = [
            ((*begin, low), (*end, high))  # type: ignore[misc]
            for begin, end in found
            for low, high in pairwise(edge)
        ]
    pick.shuffle(found)
    return [
        Box(begin, values[tuple(map(slice, begin, end))], f"__{pick.randrange(3)}_0.distcp")
        for begin, end in found
    ]


@pytest.mark.parametrize("seed", range(25))
def test_chunks_in_any_boxes(seed: int, tmp_path: Path) -> None:
    """Any run of a tensor that was divided along any axes is the run of the whole."""
    pick = random.Random(seed)  # noqa: S311
    cuts = tuple(sorted(pick.sample(range(1, size), pick.randrange(size))) for size in WHOLE.shape)
    scalar = np.array(2.5, "<f4")
    tensors: dict[str, Any] = {
        "w": (WHOLE.shape, boxes_of(WHOLE, cuts, pick)),
        "scalar": ((), [Box((), scalar)]),
        "none": ((0, 3), [Box((0, 0), np.zeros((0, 3), "<f4"))]),
    }
    write_checkpoint(tmp_path, tensors)
    with open_weights(tmp_path) as weights:
        assert ("dcp", ["w", "scalar", "none"]) == (weights.format, [one.name for one in weights.tensors])
        whole, one, none = weights.tensors
        for _ in range(8):
            start = pick.randrange(whole.size)
            count = pick.randrange(1, whole.size - start + 1)
            assert WHOLE.reshape(-1)[start : start + count].tolist() == whole.read(start, count).tolist()
        assert ([2.5], (0, 3), []) == (one.read(0, 1).tolist(), none.shape, none.read(0, 0).tolist())
        assert ["its value 'epoch' is no tensor, and was not read"] == [
            other.text for other in (*weights.others, *weights.late(True))
        ]


def simple(folder: Path, **info: Any) -> None:
    """Write a checkpoint of one tensor in two chunks."""
    write_checkpoint(
        folder, {"w": ((7, 4, 3), [Box((0, 0, 0), WHOLE[:3]), Box((3, 0, 0), WHOLE[3:])])}, **info
    )


def test_by_its_index(tmp_path: Path) -> None:
    """A checkpoint is read by the path of its index as by that of its folder."""
    simple(tmp_path)
    with open_weights(tmp_path / ".metadata") as weights:
        assert (str(tmp_path), "dcp") == (weights.path, weights.format)
        assert WHOLE.reshape(-1).tolist() == weights.tensors[0].read(0, 84).tolist()


@pytest.mark.parametrize(
    ("planner", "other"),
    [
        (None, ""),
        ({"a.w": ("a", "w"), "b.w": ("b", "w")}, ""),
        ({"a.w": ("b", 0), "b.w": ("b", 1), "c.w": ("a.w",)}, ""),
        ({"a.w": ("a", "w"), "b.w": ("a", "w")}, "b.w"),
        ({"c.w": ("a.w",)}, "c.w"),
        ({"a.w": ["a"], "b.w": ["a"], 3: ("a.w",)}, ""),
    ],
)
def test_two_tensors_of_one_place(planner: Any, other: str, tmp_path: Path) -> None:
    """Tensors that were in one place of a nested dictionary differ, since PyTorch's own conversion loses one."""
    tensors = {name: ((3,), [Box((0,), WHOLE[0, 0])]) for name in ("a.w", "b.w", "c.w")}
    write_checkpoint(tmp_path, tensors, planner=planner)
    with open_weights(tmp_path) as weights:
        found = [one.text for one in weights.others if one.misread]

    why = "one place in its planner_data, so that dcp_to_torch_save of PyTorch loses one of them"
    assert [f"its .metadata gives 'a.w' and '{other}' {why}"] * bool(other) == found


def test_transformed_chunks(tmp_path: Path) -> None:
    """Chunks that were compressed are a row without figures, with the reason."""
    simple(tmp_path, transform_descriptors=["zstd"])
    with open_weights(tmp_path) as weights:
        assert [((7, 4, 3), "its chunks are stored as zstd")] == [
            (one.shape, one.unread) for one in weights.tensors
        ]


def test_files_beside(tmp_path: Path) -> None:
    """Files with weights that the index does not name are told."""
    simple(tmp_path)
    part = "shard-00002-model-00001-of-00001.safetensors"
    for name in (
        "__7_0.distcp",
        "more.safetensors",
        "notes.txt",
        "pytorch_model.bin.index.json",
        "zarr.json",
        part,
    ):
        (tmp_path / name).write_bytes(b"")
    with open_weights(tmp_path) as weights:
        found = {other.text: other.misread for other in weights.others}

    read = "from_pretrained of transformers reads '{}' of this folder, and none of its arrays".format
    assert (
        found.items()
        >= {
            "'__7_0.distcp' stands in the folder and was not read": False,
            "'more.safetensors' stands in the folder and was not read": False,
            "'pytorch_model.bin.index.json' stands in the folder and was not read": False,
            "'zarr.json' makes the folder one of zarr, which reads other files of it": True,
            read(part): True,
        }.items()
    )
    assert "notes.txt" not in "".join(found)


def test_code_in_the_index(tmp_path: Path) -> None:
    """What PyTorch would run of the index is told, and is not run."""
    target = tmp_path / "ran"
    simple(tmp_path)
    path = tmp_path / ".metadata"
    content = path.read_bytes()
    call = f"cos\nsystem\n(X\x0b\x00\x00\x00touch {target.name}tR0".encode()
    path.write_bytes(content[:2] + call.replace(b"\x0b", bytes([6 + len(target.name)])) + content[2:])
    with open_weights(tmp_path) as weights:
        assert (
            "its .metadata holds 'os.system', which is not read, as it could run code: PyTorch loads it by Python's pickle",
            True,
        ) == weights.others[0]
        assert WHOLE.reshape(-1).tolist() == weights.tensors[0].read(0, 84).tolist()
    assert not target.exists()


OTHERS = [
    *("filesystem.os.getpid", "metadata.os.getpid", "filesystem.FileSystemReader", "metadata.Metadata.mro"),
    *("filesystem._StorageInfo.__init__", "metadata.dataclass", "storage.WriteResult"),
]
"""Names in the modules of a checkpoint that are none of its classes; from protocol 4 they may have dots."""


@pytest.mark.parametrize("name", [f"torch.distributed.checkpoint.{name}" for name in OTHERS])
@pytest.mark.parametrize("split", [1, 3, 4])
def test_other_names_of_its_modules(name: str, split: int, tmp_path: Path) -> None:
    """A name is harmless only as a whole, wherever its module ends."""
    simple(tmp_path)
    path = tmp_path / ".metadata"
    content = path.read_bytes()
    parts = name.split(".")
    module, rest = ".".join(parts[:split]), ".".join(parts[split:])
    texts = b"".join(b"\x8c" + bytes([len(one)]) + one.encode() for one in (module, rest))
    path.write_bytes(b"\x80\4" + texts + b"\x930" + content[2:])
    with open_weights(tmp_path) as weights:
        assert (
            f"its .metadata holds '{name}', which is not read, as it could run code: PyTorch loads it by Python's pickle",
            True,
        ) == weights.others[0]


@pytest.mark.parametrize("module", ["pathlib", "pathlib._local"])
def test_classes_of_other_versions(module: str, tmp_path: Path) -> None:
    """The names that PyTorch has had for the classes, and Python for its paths, are those of a checkpoint."""
    simple(tmp_path)
    path = tmp_path / ".metadata"
    older = b"torch.distributed._shard.sharded_tensor.metadata\n"
    properties = f"c{OWN[:-1]}\nTensorProperties\n".encode()
    content = path.read_bytes()
    assert properties in content
    content = content.replace(properties, b"c" + older + b"TensorProperties\n")
    order = f"{OWN[:-1]}\n_MEM_FORMAT_ENCODING\n".encode()
    content = content.replace(order, older + b"MEM_FORMAT_ENCODING\n")
    names = [f"{module}\n{system}Path\n".encode() for system in ("Posix", "Windows")]
    names += [older + b"MEM_FORMAT_ENCODING\n", order]
    names.append(f"{OWN[:-1]}\nStorageMeta\n".encode())
    path.write_bytes(content[:2] + b"".join(b"c" + name + b"0" for name in names) + content[2:])
    with open_weights(tmp_path) as weights:
        assert ["its value 'epoch' is no tensor, and was not read"] == [one.text for one in weights.others]


@pytest.mark.parametrize(("tensors", "most"), [(3, 6), (3, 5), (1, 1), (4, 7)])
def test_chunks_of_all_tensors(
    tensors: int, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chunks of all tensors are counted, though there may be fewer places."""
    monkeypatch.setattr(checkpoint, "MOST_CHUNKS", most)
    content = saved(WHOLE)
    (tmp_path / "a.distcp").write_bytes(content)
    boxes = [Box((0, 0, 0), WHOLE), Box((0, 0, 0), WHOLE[:0])]
    places = [
        place(f"t{number}", (0, 0, 0), relative_path="a.distcp", offset=0, length=len(content))
        for number in range(tensors)
    ]
    listed = {f"t{number}": about((7, 4, 3), boxes) for number in range(tensors)}
    (tmp_path / ".metadata").write_bytes(index(listed, places))
    try:
        with open_weights(tmp_path) as weights:
            found = str(len(weights.tensors))
    except UnreadableError as error:
        found = str(error)
    told = f"{tmp_path / '.metadata'} is too large to read: it has more than {most} chunks, the most that winitgen reads"

    assert (str(tensors) if 2 * tensors <= most else told) == found


def test_a_chunk_with_two_readings(tmp_path: Path) -> None:
    """What PyTorch could read otherwise of a chunk is told once the chunk was opened."""
    content = saved(WHOLE).replace(b"version", b"VERSIOX")
    (tmp_path / "__0_0.distcp").write_bytes(content)
    (tmp_path / ".metadata").write_bytes(
        index(
            {"w": about((7, 4, 3), [Box((0, 0, 0), WHOLE)])},
            [place("w", (0, 0, 0), relative_path="__0_0.distcp", offset=0, length=len(content))],
        )
    )
    with open_weights(tmp_path) as weights:
        assert [] == list(weights.late(False))
        told = [other.text for other in weights.late(True)]
    shown = f"a chunk of 'w' in {tmp_path / '__0_0.distcp'}"

    assert [f"{shown}: it has no member 'version', without which PyTorch refuses it"] == told


def broken(change: Callable[[dict[str, Any], list[Any]], None]) -> Callable[[Path], None]:
    """Return a function that writes a checkpoint of which the index was changed."""

    def write(folder: Path) -> None:
        content = saved(WHOLE)
        (folder / "a.distcp").write_bytes(content)
        tensors = {"w": about((7, 4, 3), [Box((0, 0, 0), WHOLE)])}
        places = [place("w", (0, 0, 0), relative_path="a.distcp", offset=0, length=len(content))]
        change(tensors, places)
        (folder / ".metadata").write_bytes(index(tensors, places))

    return write


def changed(call: Call, *args: Any, entries: dict[str, Any] | None = None) -> Call:
    """Return an object that is made with arguments, or has entries of its own, beside its state."""
    return New(call.name, *args, state=call.state, entries=entries)


def no_file(folder: Path) -> None:
    """Write a checkpoint without one of its files."""
    simple(folder)
    (folder / "__0_0.distcp").unlink()


def short_file(folder: Path) -> None:
    """Write a checkpoint of which a file is cut off."""
    simple(folder)
    path = folder / "__0_0.distcp"
    path.write_bytes(path.read_bytes()[:-1])


def with_index(content: bytes) -> Callable[[Path], None]:
    """Return a function that writes an index alone."""
    return lambda folder: (folder / ".metadata").write_bytes(content) and None


BOX = Box((0, 0, 0), WHOLE)
DAMAGED = " is a damaged index of a distributed checkpoint: "


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (no_file, " is not complete: its file '__0_0.distcp' does not exist"),
        (short_file, " is not complete: a chunk of 'w' ends behind '__0_0.distcp'"),
        (with_index(b"\x80\x04N."), DAMAGED + "it is not of a distributed checkpoint"),
        (with_index(b"\x80\x04"), DAMAGED + "it is cut off, or is not a pickle"),
        (with_index(b"I5\n."), " is a pickle that is not read: it has the opcode 0x49"),
        (with_index(b"N0" * 4_000_001), " is too large to read: it has more than 1,000 steps, the most that winitgen reads"),
        (broken(lambda tensors, places: tensors.update(w=about((7, 4, 4), [BOX]))), DAMAGED + "the chunks of 'w' overlap, or leave gaps"),
        (broken(lambda tensors, places: tensors.update(w=about((7, 3, 4), [BOX]))), DAMAGED + "a chunk of 'w' lies outside of it"),
        (broken(lambda tensors, places: tensors.update(w=about((84,), [BOX]))), DAMAGED + "a chunk of 'w' lies outside of it"),
        (broken(lambda tensors, places: tensors.update(w=about((7, 4, 3), [BOX], "torch.what"))),
         DAMAGED + "'w' has no known number format, or no chunks"),
        (broken(lambda tensors, places: tensors.update(w=about((-1,), [BOX]))),
         DAMAGED + "a tensor needs a shape of whole numbers from 0 to 2^63 - 1, the largest of PyTorch"),
        (broken(lambda tensors, places: tensors.update(w=New(f"{OWN}TensorStorageMetadata"))),
         DAMAGED + "it has no dictionary where one belongs"),
        (broken(lambda tensors, places: tensors.update(w=3)), DAMAGED + "it has a tensor without a name"),
        (broken(lambda tensors, places: places.clear()), DAMAGED + "a chunk of 'w' is stored nowhere"),
        (broken(lambda tensors, places: places.append(place("w", (1, 0, 0), offset=0, length=1))),
         DAMAGED + "it has a chunk without a name or a file"),
        (broken(lambda tensors, places: places.append(place("w", (1, 0, 0), relative_path="a.distcp", offset=-1, length=1))),
         DAMAGED + "a chunk of 'w' has no place in its file"),
        (broken(lambda tensors, places: places.append(place("w", (0, 0, 0), relative_path="../a", offset=0, length=1))),
         DAMAGED + "the file '../a' is not a plain file name"),
        (broken(lambda tensors, places: places.__setitem__(0, (places[0][0], changed(places[0][1], "a.distcp", 0, 9, ["zstd"])))),
         DAMAGED + "it makes 'torch.distributed.checkpoint.filesystem._StorageInfo' in another way than PyTorch does"),
        (broken(lambda tensors, places: places.__setitem__(0, (places[0][0], changed(places[0][1], entries={"offset": 7})))),
         DAMAGED + "it sets entries of what is not a dictionary"),
        (broken(lambda tensors, places: tensors["w"].state.update(properties=changed(tensors["w"].state["properties"], Name("torch.int32")))),
         DAMAGED + "it makes 'torch.distributed.checkpoint.metadata.TensorProperties' in another way than PyTorch does"),
    ],
    ids=range(20),
)  # fmt: skip
def test_refused(
    write: Callable[[Path], None], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that cannot be followed is refused in one line, and no file outside of the folder is looked at."""
    from winitgen.files.formats.pytorch import opcodes

    monkeypatch.setattr(opcodes, "MOST_STEPS", 1000)
    write(tmp_path)
    with pytest.raises(UnreadableError) as caught, open_weights(tmp_path):
        pass

    assert message == str(caught.value).removeprefix(str(tmp_path / ".metadata"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (saved(WHOLE[:6]), "a chunk of 'w' in {path} is not the tensor that the index says"),
        (zipped({"x": None}, {}), "a chunk of 'w' in {path} is not the tensor that the index says"),
        (b"PK\3\4" + bytes(200), "a chunk of 'w' in {path} is not a PyTorch file, or is damaged"),
        (zipped(b"N.", {}).replace(b"data.pkl", b"DATA.pkX"), "a chunk of 'w' in {path} is not a PyTorch file, or is damaged"),
        (zipped(Call("os.system", "x"), {}),
         "a chunk of 'w' in {path} holds 'os.system', which is not read, as it could run code; load it where it is trusted, and save it with safetensors.torch.save_file"),
    ],
    ids=["shape", "dictionary", "zip", "no pickle", "code"],
)  # fmt: skip
def test_wrong_chunks(content: bytes, message: str, tmp_path: Path) -> None:
    """A chunk that is not what the index says is refused when its values are asked for."""
    (tmp_path / "a.distcp").write_bytes(content)
    where = {"relative_path": "a.distcp", "offset": 0, "length": len(content)}
    tensors = {"w": about((7, 4, 3), [BOX])}
    (tmp_path / ".metadata").write_bytes(index(tensors, [place("w", (0, 0, 0), **where)]))
    with open_weights(tmp_path) as weights, pytest.raises(UnreadableError) as caught:
        weights.tensors[0].read(0, 2)

    assert message.format(path=tmp_path / "a.distcp") == str(caught.value)


def test_chunks_that_overlap(tmp_path: Path) -> None:
    """Chunks that overlap elsewhere than they leave a gap are found when the values are read."""
    write_checkpoint(tmp_path, {"w": ((7, 4, 3), [Box((0, 0, 0), WHOLE[:4]), Box((1, 0, 0), WHOLE[1:4])])})
    with open_weights(tmp_path) as weights, pytest.raises(UnreadableError) as caught:
        weights.tensors[0].read(0, 84)

    assert (
        f"{tmp_path / '.metadata'} is a damaged index of a distributed checkpoint: the chunks of 'w' overlap, or leave gaps"
        == str(caught.value)
    )


def test_very_many_chunks_in_one_place(tmp_path: Path) -> None:
    """What is stored once is read by a few names; a small index of very many would take long."""
    content = saved(WHOLE)
    (tmp_path / "a.distcp").write_bytes(content)
    names = [f"t{number}" for number in range(10_011)]
    where = {"relative_path": "a.distcp", "offset": 0, "length": len(content)}
    places = [place(name, (0, 0, 0), **where) for name in names]
    (tmp_path / ".metadata").write_bytes(index({name: about((7, 4, 3), [BOX]) for name in names}, places))
    with pytest.raises(UnreadableError) as caught, open_weights(tmp_path):
        pass

    assert (
        f"{tmp_path / '.metadata'} names 10,011 chunks in 1 places, more than winitgen reads of so few"
        == str(caught.value)
    )


def test_a_part_of_several_tensors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is opened once, whoever asks for it first, and has to be what the index says of each tensor."""
    content = saved(WHOLE)
    (tmp_path / "a.distcp").write_bytes(content)
    names = [f"t{number}" for number in range(40)]
    where = {"relative_path": "a.distcp", "offset": 0, "length": len(content)}
    listed = {name: about((7, 4, 3), [BOX]) for name in names}
    listed["flat"] = about((84,), [Box((0,), WHOLE.reshape(84))])
    places = [*(place(name, (0, 0, 0), **where) for name in names), place("flat", (0,), **where)]
    (tmp_path / ".metadata").write_bytes(index(listed, places))
    opened = []
    tensors_of = reader.TorchArchive.tensors
    monkeypatch.setattr(reader.TorchArchive, "tensors", lambda self: opened.append(1) or tensors_of(self))
    with open_weights(tmp_path) as weights:
        for tensor in weights.tensors[::-1]:
            if tensor.name != "flat":
                assert WHOLE.reshape(-1)[5:9].tolist() == tensor.read(5, 4).tolist()
        with pytest.raises(UnreadableError) as caught:
            weights.late(True)
        assert [1] == opened

    path = tmp_path / "a.distcp"
    assert f"a chunk of 'flat' in {path} is not the tensor that the index says" == str(caught.value)


@pytest.mark.parametrize("overlap", [0, 1])
def test_parts_that_overlap(overlap: int, tmp_path: Path) -> None:
    """Runs of bytes that are not the same lie beside one another."""
    content = saved(WHOLE)
    (tmp_path / "a.distcp").write_bytes(content + content)
    length = len(content)
    places = [
        place("a", (0, 0, 0), relative_path="a.distcp", offset=0, length=length + overlap),
        place("b", (0, 0, 0), relative_path="a.distcp", offset=length, length=length),
    ]
    listed = {name: about((7, 4, 3), [BOX]) for name in ("a", "b")}
    (tmp_path / ".metadata").write_bytes(index(listed, places))
    found = ""
    try:
        with open_weights(tmp_path) as weights:
            assert WHOLE.reshape(-1).tolist() == weights.tensors[1].read(0, 84).tolist()
    except UnreadableError as error:
        found = str(error).removeprefix(str(tmp_path / ".metadata"))

    assert (DAMAGED + "its chunks overlap in their files" if overlap else "") == found
