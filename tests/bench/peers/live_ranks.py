"""A sharded model gets its first weights: ``live_ranks.py WHO FOLDER RANKS LAYERS UNITS``, which prints the seconds.

WHO is ``winitgen``, whose ranks draw their shards, or ``torch``: rank 0 draws the whole model, writes a distributed checkpoint,
and all ranks load it. The clock runs on rank 0 from one barrier to the next, without imports and without the start of the group.
"""

import json
import subprocess
import sys
import time
import warnings
from pathlib import Path

import torch
from torch import distributed, nn
from torch.distributed import checkpoint as dcp
from torch.distributed.fsdp import fully_shard


def built(layers: int, units: int) -> nn.Module:
    """Return linear layers one after another, on the meta device."""
    with torch.device("meta"):
        return nn.Sequential(*(nn.Linear(units, units, bias=False) for _ in range(layers)))


def spec(layers: int, units: int) -> dict[str, object]:
    """Return the layer-spec of these layers."""
    each = [
        {"name": str(number), "type": "dense", "units": units, "use_bias": False} for number in range(layers)
    ]
    return {"input": units, "layers": each}


def by_winitgen(module: nn.Module, layers: int, units: int, folder: Path) -> None:
    """Draw the shards of this rank."""
    import winitgen.torch

    winitgen.torch.init_(module, spec(layers, units))


def by_torch(module: nn.Module, layers: int, units: int, folder: Path) -> None:
    """Draw the model on rank 0, write it, and load the shards of this rank."""
    if distributed.get_rank() == 0:
        whole = built(layers, units).to_empty(device="cpu")
        for part in whole:
            nn.init.kaiming_normal_(part.weight)
        dcp.save(whole.state_dict(), checkpoint_id=folder / "checkpoint", no_dist=True)
    distributed.barrier()
    module.to_empty(device="cpu")
    dcp.load(module.state_dict(), checkpoint_id=folder / "checkpoint")


def run(who: str, folder: Path, ranks: int, layers: int, units: int, rank: int) -> None:
    """Be one rank."""
    warnings.simplefilter("ignore")
    import winitgen.torch as live

    _ = live.init_, dcp  # imported before the clock starts
    torch.set_num_threads(1)
    store = f"file://{folder / 'store'}"
    distributed.init_process_group("gloo", init_method=store, rank=rank, world_size=ranks)
    module = built(layers, units)
    for part in module:
        fully_shard(part)
    fully_shard(module)
    distributed.barrier()
    start = time.perf_counter()
    (by_winitgen if who == "winitgen" else by_torch)(module, layers, units, folder)
    distributed.barrier()
    if rank == 0:
        print(json.dumps({"": time.perf_counter() - start}))
    distributed.destroy_process_group()


def main() -> None:
    """Start the ranks, or be the one that the last argument says."""
    who, folder, *numbers = sys.argv[1:]
    ranks, layers, units, *mine = map(int, numbers)
    Path(folder).mkdir(exist_ok=True)
    if mine:
        run(who, Path(folder), ranks, layers, units, *mine)
        return
    command = [sys.executable, *sys.argv]
    others = [subprocess.Popen([*command, str(rank)]) for rank in range(ranks)]
    codes = [other.wait() for other in others]
    if any(codes):
        sys.exit("a rank failed")


if __name__ == "__main__":
    main()
