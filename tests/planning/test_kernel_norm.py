"""Normalised kernels: their parts, their names, and the kernels themselves."""

from collections.abc import Callable

import pytest

import winitgen
from winitgen.layouts import tensors
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]

DENSE = "input: 6\nlayers: [{name: a, type: dense, units: 4%s}]"


@pytest.mark.parametrize(
    ("norm", "names"),
    [
        ("weight_norm", ["parametrizations.weight.original1", "bias", "parametrizations.weight.original0"]),
        ("{type: weight_norm, names: hooks}", ["weight_v", "bias", "weight_g"]),
        (
            "spectral_norm",
            [
                "parametrizations.weight.original",
                "bias",
                "parametrizations.weight.0._u",
                "parametrizations.weight.0._v",
            ],
        ),
        ("{type: spectral_norm, names: hooks}", ["weight_orig", "bias", "weight_u", "weight_v"]),
    ],
)
def test_names(planned: Planned, norm: str, names: list[str]) -> None:
    """Both generations of PyTorch's functions have their names."""
    plan = planned(DENSE % f", kernel_norm: {norm}")

    assert [f"a.{name}" for name in names] == [tensor.name for tensor in tensors(plan)]


@pytest.mark.parametrize("norm", ["weight_norm", "spectral_norm"])
def test_the_kernel_stays(planned: Planned, norm: str) -> None:
    """The kernel that is divided has the values that it has without a norm."""
    assert planned(DENSE % "").parameters[:2] == planned(DENSE % f", kernel_norm: {norm}").parameters[:2]


def test_the_parts(planned: Planned) -> None:
    """G keeps the axes of the kernel, as in PyTorch; the mean length of 4 normals of std 0.5 is about 1."""
    spec = "input: 4\nlayers: [{name: a, type: dense, units: 6, init: {scheme: normal, std: 0.5}, kernel_norm: weight_norm}]"
    g = planned(spec).parameters[2]

    assert ("a/g", (6, 1), "float32", "weight_norm", "|v| along axis 0", "from a/kernel") == (
        g.id,
        g.shape,
        g.dtype,
        g.scheme,
        g.formula,
        g.why,
    )
    assert 1.0 == g.mean


@pytest.mark.parametrize("norm", ["weight_norm", "{type: spectral_norm, axis: 1, names: hooks}"])
def test_the_canonical_spec(planned: Planned, norm: str) -> None:
    """The canonical spec states the norm, and gives the same plan."""
    plan = planned(DENSE % f", kernel_norm: {norm}")
    again = winitgen.plan(plan.spec)

    assert (plan.parameters, plan.spec) == (again.parameters, again.spec)


def test_defaults_are_left_out(planned: Planned) -> None:
    """A mapping that says nothing more than a name is the name."""
    plan = planned(DENSE % ", kernel_norm: {type: weight_norm, names: parametrizations}")

    assert "weight_norm" == plan.spec["layers"][0]["kernel_norm"]


@pytest.mark.parametrize(
    ("layer", "init", "axis", "fits"),
    [
        ("dense, units: 4", "identity", 0, True),
        ("dense, units: 4", "identity", 1, False),
        ("dense, units: 9", "identity", 0, False),
        ("dense, units: 9", "identity", 1, True),
        ("dense, units: 4", "{scheme: sparse, nonzeros: 2, direction: incoming}", 0, True),
        ("dense, units: 9", "{scheme: sparse, nonzeros: 1, direction: outgoing}", 0, False),
        ("dense, units: 400", "{scheme: sparse, nonzeros: 3, direction: incoming}", 1, True),
        ("dense, units: 3", "{scheme: sparse, nonzeros: 1, direction: incoming}", 1, False),
        ("dense, units: 4", "{scheme: sparse, nonzeros: 2, direction: outgoing}", 1, True),
        ("conv1d, filters: 6, kernel_size: 3, groups: 2", "dirac", 0, True),
        ("conv1d, filters: 8, kernel_size: 3, groups: 2", "dirac", 0, False),
        ("conv1d, filters: 6, kernel_size: 3, groups: 2", "dirac", 2, False),
        ("conv1d, filters: 6, kernel_size: 1, groups: 2", "dirac", 2, True),
        ("depthwise_conv1d, kernel_size: 3", "dirac", 0, True),
        ("depthwise_conv1d, kernel_size: 3", "dirac", 1, True),
        ("depthwise_conv1d, kernel_size: 3", "dirac", 2, False),
        ("depthwise_conv1d, kernel_size: 3, depth_multiplier: 2", "dirac", 0, False),
        ("conv1d_transpose, filters: 4, kernel_size: 3", "dirac", 0, False),
        ("conv1d_transpose, filters: 4, kernel_size: 3", "dirac", 1, True),
        ("conv1d, filters: 8, kernel_size: 3", "delta_orthogonal", 0, True),
        ("conv1d, filters: 8, kernel_size: 3", "delta_orthogonal", 2, False),
        ("conv1d, filters: 8, kernel_size: 1", "delta_orthogonal", 2, True),
    ],
)
def test_empty_rows(planned: Planned, layer: str, init: str, axis: int, fits: bool) -> None:
    """A kernel with a row of zeros has no direction there: PyTorch would give NaN."""
    norm = f"kernel_norm: {{type: weight_norm, axis: {axis}}}"
    text = f"input: {6 if 'dense' in layer else [6, 9]}\nlayers: [{{name: a, type: {layer}, init: {init}, {norm}}}]"
    if fits:
        assert 3 == len(planned(text).parameters)
        values = winitgen.generate(planned(text))
        assert values["a.parametrizations.weight.original0"].min() > 0
    else:
        with pytest.raises(winitgen.SpecError, match=f"weight_norm divides by 0 along axis {axis}, as "):
            planned(text)


@pytest.mark.parametrize(
    ("init", "lowest", "highest"),
    [
        ("{scheme: uniform, low: -0.1, high: 0.1}", 0.8, 1.25),
        ("{scheme: normal, std: 0.1}", 0.8, 1.25),
        ("dirac", 1, 1),
    ],
)
def test_the_spread_of_lengths(planned: Planned, init: str, lowest: float, highest: float) -> None:
    """By the kurtosis of the law: of a uniform one 0.63 of that of a normal; ones have no spread."""
    layer = (
        f"type: conv1d, filters: 300, kernel_size: 3, use_bias: false, init: {init}, kernel_norm: weight_norm"
    )
    plan = planned(f"input: [300, 9]\nlayers: [{{name: a, {layer}}}]")
    found = winitgen.generate(plan)["a.parametrizations.weight.original0"].std()

    assert lowest * plan.parameters[1].std <= found <= highest * plan.parameters[1].std


def test_a_row_of_padding(planned: Planned) -> None:
    """The row of a padding index is 0, and so is its length in a layer that is tied to the table."""
    text = """
input: {tokens: 3}
layers:
  - {name: e, type: embedding, count: 8, dim: 4, padding_index: 2}
  - {name: a, type: dense, units: 8, use_bias: false, tied_to: e, kernel_norm: weight_norm}
"""
    with pytest.raises(winitgen.SpecError) as refused:
        planned(text)

    message = "weight_norm divides by 0 along axis 0, as the row of padding_index is 0; leave out one of them"
    assert message == refused.value.mistakes[0].message


def test_ties(planned: Planned) -> None:
    """What follows from a tied kernel is the same as what follows from the other one, and left out with it."""
    plan = planned("""
input: 4
layers:
  - {type: group, name: a, layers: [{name: fc, type: dense, units: 4, kernel_norm: spectral_norm}]}
  - {type: group, name: b, tied_to: a}
  - {name: c, type: dense, units: 4, tied_to: a.fc, tied: omit, use_bias: false, kernel_norm: weight_norm}
""")
    first, second, third = plan.layers

    assert [p.distribution for p in first.parameters] == [p.distribution for p in second.parameters]
    assert ["b.fc/kernel", "b.fc/bias", "b.fc/u", "b.fc/v"] == [p.id for p in second.parameters]
    assert ((), ["c/kernel", "c/g"]) == (third.parameters, [p.id for p in third.omitted])


@pytest.mark.parametrize(("kind", "rows"), [("conv2d", 5), ("conv2d_transpose", 5)])
def test_rows_are_outputs(planned: Planned, kind: str, rows: int) -> None:
    """U has an element for each output channel, which a transposed kernel has on its second axis."""
    layer = f"{{type: {kind}, filters: 5, kernel_size: 2, kernel_norm: spectral_norm}}"
    plan = planned(f"input: [3, 9, 9]\nlayers: [{layer}]")

    assert [(rows,), (3 * 4,)] == [p.shape for p in plan.parameters[2:]]
