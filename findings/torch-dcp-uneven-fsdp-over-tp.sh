#!/usr/bin/env bash
# torch 2.13.0: a weight whose rows are not a multiple of the ranks, cut by tensor parallelism and then by fully_shard, is right in memory, and its
# distributed checkpoint is not: one of 7 rows on a mesh of 3 by 2 is saved without a word and cannot be loaded; one of 13 rows is not saved.
#
# fully_shard cuts the rows that tensor parallelism left to a rank: 4 and 3 rows by 3 ranks are 2, 2, 0 and 1, 1, 1. full_tensor() puts them
# together in the right order. torch.distributed.checkpoint computes the same cut from the placements alone, (_StridedShard(0, sf=2), Shard(0)), and gives
# the last row to the rank that has none: it writes 0 rows where its metadata says 1, so that load ends with
#     mismatch sizes torch.Size([1, 3]) vs torch.Size([0, 3])
# For 13 rows two chunks overlap by that computation, and save refuses its own plan.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'numpy==2.4.6'
cat >"$folder/ranks.py" <<'PYTHON'
import logging
import subprocess
import sys
import warnings
from pathlib import Path

import torch
from torch import distributed, nn
from torch.distributed import checkpoint
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor.parallel import ColwiseParallel, parallelize_module

logging.disable(logging.WARNING)
warnings.simplefilter("ignore")
torch.set_num_threads(1)
WORLD = 6


def expected(rows):
    return torch.arange(rows * 3.0).reshape(rows, 3)


def rank(folder, rows, number):
    distributed.init_process_group("gloo", init_method=f"file://{folder / 'store'}", rank=number, world_size=WORLD)
    mesh = init_device_mesh("cpu", (3, 2), mesh_dim_names=("data", "tensor"))
    model = nn.Sequential(nn.Linear(3, rows, bias=False))
    with torch.no_grad():
        model[0].weight.copy_(expected(rows))
    parallelize_module(model, mesh["tensor"], {"0": ColwiseParallel()})
    fully_shard(model, mesh=mesh["data"])
    whole = model[0].weight.full_tensor()
    assert torch.equal(whole, expected(rows)), "full_tensor is wrong, too: this changed"
    saved = "saved"
    try:
        checkpoint.save(model.state_dict(), checkpoint_id=folder / "checkpoint")
    except (CheckpointException, ValueError) as error:
        saved = "overlapping chunks" if "overlapping chunks" in str(error) else str(error)
    if number == 0:
        (folder / "outcome").write_text(saved)
    distributed.destroy_process_group()


def outcome(folder, rows):
    folder.mkdir()
    ranks = [subprocess.Popen([sys.executable, *sys.argv[:1], str(folder), str(rows), str(r)]) for r in range(WORLD)]
    assert not any(one.wait(180) for one in ranks), "a rank failed"
    saved = (folder / "outcome").read_text()
    if saved != "saved":
        return saved
    state = {"0.weight": torch.zeros(rows, 3)}
    try:
        checkpoint.load(state, checkpoint_id=folder / "checkpoint")
    except CheckpointException as error:
        return "mismatch sizes" if "mismatch sizes torch.Size([1, 3]) vs torch.Size([0, 3])" in str(error) else str(error)
    return "loaded" if torch.equal(state["0.weight"], expected(rows)) else "other values"


if len(sys.argv) > 2:
    rank(Path(sys.argv[1]), *map(int, sys.argv[2:]))
else:
    found = {rows: outcome(Path(sys.argv[1]) / str(rows), rows) for rows in (7, 12, 13)}
    print(found)
    assert found == {7: "mismatch sizes", 12: "loaded", 13: "overlapping chunks"}, "this changed"
PYTHON
"$folder/venv/bin/python" "$folder/ranks.py" "$folder"
