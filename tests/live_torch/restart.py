"""One of two ranks that fill a sharded Llama; while ``killed`` is in the folder, rank 1 is killed in the midst of it.

``python -m tests.live_torch.restart FOLDER RANK``
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from torch import distributed
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard

import winitgen.torch
from tests.live_torch.models import MODELS
from tests.live_torch.ranks import SEED, unlike
from winitgen.torch import drawn_parts, filling


def main(folder: Path, rank: int) -> None:
    """Fill, and write the names of the tensors that are wrong."""
    run, killed = drawn_parts.run, (folder / "killed").exists()

    def half(jobs: Iterator[Any], nbytes: int, threads: int | None) -> None:
        run(islice(jobs, 5), nbytes, threads)
        os.kill(os.getpid(), signal.SIGKILL)

    if killed and rank == 1:
        vars(filling)["run"] = half
    store = f"file://{folder}/store-{int(not killed)}"
    distributed.init_process_group("gloo", init_method=store, rank=rank, world_size=2)
    module = MODELS["llama"].build()
    fully_shard(module, mesh=init_device_mesh("cpu", (2,)))
    winitgen.torch.init_(module, MODELS["llama"].spec, seed=SEED)
    wrong = unlike(module.state_dict(), load_file(folder / "llama.safetensors"))
    (folder / f"{rank}.json").write_text(json.dumps({"wrong": wrong}))
    distributed.destroy_process_group()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
