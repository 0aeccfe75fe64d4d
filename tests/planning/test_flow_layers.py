"""Layers that cut, take, reduce and repeat what flows: what flows out of each, and that `auto` looks through."""

from collections.abc import Callable

import pytest

from winitgen.catalog.layers.flow import Flow
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]

UNUSED = "  - {name: p, type: param, shape: [1], init: zeros}\n"


def out(planned: Planned, incoming: str, *layers: str) -> Flow | None:
    """Return what flows out of the last of some layers."""
    text = f"input: {incoming}\nlayers:\n" + "".join(f"  - {layer}\n" for layer in layers) + UNUSED
    return planned(text).layers[-2].outgoing


@pytest.mark.parametrize(
    ("layer", "image", "sequence"),
    [
        ("{type: slice, stop: 3}", Flow((3, 6, 4), image=True), Flow((3, 4))),
        ("{type: slice, start: -2}", Flow((2, 6, 4), image=True), Flow((2, 4))),
        ("{type: slice, axis: -1, start: 1, step: 2}", Flow((8, 6, 2), image=True), Flow((8, 2))),
        ("{type: select, index: 0}", Flow((6, 4)), Flow((4,))),
        ("{type: select, axis: 1, index: -1}", Flow((8, 4), image=True), Flow((8,))),
        ("{type: mean, axis: 0}", Flow((6, 4)), Flow((4,))),
        ("{type: max, axis: -1}", Flow((8, 6), image=True), Flow((8,))),
        ("{type: sum, axis: 1, keep: true}", Flow((8, 1, 4), image=True), Flow((8, 1))),
        ("{type: mean, axis: 1, keep: true}", Flow((8, 1, 4), image=True), Flow((8, 1))),
    ],
)
def test_what_is_taken(planned: Planned, layer: str, image: Flow, sequence: Flow) -> None:
    """An image stays one as long as its channels and another axis are there."""
    assert (image, sequence) == (out(planned, "[8, 6, 4]", layer), out(planned, "[8, 4]", layer))


def test_means_over_all_positions_are_a_vector(planned: Planned) -> None:
    """What is left of an image without spatial axes is features, as after a global pooling."""
    assert Flow((8,)) == out(planned, "[8, 6, 4]", "{type: mean, axis: [-1, 1]}")
    assert Flow((8, 1, 1), image=True) == out(planned, "[8, 6, 4]", "{type: mean, axis: [1, 2], keep: true}")


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("{type: upsample2d, scale: [2, 3]}", (12, 8, 18)),
        ("{type: upsample2d, scale: 2, mode: bilinear}", (12, 8, 12)),
        ("{type: channel_shuffle, groups: 3}", (12, 4, 6)),
        ("{type: pixel_shuffle, factor: 2}", (3, 8, 12)),
        ("{type: pixel_unshuffle, factor: 2}", (48, 2, 3)),
    ],
)
def test_resized(planned: Planned, layer: str, expected: tuple[int, ...]) -> None:
    """Images stay images; channels and pixels change by the factor."""
    assert Flow(expected, image=True) == out(planned, "[12, 4, 6]", layer)


def test_enlarged_sequences_and_volumes(planned: Planned) -> None:
    """A sequence has one spatial axis, a volume three."""
    assert Flow((4, 18), image=True) == out(planned, "[4, 6]", "{type: upsample1d, scale: 3}")
    assert Flow((2, 6, 2, 12), image=True) == out(
        planned, "[2, 3, 2, 4]", "{type: upsample3d, scale: [2, 1, 3]}"
    )


def test_resized_without_an_input(planned: Planned) -> None:
    """Unknown sizes stay unknown; known channels are divided."""
    plan = planned("""
layers:
  - {name: a, type: conv2d, filters: 8, kernel_size: 3, inputs: 3}
  - {type: pixel_shuffle, factor: 2}
  - {type: upsample2d, scale: 2}
  - {name: b, type: conv2d, filters: 4, kernel_size: 1}
  - {type: pixel_unshuffle, factor: 3}
  - {name: c, type: conv2d, filters: 1, kernel_size: 1}
""")

    assert [(8, 3, 3, 3), (4, 2, 1, 1), (1, 36, 1, 1)] == [
        p.shape for p in plan.parameters if p.role == "kernel"
    ]


@pytest.mark.parametrize(
    ("split", "shapes"),
    [
        ("parts: 2", {"0": (6, 5), "1": (6, 5)}),
        ("parts: [left, right], sizes: [2, 10]", {"left": (2, 5), "right": (10, 5)}),
        ("parts: 5, axis: -1", {str(part): (12, 1) for part in range(5)}),
    ],
)
def test_parts_are_outputs(planned: Planned, split: str, shapes: dict[str, tuple[int, ...]]) -> None:
    """Each part is named after the split, and takes its run of the axis in order."""
    layers = [f"{{name: cut, type: split, {split}}}"]
    layers += [f"{{type: activation, activation: relu, from: cut.{part}}}" for part in shapes]
    plan = planned("input: [12, 5]\nlayers:\n" + "".join(f"  - {layer}\n" for layer in layers) + UNUSED)
    found = {layer.path: layer.outgoing and layer.outgoing.shape for layer in plan.layers[: len(shapes)]}

    assert {f"cut.{part}": shape for part, shape in shapes.items()} == found


def test_parts_of_a_chain_without_an_input(planned: Planned) -> None:
    """A model without an input may have parts, once a layer has stated its own inputs."""
    plan = planned("""
layers:
  - {name: fc, type: dense, units: 8, inputs: 3}
  - {name: cut, type: split, parts: 2}
  - {name: out, type: dense, units: 2, from: cut.1}
""")

    assert [(8, 3), (2, 4)] == [p.shape for p in plan.parameters if p.role == "kernel"]


@pytest.mark.parametrize(
    "between",
    [
        "{type: slice, stop: 4}",
        "{type: select, axis: -1, index: 0}",
        "{type: mean, axis: -1}",
        "{type: max, axis: -1}",
        "{name: cut, type: split, parts: 2}",
        "{type: subtract, from: [a, input]}",
        "{type: channel_shuffle, groups: 4}",
        "{type: upsample1d, scale: 2}",
    ],
)
def test_auto_looks_through(planned: Planned, between: str) -> None:
    """The scheme is that of the activation behind, as behind a pooling."""
    taken = "cut.1" if "split" in between else "b"
    plan = planned(f"""
input: [8, 6]
layers:
  - {{name: a, type: conv1d, filters: 8, kernel_size: 3, padding: same}}
  - {between.replace("{type", "{name: b, type", 1)}
  - {{name: act, type: activation, activation: tanh, from: {taken}}}
""")

    assert "auto: tanh at act" == plan.parameters[0].why


def test_sizes_of_what_is_merged(planned: Planned) -> None:
    """The larger sizes flow out, and an image if the input of these sizes is one."""
    gate = "{name: gate, type: reshape, shape: [8, 1, 1]}"
    pool, image = "{type: global_avg_pool2d}", "{name: image, type: batch_norm}"

    assert Flow((8, 6, 4), image=True) == out(
        planned, "[8, 6, 4]", image, pool, gate, "{type: multiply, from: [gate, image]}"
    )
    assert Flow((8, 6, 4)) == out(
        planned,
        "[8, 6, 4]",
        image,
        "{name: kept, type: mean, axis: [1, 2], keep: true}",
        "{name: moved, type: reshape, shape: [8, 6, 4], from: image}",
        "{type: add, from: [kept, moved]}",
    )
