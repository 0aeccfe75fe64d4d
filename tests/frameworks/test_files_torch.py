"""Files that PyTorch itself saves: names, shapes, number formats and bits are those that it loads again."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.files.formats.torch_files import storage, tensor, zipped
from winitgen.errors import UnreadableError
from winitgen.files.formats.pytorch.torch_formats import ALLOWED
from winitgen.files.input import open_weights


def leaves(value: Any, torch: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the tensors of nested dictionaries and lists, with dotted names."""
    if isinstance(value, torch.Tensor):
        yield name, value
    elif isinstance(value, dict | list | tuple):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(one, torch, f"{name}.{key}" if name else str(key))


def checkpoint(torch: Any) -> dict[Any, Any]:
    """Return what a training run saves, and tensors of every kind."""
    torch.manual_seed(3)
    model = torch.nn.Sequential(torch.nn.Conv2d(2, 5, 3), torch.nn.BatchNorm2d(5)).to(
        memory_format=torch.channels_last
    )
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.randn(2, 2, 4, 4)).square().sum().backward()
    optimizer.step()
    whole = torch.randn(7, 6)
    return {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "turned": whole.t(),
        "parameter": torch.nn.Parameter(whole),
        "buffer": torch.nn.Buffer(whole[2:]),
        "part": whole[1:5:2, ::3],
        "expanded": whole[:1].expand(4, 6),
        "half": torch.randn(4, 3).bfloat16().t(),
        "sparse": torch.eye(3).to_sparse(),
        "size": torch.Size([1, 2]),
        3: [torch.tensor(2.5), torch.zeros(0, 4), torch.tensor([True, False])],
    }


@pytest.mark.parametrize("zipped", [True, False])
def test_what_torch_saves(torch: Any, zipped: bool, tmp_path: Path) -> None:
    """A checkpoint with models, optimizers, views and other values, in both forms."""
    path = tmp_path / "w.pt"
    saved = checkpoint(torch)
    if zipped:
        saved["float8"] = torch.randn(5).to(torch.float8_e5m2)
        saved["unsigned"] = torch.arange(5).to(torch.uint32)
    torch.save(saved, path, _use_new_zipfile_serialization=zipped)
    wanted = dict(leaves(torch.load(path, weights_only=True), torch))
    with open_weights(path) as weights:
        assert [(name, tuple(one.shape), str(one.dtype)) for name, one in wanted.items()] == [
            (one.name, one.shape, f"torch.{one.dtype}") for one in weights.tensors
        ]
        for one in weights.tensors:
            assert one.readable == (one.name != "sparse")
            if one.readable:
                bits = wanted[one.name].detach().contiguous().reshape(-1).view(torch.uint8)
                assert bits.numpy().tobytes() == one.read(0, one.size).tobytes()


def test_what_torch_refuses_is_named(torch: Any, tmp_path: Path) -> None:
    """A whole module is refused by its class, as `torch.load(weights_only=True)` refuses it."""
    path = tmp_path / "w.pt"
    torch.save(torch.nn.Linear(2, 3), path)
    with pytest.raises(Exception, match=r"Unsupported global: GLOBAL torch\.nn\.modules\.linear\.Linear"):
        torch.load(path, weights_only=True)
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass

    assert (
        f"{path} holds 'torch.nn.modules.linear.Linear', which is not read, as it could run code; load it where it is "
        "trusted, and save it with safetensors.torch.save_file" == str(caught.value)
    )


def test_names_that_torch_knows(torch: Any) -> None:
    """The names that a pickle may hold are those that PyTorch lists."""
    from torch._weights_only_unpickler import _get_allowed_globals

    assert set(_get_allowed_globals()) == ALLOWED


@pytest.mark.parametrize("dtype", ["float8_e5m2", "uint16"])
def test_an_old_file_without_number_formats(torch: Any, dtype: str, tmp_path: Path) -> None:
    """PyTorch writes formats without a storage class into its old form, and cannot load them again."""
    path = tmp_path / "w.pt"
    values = torch.arange(5).to(getattr(torch, dtype))
    torch.save({"w": values}, path, _use_new_zipfile_serialization=False)
    with pytest.raises(AttributeError, match="UntypedStorage"):
        torch.load(path, weights_only=True)
    with open_weights(path) as weights:
        assert values.view(torch.uint8).numpy().tobytes() == weights.tensors[0].read(0, 5).tobytes()
        (told,) = weights.others
        key = told.text.split("'")[1]  # an address in memory
        said = f"its storage '{key}' is an UntypedStorage, which PyTorch refuses in a file of the form before 1.6"
        assert (said, True) == told


@pytest.mark.parametrize(
    ("names", "refusal"),
    [
        ({"data/0": "data/ä", "version": "VERSION"}, ""),
        ({"data/0": "data/Ä"}, "file not found"),
        ({"data/0": "data/ä", "archive/v": "Archive/v"}, "not in a subdirectory"),
    ],
)
def test_names_of_members(torch: Any, names: dict[str, str], refusal: str, tmp_path: Path) -> None:
    """PyTorch takes no letters but A to Z for a to z, and only names in one folder."""
    path = tmp_path / "w.pt"
    content = zipped({"w": tensor(storage("ä", 1), (1,), (1,))}, {"0": bytes(4)})
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(path, "w") as changed:
        for info in archive.infolist():
            name = info.filename
            for old, new in names.items():
                name = name.replace(old, new)
            changed.writestr(name, archive.read(info))
    found = contextlib.nullcontext() if not refusal else pytest.raises(RuntimeError, match=refusal)
    with found:
        torch.load(path, weights_only=True)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")
def test_a_distributed_checkpoint(torch: Any, tmp_path: Path) -> None:
    """A folder that PyTorch's checkpoints save has the tensors that PyTorch takes out of it."""
    from torch.distributed import checkpoint as checkpoints
    from torch.distributed.checkpoint.format_utils import dcp_to_torch_save

    saved = {str(key): value for key, value in checkpoint(torch).items() if key != "sparse"}
    checkpoints.save(saved, checkpoint_id=tmp_path / "folder", no_dist=True)
    dcp_to_torch_save(tmp_path / "folder", tmp_path / "w.pt")
    wanted = dict(leaves(torch.load(tmp_path / "w.pt", weights_only=True), torch))
    with open_weights(tmp_path / "folder") as weights:
        assert {(name, tuple(one.shape), str(one.dtype)) for name, one in wanted.items()} == {
            (one.name, one.shape, f"torch.{one.dtype}") for one in weights.tensors
        }
        for one in weights.tensors:
            bits = wanted[one.name].detach().contiguous().reshape(-1).view(torch.uint8)
            assert bits.numpy().tobytes() == one.read(0, one.size).tobytes()
