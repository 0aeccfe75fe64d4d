"""Files crafted to take memory or time, or to reach other files; each is refused in one line."""

from __future__ import annotations

import io
import json
import pickle
import subprocess
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

import h5py
import numpy as np
import pytest

from tests.files.formats.onnx_files import content, model, raw, tensor
from tests.files.formats.torch_files import doubled
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights

OPEN = """
import sys
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights
try:
    with open_weights(sys.argv[1]):
        pass
except UnreadableError as error:
    print(error)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


TENTH = """
from winitgen.files.formats.onnx import model_content, wire
assert (model_content.MOST_TENSORS, wire.MOST_FIELDS) == (250_000, 3_000_000)
model_content.MOST_TENSORS, wire.MOST_FIELDS = 25_000, 300_000
"""


def refusal(path: str | Path) -> str:
    """Return the message about a file, without the file's own path in front."""
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass
    return str(caught.value).removeprefix(str(path))


def reasons(path: Path) -> dict[str, str]:
    """Return why the values of each array are not read; nothing is unpacked for it."""
    with open_weights(path) as weights:
        weights.late(True)
        return {one.name: one.unread for one in weights.tensors}


def parts(kind: str) -> bytes:
    """Return 30 MB of JSON that would take twenty times as much memory."""
    match kind:
        case "lists":
            return b'{"a":[' + b",".join([b"[]"] * 10_000_000) + b"]}"
        case "keys":
            return b"{" + b",".join(b'"%x":0' % index for index in range(2_600_000)) + b"}"
        case _:
            return b'{"__metadata__":{' + b",".join(b'"%x":""' % index for index in range(2_400_000)) + b"}}"


@pytest.mark.parametrize("kind", ["lists", "keys", "metadata"])
def test_headers_that_would_fill_the_memory(kind: str, tmp_path: Path) -> None:
    """A header with too many values is refused before it is built."""
    header = parts(kind)
    path = tmp_path / "w.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    message, peak = done.stdout.splitlines()

    assert (
        message
        == f"{path} has a header that is too large to read: more than 250,000 tensors, or as much other content"
    )
    assert int(peak) < 512 << 10


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["doubled", "calls", "errors"])
def test_pickles_that_would_fill_the_memory(kind: str, tmp_path: Path) -> None:
    """What a pickle makes is bounded before it fills the memory, and so is the time that it takes."""
    most = "it has more than {}, the most that winitgen reads"
    pickle, why = {
        "doubled": (
            doubled(40),
            "its dictionaries and lists stand in one another more often than winitgen reads: of 80 values in them it makes 10,802 and more",
        ),
        "errors": (
            b"ctorch._utils\n_rebuild_tensor_v2\nq\0" + b"h\0)R" * 1_200_000,
            most.format("2,500,000 objects"),
        ),
        "calls": (b"cos\nsystem\nq\0" + b"h\0)R" * 2_600_000, most.format("750,000 calls")),
    }[kind]
    path = tmp_path / "w.pt"
    path.write_bytes(_zip(("a/data.pkl", pickle), compression=zipfile.ZIP_STORED))
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    message, peak = done.stdout.splitlines()

    assert message == f"{path} has a pickle that is too large to read: {why}"
    assert int(peak) < 512 << 10


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["tensors", "fields"])
def test_models_that_would_fill_the_memory(kind: str, tmp_path: Path) -> None:
    """So are the tensors of an ONNX model, and the fields of all of its messages: a tenth of each takes a tenth of the memory."""
    lists = b"".join(content(field, b"\1\2\3") for field in (4, 5, 7, 10, 11)) + raw(bytes(16))
    inside, what = {
        "tensors": (
            b"".join(content(5, tensor(f"{index:06}", 1, (4,), lists)) for index in range(25_001)),
            "25,000 tensors",
        ),
        "fields": (b"\x0a\0" * 300_001, "300,000 fields"),
    }[kind]
    path = tmp_path / "w.onnx"
    path.write_bytes(model(inside))
    done = subprocess.run(
        [sys.executable, "-c", TENTH + OPEN, str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    message, peak = done.stdout.splitlines()

    assert f"{path} has a header that is too large to read: more than {what}" == message
    assert int(peak) < (60 << 10) + (450 << 10) // 10  # the first part is that of the program itself


def test_truncated_anywhere(tmp_path: Path) -> None:
    """A file of any container that is truncated anywhere is refused."""
    from tests.hostile.files.mutating import outcome, seeds

    path = tmp_path / "w"
    found = set()
    for kind in ("safetensors", "npy", "npz", "pytorch"):
        for found_bytes in seeds()[kind]:
            for end in range(0, len(found_bytes), 9 if kind == "pytorch" else 1):
                path.write_bytes(found_bytes[:end])
                found.add(outcome(str(path)))

    assert found == {"refused"}


def _zip(*members: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def _tar(*names: str) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:", format=tarfile.PAX_FORMAT) as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size, member.mtime = 700, 0.5
            archive.addfile(member, io.BytesIO(bytes(700)))
    return file.getvalue()


def _npy(shape: str) -> bytes:
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (_zip(("notes.txt", b"hello")), " is a zip archive without a NumPy array"),
        (_zip(("w/archive_format", b"pt2"), ("w/models/model.json", b"{}")), " is a program of torch.export, which is not read; load it with torch.export.load where it is trusted, and save its state_dict with safetensors.torch.save_file"),
        (_zip(("version", b"5.1"), ("serialized_exported_program.json", b"{}")), " is a program of torch.export, which is not read; load it with torch.export.load where it is trusted, and save its state_dict with safetensors.torch.save_file"),
        (_zip(("m/data.pkl", b"\x80\2.")),
         " is a damaged PyTorch file: in its pickle, it is cut off, or is not a pickle"),
        (_zip(("data.pkl", b"\x80\2.")), " is a zip archive without a NumPy array"),
        (bytes(257) + b"ustar", " is a tar archive; unpack it first"),
        (_tar("sys_info", "pickle", "tensors"), " is a tar archive; unpack it first"),
        (_tar("sys_info", "pickle", "tensors", "storages"),
         " is a tar archive of PyTorch before 0.1.10, which torch.load(weights_only=True) refuses as well; load it with weights_only=False where it is trusted, and save it with safetensors.torch.save_file"),
        (pickle.dumps({"a": 1}),
         " is a Python pickle, which can run code; save its arrays with numpy.savez or safetensors"),
        (b"GGUF\3\0\0\0", " is a damaged GGUF file: it ends within its header"),
        (b"\x08\x07\x12\x07pytorch", " begins as an ONNX model, but its fields are not those of one"),
        (b"MATLAB 5.0 MAT-file Platform: posix", " is a MATLAB file older than version 7.3; save it with -v7.3, which makes it HDF5"),
        (b"CDF\1\0\0\0\0", " is a netCDF file of a classic format; nccopy -k nc4 makes it HDF5"),
        (b"CDF\5\0\0\0\0", " is a netCDF file of a classic format; nccopy -k nc4 makes it HDF5"),
        (b"", " is empty"),
        (b"weights: none\n", " is text, not a weight file (gguf, hdf5, keras, npy, npz, onnx, pytorch, safetensors)"),
        (bytes(100), " is not a weight file of a known kind (gguf, hdf5, keras, npy, npz, onnx, pytorch, safetensors)"),
    ],
    ids=range(17),
)  # fmt: skip
def test_refused(content: bytes, message: str, tmp_path: Path) -> None:
    """A file that is not a weight file, or not a valid one, is refused as what it is."""
    path = tmp_path / "w"
    path.write_bytes(content)

    assert message == refusal(path)


_NO_HEADER = "it has no header of NumPy's, or a damaged one"


@pytest.mark.parametrize(
    ("member", "compression", "why"),
    [
        (_npy("(1099511627776,)"), zipfile.ZIP_DEFLATED, "it holds 0 bytes of values, not 4,398,046,511,104"),
        (_npy("(True,)") + bytes(4), zipfile.ZIP_DEFLATED, _NO_HEADER),
        (_npy("(-1,)") + bytes(4), zipfile.ZIP_STORED, _NO_HEADER),
        (_npy("(1.0,)") + bytes(4), zipfile.ZIP_DEFLATED, _NO_HEADER),
        (b"no array", zipfile.ZIP_STORED, _NO_HEADER),
        (b"no array", zipfile.ZIP_BZIP2, _NO_HEADER),
        (_npy("(2,)") + bytes(4), zipfile.ZIP_LZMA, "it holds 4 bytes of values, not 8"),
    ],
    ids=range(7),
)  # fmt: skip
def test_one_member_that_cannot_be_read(member: bytes, compression: int, why: str, tmp_path: Path) -> None:
    """It is listed with the reason, as ``numpy.load`` lists it, and the others are read."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.npy", member, compression)
        archive.writestr("b.npy", _npy("(1,)") + b"\0\0\x20\x41", zipfile.ZIP_DEFLATED)
    (tmp_path / "w.npz").write_bytes(file.getvalue())

    with open_weights(tmp_path / "w.npz") as weights:
        a, b = weights.tensors
        assert (why, "", [10.0]) == (a.unread, b.unread, b.read(0, 1).tolist())
        assert [] == weights.late(True)


def test_wrong_checksum(tmp_path: Path) -> None:
    """A compressed member whose values do not match its checksum is refused when they are read."""
    content = _zip(("a.npy", _npy("(100_000,)") + bytes(400_000)))
    at = content.index(b"PK\1\2") + 16
    (tmp_path / "w.npz").write_bytes(content[:at] + bytes(4) + content[at + 4 :])
    with open_weights(tmp_path / "w.npz") as weights, pytest.raises(UnreadableError) as caught:
        weights.tensors[0].read(0, 100_000)

    assert str(caught.value) == f"{tmp_path}/w.npz is a damaged npz file: 'a' cannot be unpacked"


@pytest.mark.parametrize("name", ["../w.npy", "/etc/passwd", "..", "", "a\0b", "sub/w.npy"])
def test_indices_that_lead_out(name: str, tmp_path: Path) -> None:
    """An index only reads files of its own folder."""
    np.save(tmp_path / "w.npy", np.zeros(1))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "index.json").write_text(json.dumps({"tensors": {"a": {"file": name}}}))
    shards = tmp_path / "model.safetensors.index.json"
    shards.write_text(json.dumps({"weight_map": {"a": name}}))

    assert refusal(folder) == " is a damaged folder of npy files: the file of 'a' is not a plain file name"
    assert refusal(shards).endswith("is not a plain file name")


def test_a_link_in_a_folder(tmp_path: Path) -> None:
    """A symbolic link in a folder of npy files is not followed."""
    np.save(tmp_path / "w.npy", np.zeros(1))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.npy").symlink_to(tmp_path / "w.npy")
    (folder / "index.json").write_text(json.dumps({"tensors": {"a": {"file": "a.npy"}}}))

    with pytest.raises(UnreadableError) as caught, open_weights(folder):
        pass

    assert str(caught.value) == f"cannot read {folder}/a.npy: Too many levels of symbolic links"
    (folder / "index.json").rename(tmp_path / "index.json")
    (folder / "index.json").symlink_to(tmp_path / "index.json")
    with pytest.raises(UnreadableError) as caught, open_weights(folder):
        pass

    assert str(caught.value) == f"cannot read {folder}/index.json: Too many levels of symbolic links"


READ = """
import sys
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights
with open_weights(sys.argv[1]) as weights:
    try:
        weights.tensors[0].read(0, 1)
    except UnreadableError as error:
        print(error)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def test_a_chunk_that_unpacks_to_a_gigabyte(tmp_path: Path) -> None:
    """A chunk that declares 4,000 bytes but unpacks to more does not fill the memory."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(bytes(1 << 24)) for _ in range(64)) + packer.flush()
    path = tmp_path / "w.h5"
    with h5py.File(path, "w") as file:
        dataset = file.create_dataset("a", (1000,), "f4", chunks=(1000,), compression="gzip")
        dataset.id.write_direct_chunk((0,), packed)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    message, peak = done.stdout.splitlines()

    assert message == f"{path}: the HDF5 library cannot read the values of 'a'; they are damaged"
    assert int(peak) < 512 << 10


def test_members_that_overlap(tmp_path: Path) -> None:
    """Of two entries of a zip directory that share bytes, which would be unpacked twice, one is read."""
    content = _zip(("a.npy", _npy("(1,)") + bytes(4)), ("b.npy", _npy("(1,)") + bytes(4)))
    directory = content.index(b"PK\1\2")
    second = content.index(b"PK\1\2", directory + 1)
    twice = bytearray(content)
    twice[second + 42 : second + 46] = twice[directory + 42 : directory + 46]  # where the member begins
    (tmp_path / "w.npz").write_bytes(twice)

    found = reasons(tmp_path / "w.npz")
    assert ["", "it is damaged: it overlaps what follows it"] == sorted(found.values())
    assert {"a", "b"} == found.keys()


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        (42, 1 << 30, "it is damaged: it is not where the directory of the archive says"),
        (20, 1, "it is damaged: it has two different sizes"),
        (28, 0, "it is damaged: zipfile cannot open it"),
    ],
    ids=["offset", "size", "name"],
)
def test_an_entry_that_is_wrong(field: int, value: int, why: str, tmp_path: Path) -> None:
    """``numpy.load`` opens such an archive, and refuses the one member; the other is read here, too."""
    kind = zipfile.ZIP_STORED if field == 20 else zipfile.ZIP_DEFLATED
    content = bytearray(
        _zip(("a.npy", _npy("(1,)") + bytes(4)), ("b.npy", _npy("(1,)") + bytes(4)), compression=kind)
    )
    at = content.rindex(b"PK\1\2")
    if field == 28:
        content[at + 46] ^= 1  # another letter in the name of the directory
    else:
        content[at + field : at + field + 4] = value.to_bytes(4, "little")
    (tmp_path / "w.npz").write_bytes(content)
    found = reasons(tmp_path / "w.npz")

    assert "" == found.pop("a")
    assert [why] == list(found.values())
    with (
        np.load(tmp_path / "w.npz") as archive,
        pytest.raises((zipfile.BadZipFile, ValueError, EOFError, OSError)),
    ):
        archive[archive.files[1]]


def test_an_encrypted_archive(tmp_path: Path) -> None:
    """Encrypted members are named as such, without asking for a password."""
    content = bytearray(_zip(("a.npy", _npy("(1,)") + bytes(4))))
    content[content.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "w.npz").write_bytes(content)

    expected = "it is encrypted; unpack the archive, and pack it again without a password"
    assert {"a": expected} == reasons(tmp_path / "w.npz")


def test_a_claim_beyond_what_compression_explains(tmp_path: Path) -> None:
    """A member that declares two gigabytes in a few hundred bytes is not unpacked."""
    content = bytearray(_zip(("a.npy", _npy("(1,)") + bytes(4))))
    entry = content.index(b"PK\1\2")
    content[entry + 24 : entry + 28] = (1 << 31).to_bytes(4, "little")
    stored = int.from_bytes(content[entry + 20 : entry + 24], "little")
    (tmp_path / "w.npz").write_bytes(content)

    expected = f"it declares 2,147,483,648 bytes but stores {stored}, and winitgen expands no more than 1,000 times as many"
    assert {"a": expected} == reasons(tmp_path / "w.npz")


def test_claims_that_only_together_are_beyond_compression(tmp_path: Path) -> None:
    """Members that declare half a gigabyte each are not unpacked if all of them are stored in a few hundred bytes."""
    content = bytearray(_zip(*((f"{name}.npy", _npy("(1,)") + bytes(4)) for name in "abc")))
    entry, stored = 0, 0
    for _ in range(3):
        entry = content.index(b"PK\1\2", entry + 1)
        content[entry + 24 : entry + 28] = (1 << 29).to_bytes(4, "little")
        stored += int.from_bytes(content[entry + 20 : entry + 24], "little")
    (tmp_path / "w.npz").write_bytes(content)

    together = f"declare 1,610,612,736 bytes together but store {stored}"
    expected = f"the compressed members {together}, and winitgen expands no more than 1,000 times as many"
    assert dict.fromkeys("abc", expected) == reasons(tmp_path / "w.npz")
