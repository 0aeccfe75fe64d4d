"""One of four ranks: fills all models in all arrangements, and writes what it found as JSON.

``python -m tests.live_torch.ranks FOLDER RANK``
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import distributed
from torch.distributed import checkpoint as dcp

import winitgen.torch
from tests.live_torch.arrangements import Arrangement, arranged, arrangements, state_of
from tests.live_torch.models import MODELS, Model
from tests.live_torch.refusals import refusals

WORLD = 4
SEED = 7


def filled(model: Model, way: Arrangement, rank: int, group: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the state_dict of a rank as each way of filling leaves it."""
    part = way.stages is not None
    for device in ("cpu", "meta"):
        module = arranged(model, way, rank, device)
        winitgen.torch.init_(module, model.spec, seed=SEED, part=part, group=group)
        yield f"init_ on {device}", state_of(module)
    module = arranged(model, way, rank, "cpu")
    state = state_of(module)
    reader = winitgen.torch.StorageReader(model.spec, seed=SEED)
    dcp.load(state, storage_reader=reader, process_group=group)
    yield "dcp.load", state


def unlike(found: Mapping[str, Any], file: Mapping[str, torch.Tensor]) -> list[str]:
    """Return the names of tensors that are not those of the file, to the bit."""
    names = []
    for name, value in found.items():
        whole = value.full_tensor() if hasattr(value, "full_tensor") else value
        if whole.dtype != file[name].dtype or not torch.equal(bits(whole), bits(file[name])):
            names.append(name)
    return names


def bits(value: torch.Tensor) -> torch.Tensor:
    """Return a tensor as bytes."""
    return value.detach().contiguous().reshape(-1).view(torch.uint8)


def cases(folder: Path, rank: int) -> Iterator[tuple[str, Callable[[], Mapping[str, Any]]]]:
    """Yield each model in each arrangement of which this rank is one, by name."""
    groups = {count: distributed.new_group(list(range(count))) for count in (1, 2, 4)}
    for way in [*arrangements(rank)]:
        if rank < way.world:
            for name, model in MODELS.items():
                path, group = folder / f"{name}.safetensors", groups[way.world]
                yield f"{name} {way.name}", partial(walked, path, model, way, rank, group)


def walked(path: Path, model: Model, way: Arrangement, rank: int, group: Any) -> Mapping[str, Any]:
    """Return the names of wrong tensors of each way of filling, and which elements the rank held."""
    file = load_file(path)
    wrong, tensors = {}, 0
    for how, state in filled(model, way, rank, group):
        wrong[how] = unlike(state, file)
        tensors += len(state)
    return {"wrong": wrong, "tensors": tensors}


def main(folder: Path, rank: int) -> None:
    """Walk through all cases in the order that all ranks have."""
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", category=FutureWarning)
    distributed.init_process_group("gloo", init_method=f"file://{folder}/store", rank=rank, world_size=WORLD)
    torch.set_num_threads(1)
    results: dict[str, Any] = {name: run() for name, run in cases(folder, rank)}
    results |= refusals(folder, rank)
    (folder / f"{rank}.json").write_text(json.dumps(results))
    distributed.barrier()
    distributed.destroy_process_group()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
