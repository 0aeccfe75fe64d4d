"""The passes through a network: memory, range, dead units, sums, and where theory restarts."""

from __future__ import annotations

import math
import tracemalloc
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.errors import UsageError
from winitgen.numeric.histogram import histogram_of
from winitgen.numeric.workers import Workers
from winitgen.probing import experiment, prepare
from winitgen.probing.forward import dead_share
from winitgen.probing.signal_stats import sampled, stats_of


def dense(name: str, units: int, **options: Any) -> dict[str, Any]:
    """Return a dense layer of a spec."""
    return {"name": name, "type": "dense", "units": units, **options}


def probed(layers: list[dict[str, Any]], size: Any = 200, **options: Any) -> dict[str, Any]:
    """Return the only run of a network given by its layers."""
    run: dict[str, Any] = winitgen.probe({"input": size, "layers": layers}, **options)["runs"][0]
    return run


def peak(layers: list[dict[str, Any]], **options: Any) -> float:
    """Return the most megabytes that a probe of 2000 samples and 500 units holds at once."""
    probed(layers[:1], 500, samples=10)  # imports, and tables that are cached
    tracemalloc.start()
    try:
        probed(layers, 500, samples=2000, threads=1, **options)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def test_a_forward_pass_holds_two_layers() -> None:
    """Without a gradient, memory does not grow with depth: batch, two activations of 4 MB, a kernel, scratch."""
    layers = [dense(f"fc{i}", 500, activation="tanh") for i in range(12)]

    assert peak(layers, backward=False) < 4 + 2 * 4 + 1 + 8
    assert peak(layers) > 12 * 4


def test_a_signal_beyond_float32() -> None:
    """Thirty layers of gain 10 reach 1e30, sixty 1e60: beyond float32 the signal continues in float64."""
    layers = [dense(f"fc{i}", 200, init={"scheme": "lecun", "gain": 10}) for i in range(60)]
    last = probed(layers, samples=20)["layers"][-1]

    assert last["pre"]["predicted_std"] == pytest.approx(1e60, rel=1e-6)
    assert math.log10(last["pre"]["std"]) == pytest.approx(60, abs=0.4)


def test_a_signal_beyond_float64() -> None:
    """Beyond float64 a layer has no statistics, and the verdict is that the signal explodes."""
    layers = [dense(f"fc{i}", 50, init={"scheme": "lecun", "gain": 1e20}) for i in range(20)]
    run = probed(layers, 50, samples=4)

    assert "exploding" == run["verdict"]
    assert run["layers"][-1]["pre"]["std"] is None
    assert run["layers"][-1]["gradient"]["std"] is not None


def test_a_signal_below_float32() -> None:
    """Sixty layers of gain 0.1 leave 1e-60, with all its digits."""
    layers = [dense(f"fc{i}", 200, init={"scheme": "lecun", "gain": 0.1}) for i in range(60)]
    run = probed(layers, samples=20)

    assert math.log10(run["layers"][-1]["pre"]["std"]) == pytest.approx(-60, abs=0.4)
    assert "vanishing" == run["verdict"]


@pytest.mark.parametrize("gain", [0.1, 10.0])
def test_a_gradient_beyond_float32(gain: float) -> None:
    """The backward pass is linear: over sixty linear layers the gradient is gain^59, however far from 1."""
    layers = [dense(f"fc{i}", 200, init={"scheme": "lecun", "gain": gain}) for i in range(60)]
    first = probed(layers, samples=20)["layers"][0]["gradient"]

    assert math.log10(first["std"]) == pytest.approx(59 * math.log10(gain), abs=0.4)
    assert first["predicted_std"] == pytest.approx(gain**59, rel=1e-4)


def test_gradients_of_very_different_size_meet() -> None:
    """The gradients of a path of factor 1e-40 and of one of factor 1 add up exactly."""
    small = [dense(f"small{i}", 100, init={"scheme": "lecun", "gain": 1e-4}) for i in range(10)]
    layers = [
        dense("first", 100),
        {"name": "branch", "type": "residual", "layers": small},
        dense("last", 100),
    ]
    rows = {row["layer"]: row for row in probed(layers, 100, samples=50)["layers"]}

    assert rows["first"]["gradient"]["std"] == pytest.approx(rows["branch"]["gradient"]["std"], rel=1e-6)
    assert rows["branch.small0"]["gradient"]["std"] == pytest.approx(1e-36, rel=0.9)


def test_a_gradient_that_leaves_float32_inside_a_layer() -> None:
    """A gated MLP of 1e46 followed by a norm: the gradient inside is 1e-47, and about 1 before it."""
    layers = [
        dense("a", 40, init="lecun"),
        {"name": "mlp", "type": "gated_mlp", "units": 60, "init": {"scheme": "normal", "std": 1e15}},
        {"name": "norm", "type": "rms_norm"},
    ]
    run = probed(layers, 40, samples=10)
    a, mlp, _ = (row["gradient"]["std"] for row in run["layers"])

    assert math.log10(mlp) == pytest.approx(-47, abs=1)
    assert 0.3 < a < 5
    assert "healthy" == run["verdict"]


def test_dead_units() -> None:
    """A bias of -100 makes every unit of a ReLU layer dead, and the verdict names the layer."""
    layers = [
        dense("alive", 100, activation="relu"),
        dense("dead", 60, activation="relu", bias_init={"scheme": "constant", "value": -100}),
        dense("out", 5),
    ]
    run = probed(layers)

    assert [0.0, 1.0, None] == [row["dead"] for row in run["layers"]]
    assert {"verdict": "dead", "layer": "dead", "text": "100 % of the units are 0 for every sample"} in run[
        "findings"
    ]


def test_a_unit_is_dead_if_it_is_zero_for_every_sample_and_position() -> None:
    """Of three channels one is zero everywhere; of five features one is zero in all samples."""
    images = np.zeros((4, 3, 2, 2), np.float32)
    images[3, 0, 1, 1] = images[0, 2, 0, 0] = 1.0
    features = np.eye(4, 5, dtype=np.float32)

    assert dead_share(images, 1) == pytest.approx(1 / 3)
    assert dead_share(features, -1) == pytest.approx(1 / 5)


def test_a_histogram_samples_all_units() -> None:
    """The sampled values come from all units equally, for any width of the layer."""
    values = np.broadcast_to(np.arange(512, dtype=np.float32), (4096, 512))

    shown = sampled(values)

    assert len(shown) <= 1 << 17
    assert 512 == len(np.unique(shown))


def test_statistics_of_small_spreads_and_of_constants() -> None:
    """A standard deviation of 1e-6 about a mean of 1 is found, in float64; that of a constant is 0."""
    with Workers(2) as workers:
        spread = stats_of(1 + 1e-6 * np.tile([1.0, -1.0], 200_000), workers)
        constant = stats_of(np.full(300_000, 0.01, np.float32), workers)
        broken = stats_of(np.array([1.0, np.nan]), workers)

    assert spread is not None
    assert constant is not None
    assert (spread.mean, spread.std) == (pytest.approx(1), pytest.approx(1e-6, rel=1e-3))
    assert (constant.mean, constant.std) == (pytest.approx(0.01), 0.0)
    assert broken is None


def test_theory_restarts_after_a_max_pooling() -> None:
    """A max pooling has no prediction; for the next convolution theory starts from the measured moments."""
    layers = [
        {"name": "a", "type": "conv2d", "filters": 64, "kernel_size": 3, "activation": "relu"},
        {"name": "pool", "type": "max_pool2d", "pool_size": 2},
        {"name": "b", "type": "conv2d", "filters": 96, "kernel_size": 3},
    ]
    pool, b = probed(layers, [8, 14, 18], samples=60)["layers"][1:]

    assert pool["out"]["predicted_std"] is None
    root = math.hypot(pool["out"]["mean"], pool["out"]["std"])
    assert b["pre"]["predicted_std"] == pytest.approx(
        root * math.sqrt(64 * 9 * 2 / (64 * 9 + 96 * 9)), rel=1e-4
    )
    assert b["pre"]["std"] == pytest.approx(b["pre"]["predicted_std"], rel=0.1)


def test_theory_of_padded_strided_convolutions_and_sums() -> None:
    """Through padding, strides, norms, a residual and a flatten, measurements stay close to theory."""
    layers = [
        {
            "type": "conv2d",
            "filters": 96,
            "kernel_size": 3,
            "strides": 2,
            "padding": "same",
            "activation": "tanh",
        },
        {"type": "batch_norm", "activation": "relu"},
        {
            "type": "residual",
            "layers": [
                {
                    "type": "conv2d",
                    "filters": 96,
                    "kernel_size": 3,
                    "padding": 1,
                    "groups": 2,
                    "activation": "relu",
                },
                {"type": "conv2d", "filters": 96, "kernel_size": 3, "padding": 1},
            ],
        },
        {"type": "flatten"},
        dense("fc", 300, activation="gelu"),
    ]
    rows = probed(layers, [24, 15, 11], samples=80)["layers"]

    assert len(rows) == 6
    for row in rows:
        for signal in ("pre", "out", "gradient"):
            assert row[signal]["std"] == pytest.approx(row[signal]["predicted_std"], rel=0.12), (
                row["layer"],
                signal,
            )


def test_the_number_of_samples_that_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --samples a large network gets as many as fit into memory, and a note says so."""
    weights = 4 * ((3 + 6) * 9 * 6 + 2 * 6)
    monkeypatch.setattr(experiment, "ROOM", weights + (8 * 2 + 4 * 2) * (6 * 30 * 20) * 5)
    layers = [{"type": "conv2d", "filters": 6, "kernel_size": 3, "padding": 1} for _ in range(2)]

    report = winitgen.probe({"input": [3, 30, 20], "layers": layers})

    assert 5 == report["samples"]
    assert ["5 samples, to keep memory near 1 GB; set another number with --samples"] == report["notes"]


def test_narrow_formats_are_probed_as_they_are_stored() -> None:
    """The probe uses kernels rounded to float8, but computes in float32."""
    fine, coarse = (
        winitgen.probe({"input": 100, "layers": [dense("fc", 50)]}, dtype=dtype, samples=30)["runs"][0][
            "layers"
        ][0]
        for dtype in ("float32", "float8_e5m2")
    )

    assert fine["pre"]["std"] != coarse["pre"]["std"]
    assert fine["pre"]["std"] == pytest.approx(coarse["pre"]["std"], rel=0.05)


def test_what_is_probed_is_what_init_draws() -> None:
    """The condition number is that of the kernel that init writes."""
    kernel = winitgen.generate({"input": 7, "layers": [dense("fc", 5)]})["fc.weight"]

    row = probed([dense("fc", 5)], 7, samples=7)["layers"][0]
    assert row["condition"] == pytest.approx(np.linalg.cond(kernel), rel=1e-4)


@pytest.mark.parametrize("reach", [5e-324, 1e-310, 1e-300, 1e200, 1.7e308])
def test_histograms_at_the_ends_of_float64(reach: float) -> None:
    """With half of the values at each end, a bin's width or its inverse may exceed float64."""
    histogram = histogram_of(np.tile([-reach, reach], 50))

    assert (50, 0, 50) == (histogram.counts[0], sum(histogram.counts[1:-1]), histogram.counts[-1])


@pytest.mark.parametrize(
    ("units", "size", "samples", "needed"),
    [(100, 200, 100_000_000_000, "200,000"), (10**7, 10**6, 3, "40,000")],
    ids=["samples", "kernel"],
)
def test_more_memory_than_the_machine_has(
    units: int, size: int, samples: int, needed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a sample the 200 values, 100 outputs, and the gradients of both exist at once; of a kernel, its values."""
    monkeypatch.setattr(prepare, "_memory", lambda: 16 * 10**9)
    message = (
        f"a probe with {samples} samples needs about {needed} GB of memory, but this machine has 16; "
        "lower --samples, or the sizes of the layers"
    )

    with pytest.raises(UsageError) as refused:
        probed([dense("fc", units)], size, samples=samples)

    assert message == str(refused.value)


def test_the_name_of_an_unnamed_sum() -> None:
    """The sum of a residual without a name is called after the branch that it adds."""
    layers = [{"type": "residual", "layers": [dense("branch", 5)]}, dense("out", 5)]

    assert ["branch", "sum after branch", "out"] == [row["layer"] for row in probed(layers, 5)["layers"]]


def test_a_sum_of_one_layer_with_itself() -> None:
    """It is twice the layer, and so is the gradient; theory, which assumes independence, uses the measurement."""
    layers = [dense("x", 300), {"name": "twice", "type": "add", "from": ["x", "x"]}, dense("out", 300)]
    x, twice, _ = probed(layers, 300)["layers"]

    assert twice["out"]["std"] == pytest.approx(2 * x["out"]["std"], rel=1e-5)
    assert twice["out"]["predicted_std"] is None
    assert x["gradient"]["std"] == pytest.approx(2 * twice["gradient"]["std"], rel=1e-5)
    assert x["gradient"]["predicted_std"] == pytest.approx(x["gradient"]["std"], rel=0.02)
