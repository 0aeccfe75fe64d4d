"""A value depends only on its seed, id and index, not on how it is drawn or on the other layers."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.files.formats import FORMATS
from winitgen.files.formats.format import Format
from winitgen.files.output.options import WriteOptions
from winitgen.files.output.output_plan import plan_output
from winitgen.files.output.publish import publish
from winitgen.files.recipe import metadata
from winitgen.layouts import tensors

INITS: list[Any] = [
    "lecun_uniform",
    "xavier_normal",
    {"scheme": "truncated_normal", "mean": 0.1, "std": 0.02},
    {"scheme": "truncated_normal", "std": 0.02, "bounds": [-1, 3]},
    {"scheme": "uniform", "low": 0.1, "high": 0.3},
    {"scheme": "constant", "value": 0.3},
]
DTYPES = ["float32", "float64", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"]

# Independent layers, as each states its inputs, of every scheme and number format, in odd sizes.
POOL: list[dict[str, Any]] = [
    {"name": f"part{index}.fc", "type": "dense", "inputs": 37 + 2 * index, "units": 53 + index}
    | {"activation": "relu", "init": init, "dtype": dtype}
    for index, (init, dtype) in enumerate((init, dtype) for init in INITS for dtype in DTYPES)
]


@pytest.fixture(params=[row for row in FORMATS.values() if row.name != "keras-h5"], ids=lambda row: row.name)
def file_format(request: pytest.FixtureRequest) -> Any:
    """Return each format in turn, except Keras's own, which has another layout and no float8."""
    return request.param


def read(file_format: Format, path: Path) -> dict[str, bytes]:
    """Return the values of every tensor as other programs read them."""
    arrays: dict[str, Any] = {}
    if file_format.name == "safetensors":
        from safetensors import deserialize

        return {name: bytes(tensor["data"]) for name, tensor in deserialize(path.read_bytes())}
    if file_format.name == "npy-dir":
        arrays = {file.stem: np.load(file) for file in path.glob("*.npy")}
    elif file_format.name == "npy":
        record = np.load(path)
        arrays = {name: record[name] for name in record.dtype.names}
    elif file_format.name == "npz":
        with np.load(path) as archive:
            arrays = dict(archive)
    else:
        import h5py

        def keep(name: str, item: Any) -> None:
            if isinstance(item, h5py.Dataset):
                stored = item.id.get_type()  # h5py itself would turn bfloat16 into float32
                raw = np.empty(item.shape, f"V{stored.get_size()}")
                item.id.read(h5py.h5s.ALL, h5py.h5s.ALL, raw, stored)
                arrays[name.replace("/", ".")] = raw

        with h5py.File(path) as file:
            file.visititems(keep)
    return {name: array.tobytes() for name, array in arrays.items()}


def save(file_format: Format, layers: list[dict[str, Any]], folder: Path) -> dict[str, bytes]:
    """Write a model of these layers into a new folder, and return the values read from it."""
    folder.mkdir()
    path = f"{folder}/w{file_format.endings[0]}"
    winitgen.write({"layers": layers}, path, fsync=False)
    return read(file_format, Path(path))


def test_every_format_holds_the_generated_values(file_format: Format, tmp_path: Path) -> None:
    """Other programs read from every format the bytes of the arrays that the library function returns."""
    expected = {name: array.tobytes() for name, array in winitgen.generate({"layers": POOL}).items()}

    assert expected == save(file_format, POOL, tmp_path / "all")


@pytest.mark.parametrize("change", range(8))
def test_other_layers_change_nothing(file_format: Format, tmp_path: Path, change: int) -> None:
    """Adding, removing and reordering layers does not change the remaining tensors."""
    expected = {name: array.tobytes() for name, array in winitgen.generate({"layers": POOL}).items()}
    chance = random.Random(change)  # noqa: S311  # the same changes on every run, and nothing secret
    layers = chance.sample(POOL, chance.randrange(1, len(POOL)))
    stranger = {"name": f"stranger{change}", "type": "dense", "inputs": 5, "units": chance.randrange(1, 99)}
    layers.insert(chance.randrange(len(layers) + 1), stranger)
    found = save(file_format, layers, tmp_path / "some")

    assert 2 * len(layers) == len(found)
    for name in (name for name in found if name in expected):
        assert expected[name] == found[name], name


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_threads(file_format: Format, threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of threads does not change a byte, even if it exceeds the number of processors."""
    once, again = (f"{tmp_path}/{name}{file_format.endings[0]}" for name in ("once", "again"))
    winitgen.write({"layers": POOL}, once, threads=1)
    monkeypatch.setattr("winitgen.numeric.threads.WORTH_A_THREAD", 0)
    winitgen.write({"layers": POOL}, again, threads=threads)

    assert files(once) == files(again)


@pytest.mark.parametrize("threads", [1, 2, 7])
@pytest.mark.parametrize("block", [61, 1024, 4999, 1 << 17])
def test_blocks(
    file_format: Format, block: int, threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The block size does not change a byte, even if no row and no AES block ends with it."""
    once, again = (f"{tmp_path}/{name}{file_format.endings[0]}" for name in ("once", "again"))
    planned = winitgen.plan({"layers": POOL})
    winitgen.write(planned, once)
    monkeypatch.setattr("winitgen.numeric.threads.WORTH_A_THREAD", 0)
    output = plan_output(file_format, tensors(planned), metadata(planned))
    publish(output, again, WriteOptions(threads=threads, block=block, fsync=False))

    assert files(once) == files(again)


def test_many_real_blocks(tmp_path: Path) -> None:
    """A layer of many full blocks is the same drawn by one thread or by several."""
    spec = {"input": 2500, "layers": [{"name": "fc", "type": "dense", "units": 2501, "activation": "gelu"}]}
    for threads in (1, 2, 7):
        winitgen.write(spec, tmp_path / f"{threads}.safetensors", threads=threads, fsync=False)

    assert 1 == len({(tmp_path / f"{threads}.safetensors").read_bytes() for threads in (1, 2, 7)})


@pytest.mark.parametrize("change", [{"name": "other"}, {"seed": 1}, {"dtype": "float64"}], ids=str)
def test_what_changes_the_values(change: dict[str, Any]) -> None:
    """A layer's name, the seed, and drawing in float64 each change all values."""
    options = {"name": "fc", "seed": 0, "dtype": "float32"} | change
    layer = {"name": options.pop("name"), "type": "dense", "units": 50, "init": "he_normal"}
    [first, _] = winitgen.generate(
        {"input": 40, "layers": [{"name": "fc", "type": "dense", "units": 50, "init": "he_normal"}]}
    ).values()
    [second, _] = winitgen.generate({"input": 40, "layers": [layer]}, **options).values()

    assert not (first == second).any()


def files(path: str) -> dict[str, bytes]:
    """Return the bytes of a file, or of every file of a folder."""
    root = Path(path)
    return (
        {file.name: file.read_bytes() for file in root.iterdir()}
        if root.is_dir()
        else {"": root.read_bytes()}
    )
