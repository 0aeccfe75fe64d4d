"""Four processes over gloo: every element of every rank is that of the file, and an error is the same on all ranks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.live_torch.group import run_ranks
from tests.live_torch.models import MODELS
from tests.live_torch.ranks import SEED

pytestmark = pytest.mark.slow

WAYS = {
    **{f"{way}-{count}": count for way in ("fsdp", "tensor") for count in (1, 2, 4)},
    "fsdp+tensor-4": 4,
    "replicated-4": 4,
    "pipeline-2": 2,
    "pipeline+fsdp-4": 4,
    "wrapped-4": 4,
}
"""The arrangements, and how many ranks each has."""

OTHER_SEED = "rank 2 has the recipe 33a, and 3 of 4 ranks have 33b; give all the same spec, seed and dtype"
NO_SPEC = "cannot read absent.yaml: No such file or directory"
FORMATS = [
    f"{name}.{end} is float32, not bfloat16"
    for name in ("fc1", "fc2", "fc3", "out")
    for end in ("weight", "bias")
]

REFUSED = {
    "another seed on rank 2": [f"DiffersError: Net: {OTHER_SEED}"],
    "no spec on rank 2": [f"DiffersError: rank 2: {NO_SPEC}"],
    "no spec on any rank": [f"UnreadableError: {NO_SPEC}"],
    "another shape on rank 2": [
        "DiffersError: rank 2: Net: fc2.weight has the shape [11, 12], not [10, 12]\nrank 2: Net: fc2.bias has the shape [11], not [10]"
    ],
    "another format on all": ["DiffersError: " + "\n".join(f"Net: {line}" for line in FORMATS)],
    "a sum that is not complete": [
        "DiffersError: Net: out.bias has the placement Partial(sum), and only shards and replicas have elements that can be drawn"
    ],
    "shards of another mesh": [
        "DiffersError: rank 3: Net: fc2.bias has the shape [3] on this rank, and its placements give [1]"
    ],
    "reader: another seed on rank 2": [f"0 DiffersError: mlp: {OTHER_SEED}"],
    "reader: no spec on rank 2": [f"2 UnreadableError: {NO_SPEC}"],
    "reader: another shape on rank 2": [
        "2 ValueError: Size mismatch between saved torch.Size([10]) and current: torch.Size([11]) for fc2.bias"
    ],
    "reader: another format": [
        f"{rank} DiffersError: " + "\n".join(f"mlp: {line}" for line in sorted(FORMATS)) for rank in range(4)
    ],
    "reader: a name that is not there": [
        f"{rank} RuntimeError: Missing key in checkpoint state_dict: fc9.weight." for rank in range(4)
    ],
}


@pytest.fixture(scope="module")
def ranks(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What each of four ranks found; they walk through all cases once."""
    folder = tmp_path_factory.mktemp("ranks")
    for name, model in MODELS.items():
        winitgen.write(model.spec, folder / f"{name}.safetensors", seed=SEED)
    found = run_ranks("tests.live_torch.ranks", folder)
    return [_without(one, str(folder)) for one in found]


def _without(found: dict[str, Any], folder: str) -> dict[str, Any]:
    """Return what a rank found without the path of its folder, and with short names for the two recipes."""
    hashes = {_recipe(seed): short for seed, short in ((1, "33a"), (0, "33b"))}
    for one in found.values():
        lines = [line.replace(f"{folder}/", "") for line in one.get("error", ())]
        for long, short in hashes.items():
            lines = [line.replace(long, short) for line in lines]
        one["error"] = lines
    return found


def _recipe(seed: int) -> str:
    """Return the hash of the recipe of the perceptron."""
    from winitgen.files.recipe import Recipe

    return Recipe.of(winitgen.plan(MODELS["mlp"].spec, seed=seed)).hash.sha256


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", MODELS)
def test_every_element_is_that_of_the_file(ranks: list[dict[str, Any]], name: str, way: str) -> None:
    """By `init_`, also of a module on the meta device, and by ``dcp.load``: of shards, copies and padded shards alike."""
    found = [ranks[rank][f"{name} {way}"] for rank in range(WAYS[way])]

    for rank in found:
        assert {"init_ on cpu": [], "init_ on meta": [], "dcp.load": []} == rank["wrong"]
    whole = 3 * len(winitgen.generate(MODELS[name].spec))
    assert sum(rank["tensors"] for rank in found) == whole * (
        WAYS[way] // 2 if "pipeline" in way else WAYS[way]
    )


@pytest.mark.parametrize("call", REFUSED)
def test_an_error_is_the_same_on_every_rank(ranks: list[dict[str, Any]], call: str) -> None:
    """None hangs, and no module was changed."""
    for rank in ranks:
        assert REFUSED[call] == rank[call]["error"]
        assert rank[call]["untouched"]


def test_no_case_is_left_out(ranks: list[dict[str, Any]]) -> None:
    """The ranks have walked through what is tested here, and nothing else."""
    assert {f"{name} {way}" for name in MODELS for way in WAYS} | set(REFUSED) == set(ranks[0])


def test_a_killed_rank_starts_again(tmp_path: Path) -> None:
    """It leaves nothing behind, and what it had drawn it draws again."""
    winitgen.write(MODELS["llama"].spec, tmp_path / "llama.safetensors", seed=SEED)
    (tmp_path / "killed").touch()
    with pytest.raises(AssertionError):
        run_ranks("tests.live_torch.restart", tmp_path, 2)
    (tmp_path / "killed").unlink()

    assert {"llama.safetensors", "0.txt", "1.txt"} == {path.name for path in tmp_path.iterdir()} - {"store-0"}
    assert [{"wrong": []}] * 2 == run_ranks("tests.live_torch.restart", tmp_path, 2)
