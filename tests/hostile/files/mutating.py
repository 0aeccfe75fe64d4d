"""Damages weight files of every container, by a fixed rule, and opens the results.

``python -m tests.hostile.files.mutating 100000`` runs more of what the tests run a slice of, and prints
the counts. Each input is opened as ``winitgen inspect`` opens it, and all of its values are read.
"""

from __future__ import annotations

import faulthandler
import io
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import h5py
import numpy as np
from safetensors.numpy import save

from tests.files.formats.dcp_folders import Box, write_checkpoint
from tests.files.formats.gguf_files import Listed, gguf, key, listing, text
from tests.files.formats.onnx_files import sample_models
from tests.files.formats.torch_files import Call, Name, storage, streamed, tensor, zipped
from tests.hostile.files import chunked_folders
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights
from winitgen.files.sandbox import spawned

SECONDS = 10  # a hang never ends; 5 would be enough on an idle machine
LONGEST = 1 << 20  # values read from one array

WORDS = [0, 1, 2, 7, 8, 127, 255, 2**15, 2**16 - 1, 2**31 - 1, 2**32 - 1, 2**62, 2**63 - 1, 2**63, 2**64 - 1]
TEXTS = [
    b"-1",
    b"1e9",
    b"true",
    b"null",
    b"9" * 30,
    b"{}",
    b"[]",
    b'""',
    b"\\u0000",
    b"\x1b[2J",
    b"\xff",
    b",",
    b"'",
    b"(",
]


def _arrays() -> dict[str, Any]:
    return {
        "a.w": np.arange(12, dtype="f4").reshape(3, 4),
        "b": np.arange(5, dtype="f2"),
        "c": np.array(1.5),
        "d": np.zeros((0, 3), "i8"),
    }


def _written(write: Callable[[io.BytesIO], object]) -> bytes:
    file = io.BytesIO()
    write(file)
    return file.getvalue()


def _hdf5(file: io.BytesIO, **options: Any) -> None:
    with h5py.File(file, "w", **options) as root:
        root.attrs["winitgen"] = '{"seed":1}'
        for name, array in _arrays().items():
            root[name.replace(".", "/")] = array
        many = np.arange(1000, dtype="f4").reshape(10, 100)
        root.create_dataset("z", data=many, chunks=(5, 50), compression="gzip", shuffle=True, fletcher32=True)
        root.create_dataset("l", data=many, chunks=(10, 10), compression="lzf")
        root.create_dataset("s", data=["one", "two"])
        root["soft"] = h5py.SoftLink("/a")
        root["outside"] = h5py.ExternalLink("other.h5", "/a")


def _pytorch() -> list[bytes]:
    values = np.arange(12, dtype="<f4").tobytes()
    kept = storage("0", 12)
    model = {
        "a": tensor(kept, (3, 4), (4, 1)),
        "b": {"c": tensor(kept, (4, 3), (1, 4)), "d": [tensor(kept, (2, 2), (3, 5), 1), 5, "text"]},
        "p": Call("torch._utils._rebuild_parameter", tensor(kept, (), ()), True, None),
        "q": Call("torch._utils._rebuild_meta_tensor_no_storage", Name("torch.float16"), (2,), (1,), False),
    }
    state = Call("collections.OrderedDict", entries=model, state={"_metadata": {"": {"version": 1}}})
    return [
        zipped(state, {"0": values}),
        zipped(state, {"0": values}, compression=zipfile.ZIP_DEFLATED),
        streamed(state, {"0": (12, values)}),
    ]


def _gguf() -> list[bytes]:
    values = np.arange(12, dtype="<f4")
    tensors = [
        Listed("a", (4, 3), 0, values.tobytes()),
        Listed("b", (32, 1), 8, bytes(34)),
        Listed("c", (), 28, bytes(8)),
    ]
    words = listing(8, 9, b"".join(text(f"w{index}") for index in range(9)))
    keys = [key("words", 9, words), key("name", 8, text("small")), key("general.alignment", 4, b"\x10\0\0\0")]
    turned = [Listed("a", (4, 3), 0, values.astype(">f4").tobytes())]
    return [gguf(tensors, keys, alignment=16), gguf(turned, order=">"), gguf([])]


def _dcp() -> list[bytes]:
    """Return the index of a checkpoint and its file, in one run of bytes: `laid_out` divides them again."""
    values = np.arange(12, dtype="<f4").reshape(4, 3)
    with tempfile.TemporaryDirectory() as folder:
        boxes = [Box((0, 0), values[:1]), Box((1, 0), values[1:])]
        write_checkpoint(Path(folder), {"w": (values.shape, boxes), "v": ((2, 3), [Box((0, 0), values[2:])])})
        return [b"".join(Path(folder, name).read_bytes() for name in (".metadata", "__0_0.distcp"))]


def laid_out(path: str, kind: str, content: bytes) -> str:
    """Write an input, and return what is opened: a file, or the folder of a checkpoint."""
    if kind == "zarr":
        shutil.rmtree(f"{path}-zarr", ignore_errors=True)
        os.makedirs(f"{path}-zarr")
        chunked_folders.laid_out(Path(f"{path}-zarr"), content)
        return f"{path}-zarr"
    if kind != "dcp":
        Path(path).write_bytes(content)
        return path
    index, zip_start, rest = content.partition(b"PK\3\4")
    os.makedirs(f"{path}-dcp", exist_ok=True)
    Path(f"{path}-dcp", ".metadata").write_bytes(index)
    Path(f"{path}-dcp", "__0_0.distcp").write_bytes(zip_start + rest)
    return f"{path}-dcp"


def seeds() -> dict[str, list[bytes]]:
    """Return small complete files of each container."""
    arrays = _arrays()
    record = np.zeros((), [("x", "<f4", (2, 3)), ("y", "<u2")])
    plain = [
        arrays["a.w"],
        np.asfortranarray(arrays["a.w"]),
        arrays["c"],
        arrays["d"],
        record,
        np.zeros(3, ">i4"),
    ]
    return {
        "safetensors": [save(arrays, {"winitgen": '{"seed":1}'}), save(arrays), save({})],
        "npy": [_written(lambda file, array=array: np.save(file, array)) for array in plain],  # type: ignore[misc]
        "npz": [
            _written(lambda file: np.savez(file, **arrays)),
            _written(lambda file: np.savez_compressed(file, f=np.asfortranarray(arrays["a.w"]), **arrays)),
        ],
        "pytorch": _pytorch(),
        "gguf": _gguf(),
        "onnx": sample_models("damaged"),
        "dcp": _dcp(),
        "zarr": chunked_folders.seeds(),
        "hdf5": [_written(_hdf5), _written(lambda file: _hdf5(file, libver="latest"))],
    }


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return the content with a few bytes flipped, words replaced, or runs copied, removed or cut off."""
    found = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(found) or 1)
        match chance.randrange(9):
            case 0 | 1:
                found[at : at + 1] = bytes([chance.randrange(256)])
            case 2:
                found[at : at + 1] = bytes([(found[at] if found else 0) ^ 1 << chance.randrange(8)])
            case 3:
                size = chance.choice((2, 4, 8))
                word = (chance.choice([*WORDS, len(content)]) + chance.choice((0, 0, -1))) % (1 << 8 * size)
                found[at : at + size] = word.to_bytes(size, "little")
            case 4:
                begin, size = chance.randrange(len(found) or 1), chance.choice((1, 4, 16, 64))
                found[at : at + size] = found[begin : begin + size]
            case 5:
                del found[at : at + chance.choice((1, 2, 8, 64))]
            case 6:
                found[at:at] = chance.choice(TEXTS)
            case 7:
                found[at : at + 1] = chance.choice(TEXTS)
            case 8:
                del found[at if chance.random() < 0.3 else len(found) :]
    return bytes(found)


def outcome(path: str) -> str:
    """Open a file and read all of its values; return the outcome: ``read``, ``refused``, or what went wrong."""
    try:
        with open_weights(path) as weights:
            for tensor in weights.tensors:
                if tensor.readable and tensor.size <= LONGEST:
                    values = tensor.read(0, tensor.size)
                    if len(values) != tensor.size:
                        return "an array of another size"
    except UnreadableError as error:
        text = str(error)
        return "refused" if text.isprintable() else f"an unprintable message: {text!r}"
    except MemoryError:
        return "memory"
    except Exception as error:  # the failures to be found
        return f"{type(error).__name__}: {error}"[:200]
    return "read"


def _in_child(path: str, kind: str, contents: list[bytes], begin: int, report: int) -> None:
    """Open the inputs in this process, which ends; write each one's number, then its outcome."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.disable()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # that of the parent
    spawned.can_start = lambda: False  # TensorStore is started once, in this process
    for number, content in enumerate(contents, begin):
        opened = laid_out(path, kind, content)
        os.write(report, f'["{kind}",{number},'.encode())
        signal.alarm(SECONDS)
        found = outcome(opened)
        signal.alarm(0)
        os.write(report, json.dumps(found).encode() + b"]\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    os.write(report, json.dumps(["peak", 0, str((peak - before) >> 10)]).encode() + b"\n")
    os._exit(0)


def run(
    kind: str, count: int, *, seed: int = 0, keep: str | None = None, batch: int = 2000
) -> tuple[Counter[str], int]:
    """Open ``count`` mutated files of one container in child processes; return outcomes, and by how many MiB one grew."""
    originals = seeds()[kind]
    outcomes: Counter[str] = Counter()
    peak, done = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "damaged")
        while done < count:
            numbers = range(done, min(count, done + batch))
            contents = []
            for number in numbers:
                chance = random.Random(f"{seed} {kind} {number}")  # noqa: S311  # the same on every run
                contents.append(mutated(chance.choice(originals), chance))
            text = _child(path, kind, contents, done)
            lines = text.split("\n")
            for line in lines[:-1]:
                what, number, found = json.loads(line)
                if what == "peak":
                    peak = max(peak, int(found))
                    continue
                outcomes[found] += 1
                done = number + 1
                if found not in {"read", "refused"}:
                    _keep(keep, kind, seed, number, contents[number - numbers[0]])
            if lines[-1]:  # the child ended within an input: a crash, or too slow
                outcomes[f"killed by signal {lines[-1].rpartition(' ')[2]}"] += 1
                _keep(keep, kind, seed, done, contents[done - numbers[0]])
                done += 1
    return outcomes, peak


def _keep(folder: str | None, kind: str, seed: int, number: int, content: bytes) -> None:
    if folder:
        Path(folder, f"{kind}-{seed}-{number}").write_bytes(content)


def _child(path: str, kind: str, contents: list[bytes], begin: int) -> str:
    reader, writer = os.pipe()
    with catch_warnings():  # of threads, of which the child needs none
        simplefilter("ignore")
        child = os.fork()
    if not child:
        os.close(reader)
        _in_child(path, kind, contents, begin, writer)
    os.close(writer)
    with open(reader) as report:
        text = report.read()
    _, status = os.waitpid(child, 0)
    return f"{text} {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else text


def main() -> None:
    """Run ``COUNT [SEED] [KIND...]`` inputs of each container and print the outcomes."""
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    for kind in sys.argv[3:] or seeds():
        begin = time.perf_counter()
        found, peak = run(kind, count, seed=seed, keep=os.environ.get("KEEP"))
        print(
            kind,
            count,
            f"{time.perf_counter() - begin:.0f} s",
            f"{peak} MiB",
            dict(found.most_common(12)),
            flush=True,
        )


if __name__ == "__main__":
    main()
