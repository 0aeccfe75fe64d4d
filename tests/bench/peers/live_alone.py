"""One rank of several, alone: ``live_alone.py RANKS LAYERS UNITS`` prints the seconds that it draws, and its megabytes beside its shard.

Its group is PyTorch's fake one, in which there is nobody else.
"""

import json
import sys
import time
import warnings

import torch
from live_ranks import built, spec
from torch import distributed
from torch.distributed.fsdp import fully_shard
from torch.testing._internal.distributed.fake_pg import FakeStore

import winitgen.torch


def peak() -> int:
    """Return the most memory that this process has had, in bytes."""
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM"))


def main() -> None:
    """Fill the shards of the second rank, or of the only one."""
    warnings.simplefilter("ignore")
    ranks, layers, units = map(int, sys.argv[1:])
    torch.set_num_threads(1)
    distributed.init_process_group("fake", store=FakeStore(), rank=min(1, ranks - 1), world_size=ranks)
    module = built(layers, units)
    for part in module:
        fully_shard(part)
    fully_shard(module)
    before, start = peak(), time.perf_counter()
    winitgen.torch.init_(module, spec(layers, units), no_dist=True)
    seconds = time.perf_counter() - start
    shard = sum(value.to_local().nbytes for value in module.parameters())
    print(json.dumps({"s": seconds, "MB beside its shard": (peak() - before - shard) / 1e6}))
    distributed.destroy_process_group()


if __name__ == "__main__":
    main()
