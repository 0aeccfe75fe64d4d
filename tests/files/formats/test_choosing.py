import subprocess
import sys
from pathlib import Path

import pytest

from winitgen.errors import UsageError
from winitgen.files import formats as writers
from winitgen.files.formats import FORMATS, by_name, by_path

KNOWN = "the endings are .h5, .hdf5, .npy, .npz, .safetensors, .weights.h5, and / for a folder"


def test_found_by_looking() -> None:
    """Every module with a format is found, and no other."""
    assert list(FORMATS) == ["hdf5", "keras-h5", "npy", "npy-dir", "npz", "safetensors"]
    assert all(name == by_name(name).name for name in FORMATS)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("w.safetensor", "w.safetensor: unknown ending '.safetensor'; did you mean '.safetensors'?"),
        ("w.bin", f"w.bin: unknown ending '.bin'; {KNOWN}"),
        ("w.pt", f"w.pt: unknown ending '.pt'; {KNOWN}"),
        ("w.gguf", f"w.gguf: unknown ending '.gguf'; {KNOWN}"),
        ("weights", f"weights: no ending; {KNOWN}"),
    ],
)
def test_unknown_ending(path: Path, message: str) -> None:
    """An unknown ending is refused, with a similar one, or else with all known ones."""
    with pytest.raises(UsageError) as caught:
        by_path(path)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("npyz", "unknown format 'npyz'; did you mean 'npz'?"),
        (
            "onnx",
            "unknown format 'onnx'; the formats are hdf5, keras-h5, npy, npy-dir, npz, safetensors",
        ),
    ],
)
def test_unknown_name(name: str, message: str) -> None:
    """An unknown format is refused, with a similar one, or else with all known ones."""
    with pytest.raises(UsageError) as caught:
        by_name(name)

    assert message == str(caught.value)


def test_no_other_attribute() -> None:
    """The package has no attributes other than its own."""
    with pytest.raises(AttributeError) as caught:
        writers.nothing  # noqa: B018

    assert str(caught.value) == "module 'winitgen.files.formats' has no attribute 'nothing'"


def test_writing_safetensors_loads_no_hdf5() -> None:
    """Finding the formats and laying out a file imports no library of another format."""
    code = f"""
import sys
sys.path[:0] = {sys.path!r}
from winitgen.files.formats import FORMATS, by_path
import winitgen.files.output.publish
by_path("w.safetensors").lay_out([], {{}})
heavy = {{"h5py", "safetensors", "zipfile", "msgspec", "ruamel", "ml_dtypes", "concurrent.futures", "dataclasses"}}
print(sorted(heavy & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert run.stdout == "[]\n"


def test_finding_formats_loads_no_numpy() -> None:
    """Listing the formats imports only these modules."""
    code = f"""
import sys
sys.path[:0] = {sys.path!r}
from winitgen.files.formats import FORMATS
FORMATS["npz"]
print("numpy" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert run.stdout == "False\n"
