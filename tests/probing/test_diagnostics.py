"""Residual streams, the entropy of attention and the effective rank: from closed forms and from the signals themselves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.probing.one_layer import operation
from tests.probing.whole_model import signals
from winitgen import load
from winitgen.numeric.workers import Workers
from winitgen.probing.activations import softmax
from winitgen.probing.effective_rank import effective_rank, rank_of
from winitgen.probing.graph import graph
from winitgen.probing.samples import gaussian

D = 12


def dense(name: str, units: int = D, **options: Any) -> dict[str, Any]:
    """Return a dense layer."""
    return {"name": name, "type": "dense", "units": units, "init": "he_normal", **options}


def residual(*layers: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Return a residual block."""
    return {"type": "residual", "layers": list(layers), **options}


PRE_NORM = {
    "input": [5, 7],
    "layers": [
        dense("embed"),
        residual({"type": "layer_norm", "name": "n1"}, dense("up", 20, activation="relu"), dense("down")),
        residual({"type": "rms_norm", "name": "n2"}, dense("wide", init={"scheme": "normal", "std": 2})),
        dense("head", 3),
    ],
}


def probed(spec: Any, samples: int = 6) -> dict[str, Any]:
    """Return the only run of a probe."""
    run: dict[str, Any] = winitgen.probe(spec, samples=samples, backward=False, threads=1)["runs"][0]
    return run


def test_a_stream_is_measured_block_by_block() -> None:
    """The std of each sum, its growth since the start, and the size of each branch are those of the signals."""
    [stream] = probed(PRE_NORM)["streams"]
    x = gaussian(0, "input", (6, 5, 7), "float32", Workers(1))
    found = signals(PRE_NORM, {"": x}, "float32")
    sums = ["sum after down", "sum after wide"]
    assert stream["start"] == "embed"
    assert stream["std"] == pytest.approx(found["embed"].std(), rel=1e-5)
    assert [block["sum"] for block in stream["blocks"]] == sums
    before = found["embed"]
    for block, total, branch in zip(stream["blocks"], sums, ["down", "wide"], strict=True):
        size = math.sqrt(np.square(found[branch]).mean() / np.square(before).mean())
        assert block["std"] == pytest.approx(found[total].std(), rel=1e-5)
        assert block["growth"] == pytest.approx(found[total].std() / found["embed"].std(), rel=1e-5)
        [row] = block["branches"]
        assert row == {
            "layer": branch,
            "std": pytest.approx(found[branch].std(), rel=1e-5),
            "ratio": pytest.approx(size, rel=1e-5),
        }
        before = found[total]


def streams(*layers: dict[str, Any], size: Any = (3, 8, 8)) -> list[list[str]]:
    """Return the start and the sums of each stream."""
    found = probed({"input": list(size), "layers": list(layers)})["streams"]
    return [[stream["start"], *(block["sum"] for block in stream["blocks"])] for stream in found]


def conv(name: str, filters: int = 4, **options: Any) -> dict[str, Any]:
    """Return a convolution that keeps the size."""
    return {"name": name, "type": "conv2d", "filters": filters, "kernel_size": 3, "padding": 1, **options}


def test_a_stream_goes_on_through_shortcuts_and_norms() -> None:
    """A shortcut with a kernel of its own, an activation, a norm and a pooling after a sum do not end a stream."""
    projected = residual(
        conv("c1"), conv("c2"), name="a", activation="relu", shortcut=[conv("down", kernel_size=1, padding=0)]
    )
    after = residual(conv("c3"), name="b")
    norm = {"type": "batch_norm", "name": "bn"}
    pool = {"type": "max_pool2d", "pool_size": 2, "name": "pool"}
    assert streams(conv("stem"), projected, norm, pool, after) == [["stem", "a", "b"]]


def test_branches_alike_are_no_stream() -> None:
    """A sum of two branches of the same depth has no shortcut, and neither has one of two inputs."""
    left, right = dense("left", **{"from": "x"}), dense("right", **{"from": "x"})
    joined = {"name": "sum", "type": "add", "from": ["left", "right"]}
    assert streams({"name": "x", **dense("x")}, left, right, joined, size=[5]) == []
    two = {
        "input": {"p": [5], "q": [5]},
        "layers": [{"name": "s", "type": "add", "from": ["p", "q"]}, dense("d")],
    }
    assert probed(two)["streams"] == []


def test_a_sum_of_three_has_two_branches() -> None:
    """Attention and feed-forward side by side are two branches of one block."""
    side = [dense("a", **{"from": "x"}), dense("b1", **{"from": "x"}), dense("b2")]
    spec = {
        "input": [5],
        "layers": [dense("x"), *side, {"name": "s", "type": "add", "from": ["x", "a", "b2"]}],
    }
    [stream] = probed(spec)["streams"]
    assert [row["layer"] for row in stream["blocks"][0]["branches"]] == ["a", "b2"]


@pytest.mark.parametrize("options", [{}, {"causal": True}, {"causal": True, "window": 3}, {"kv_heads": 2}])
def test_the_entropy_is_a_share_of_that_of_equal_attention(options: dict[str, Any]) -> None:
    """It is the mean over samples, heads and queries that see two keys or more, each over the log of their number."""
    layer = {"type": "multi_head_attention", "heads": 4, "init": {"scheme": "normal", "std": 0.8}, **options}
    own = operation([6, D], layer)
    x = np.random.default_rng(0).normal(size=(3, 6, D))
    own.forward([x], keep=True)
    queries, keys = (
        (x @ own.weights.needed("kernel", part).T).reshape(3, 6, -1, 3).swapaxes(1, 2)
        for part in ("query", "key")
    )
    keys = keys.repeat(4 // keys.shape[1], 1)
    scores = queries @ keys.swapaxes(-1, -2) / math.sqrt(3)
    shares = []
    for query in range(6):
        first = max(0, query - options["window"] + 1) if "window" in options else 0
        seen = slice(first, query + 1 if options.get("causal") else 6)
        p = softmax(scores[:, :, query, seen], -1)
        if p.shape[-1] > 1:
            shares.append(-(p * np.log(p)).sum(-1) / math.log(p.shape[-1]))
    assert own.entropy == pytest.approx(np.mean(shares), rel=1e-12)


def test_equal_attention_has_the_entropy_1() -> None:
    """Queries of 0 attend alike to all keys that they see; a single key has no entropy."""
    layer = {"type": "multi_head_attention", "name": "a", "heads": 2, "init": "zeros"}
    causal = {"input": [4, 6], "layers": [{**layer, "causal": True}, dense("head")]}
    assert probed(causal)["attention"] == [{"layer": "a", "entropy": 1.0}]
    assert probed({**causal, "input": [1, 6]})["attention"] == []


def test_the_entropy_of_windows_counts_their_parts() -> None:
    """In a shifted window a query sees the positions of its own part: with scores of 0 the entropy is 1."""
    layer = {"type": "multi_head_attention", "heads": 2, "window": [2, 2], "shift": 1, "init": "zeros"}
    own = operation([6, 4, 4], {"type": "permute", "axes": [1, 2, 0]}, layer)
    own.forward([np.random.default_rng(0).normal(size=(2, 4, 4, 6))], keep=True)
    assert own.entropy == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(
    ("matrix", "rank"),
    [
        (np.eye(4), 4.0),
        (np.outer([1, 2, 3], [1, 1, 5, 0]), 1.0),
        (np.diag([3.0, 1.0]), 4 / 3**0.75),
        (1e-200 * np.diag([3.0, 1.0]), 4 / 3**0.75),
        (np.zeros((2, 3)), None),
        (np.array([[1.0, math.nan]]), None),
    ],
)
def test_the_effective_rank(matrix: np.ndarray, rank: float | None) -> None:
    """Of equal singular values it is their number; of 3 and 1 it is exp(log 4 - 3/4 log 3)."""
    assert effective_rank(matrix) == (rank if rank is None else pytest.approx(rank, rel=1e-6))


def test_units_of_an_image_are_its_channels() -> None:
    """Rows are samples and positions, and many of them are thinned out evenly."""
    values = np.random.default_rng(0).normal(size=(2, 3, 20, 20))
    found = rank_of(values, 1, enters=True)
    rows = values.transpose(0, 2, 3, 1).reshape(800, 3)[np.arange(512) * 800 // 512]
    assert found is not None
    assert (found.most, found.effective) == (3, pytest.approx(effective_rank(rows)))


def test_the_last_representation_is_what_the_head_reads() -> None:
    """A model that ends in a residual stream has no head: there it is the output."""
    assert {**probed(PRE_NORM)["rank"], "effective": 0} == {
        "layer": "head",
        "of": "input",
        "effective": 0,
        "most": 12,
    }
    found = signals(PRE_NORM, {"": gaussian(0, "input", (6, 5, 7), "float32", Workers(1))}, "float32")
    entering = found["sum after wide"].reshape(-1, D)
    assert probed(PRE_NORM)["rank"]["effective"] == pytest.approx(effective_rank(entering), rel=1e-5)
    assert probed({"input": [5], "layers": [dense("only")]})["rank"] is None
    headless = {**PRE_NORM, "layers": [*PRE_NORM["layers"][:-1], {"type": "layer_norm", "name": "last"}]}
    assert (probed(headless)["rank"]["of"], probed(headless)["rank"]["layer"]) == ("output", "last")


def test_streams_are_found_in_a_model_of_many_layers() -> None:
    """The search looks back no further than a block."""
    spec = {"input": [4], "layers": [dense("x", 4), *(residual(dense(f"d{i}", 4)) for i in range(300))]}
    assert len(graph(load.plan(spec))) == 601
    [stream] = probed(spec, 2)["streams"]
    assert len(stream["blocks"]) == 300
