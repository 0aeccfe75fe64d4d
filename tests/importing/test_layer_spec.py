"""A list of tensors as a layer-spec: read again, it gives the same tensors."""

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from winitgen.errors import SpecError, UsageError
from winitgen.importing.found import FoundTensor
from winitgen.importing.layer_spec import layer_spec
from winitgen.layouts import tensors
from winitgen.load import parse_spec, plan
from winitgen.planning.name_clash import clash
from winitgen.planning.plan import Parameter, Plan
from winitgen.spec.layer_names import DEVICES

NORMAL = {"scheme": "normal", "std": 0.02}


def written(found: Sequence[FoundTensor], dtype: str = "float32") -> str:
    """Return the layer-spec of tensors."""
    return layer_spec(found, model="m", dtype=dtype, heading="From m.safetensors.")


def planned(text: str) -> Plan:
    """Return the plan of a spec's text."""
    return plan(parse_spec(text.encode(), "m.yaml"))


def law(parameter: Parameter) -> tuple[Any, ...]:
    """Return all that says how a parameter is drawn, but for its key."""
    return parameter.scheme, parameter.distribution, parameter.mean, parameter.std


def alone(tensor: FoundTensor, found: Sequence[FoundTensor]) -> tuple[Any, ...]:
    """Return how a tensor is drawn if it stands in a spec by itself, in a mapping made here by hand."""
    targets = {one.name: one for one in found}
    while tensor.tied_to:
        tensor = targets[tensor.tied_to]
    line: dict[str, Any] = {"name": "x", "type": "param", "shape": list(tensor.shape), "dtype": tensor.dtype}
    line["init"] = tensor.init if isinstance(tensor.init, str) else dict(tensor.init)
    if tensor.fans:
        line |= {"fan_in": int(tensor.fans[0]), "fan_out": int(tensor.fans[1])}
    return law(plan({"layers": [line]}).layers[0].parameters[0])


def check(found: Sequence[FoundTensor], text: str) -> None:
    """Compare the tensors of a spec with those that it was made from."""
    parameters = {tensor.name: tensor.parameters[0] for tensor in tensors(planned(text))}
    seen = {name: (parameter.shape, parameter.dtype) for name, parameter in parameters.items()}

    assert {tensor.name: (tensor.shape, tensor.dtype) for tensor in found} == seen
    for tensor in found:
        assert alone(tensor, found) == law(parameters[tensor.name])
        if tensor.tied_to:
            assert parameters[tensor.name].why.startswith("tied to ")


def test_stack_of_layers() -> None:
    """Layers that are alike become a repetition, and a law that many tensors share a variable."""
    found = [
        FoundTensor("model.embed.weight", (11, 4), "float32", NORMAL, "std 0.0199 of 44"),
        *(
            FoundTensor(f"model.layers.{i}.{name}.weight", shape, "float32", NORMAL)
            for i in (0, 1, 10, 2, 3, 4, 5, 6, 7, 8, 9)
            for name, shape in (("q", (4, 4)), ("k", (2, 4)), ("v", (2, 4)))
        ),
        FoundTensor("model.norm.weight", (4,), "float32", "ones"),
        FoundTensor("head.weight", (11, 4), "float32", "zeros", tied_to="model.embed.weight"),
    ]
    text = written(found)

    assert text == (
        "# From m.safetensors.\n"
        "model: m\n"
        "vars:\n"
        "  normal: {scheme: normal, std: 0.02}\n"
        "layers:\n"
        "  - type: group\n"
        "    name: model\n"
        "    layers:\n"
        '      - {name: embed.weight, type: param, shape: [11, 4], init: "${normal}"}  # std 0.0199 of 44\n'
        "      - type: repeat\n"
        "        times: 11\n"
        "        name: layers.{i}\n"
        "        layers:\n"
        '          - {name: q.weight, type: param, shape: [4, 4], init: "${normal}"}\n'
        '          - {name: k.weight, type: param, shape: [2, 4], init: "${normal}"}\n'
        '          - {name: v.weight, type: param, shape: [2, 4], init: "${normal}"}\n'
        "      - {name: norm.weight, type: param, shape: [4], init: ones}\n"
        "  - {name: head.weight, type: param, shape: [11, 4], tied_to: model.embed.weight}\n"
    )
    check(found, text)


def test_std_that_follows_the_layer() -> None:
    """A formula of the layer's number that gives exactly the numbers is written as such."""
    found = [
        FoundTensor(f"h.{i}.{name}", (3, 4), "float32", {"scheme": "normal", "std": std})
        for i in range(5)
        for name, std in (("up", 0.02), ("down", 0.02 / math.sqrt(2 * (i + 1))))
    ]
    text = written(found)

    assert 'init: {scheme: normal, std: "${0.02 / sqrt(2 * (i + 1))}"}' in text
    assert text.count("type: param") == 2
    check(found, text)


def test_std_of_each_layer_its_own() -> None:
    """Numbers without a formula are a list, exact for each layer."""
    stds = [0.0213, 0.0199, 0.0204, 0.0187, 0.0222]
    found = [
        FoundTensor(f"h.{i}.{name}", (3, 4), "float32", {"scheme": "normal", "std": std})
        for i, std in enumerate(stds)
        for name in ("up", "down")
    ]
    text = written(found)

    assert "over: [0.0213, 0.0199, 0.0204, 0.0187, 0.0222]\n    as: std\n" in text
    check(found, text)


def test_experts_in_layers() -> None:
    """A stack inside a stack is a repetition with an index of its own."""
    found = [
        FoundTensor(f"layers.{i}.experts.{e}.{name}.weight", (3, 4), "float32", NORMAL)
        for i in range(3)
        for e in range(4)
        for name in ("up", "gate", "down")
    ]
    text = written(found)

    assert "name: layers.{i}.experts.{j}" in text or "name: experts.{j}" in text
    assert text.count("type: param") == 3
    check(found, text)


def test_ties_inside_a_stack() -> None:
    """A tie inside each layer is named from where it stands, one to the outside by the whole name."""
    found = [FoundTensor("emb.weight", (3, 4), "float32", NORMAL)]
    for i in range(3):
        found += [
            FoundTensor(f"h.{i}.a.weight", (3, 4), "float32", NORMAL),
            FoundTensor(f"h.{i}.b.weight", (3, 4), "float32", NORMAL, tied_to=f"h.{i}.a.weight"),
            FoundTensor(f"h.{i}.c.weight", (3, 4), "float32", NORMAL, tied_to="emb.weight"),
        ]
    text = written(found)

    assert text.count("type: param") == 4
    check(found, text)


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (
            [FoundTensor("dense/kernel:0", (2,), "float32", "zeros")],
            (
                "m: 'dense/kernel:0': the name of a tensor must consist of letters, digits, '_' and '-', "
                "in segments joined by '.'; rename it in the source"
            ),
        ),
        (
            [FoundTensor("a.b", (2,), "float32", "zeros"), FoundTensor("a", (2,), "float32", "zeros")],
            "m: 'a': this tensor and 'a.b' cannot both be stored in one file; rename one of them in the source",
        ),
        (
            [FoundTensor("a", (2,), "complex64", "zeros")],
            (
                "m: 'a': no layer draws complex64; save the tensor in one of float64, float32, float16, bfloat16, "
                "float8_e4m3fn, float8_e5m2, float8_e4m3fnuz, float8_e5m2fnuz, int64, int32, int16, "
                "int8, uint64, uint32, uint16, uint8, bool"
            ),
        ),
        (
            [FoundTensor("a", (1,) * 9, "float32", "zeros")],
            "m: 'a': a shape of 9 axes; at most 8 can be drawn, so reshape the tensor in the source",
        ),
        (
            [
                FoundTensor("g.a", (2,), "float32", "zeros", tied_to="b"),
                FoundTensor("g.b", (2,), "float32", "zeros"),
                FoundTensor("b", (2,), "float32", "zeros"),
            ],
            "m: 'g.a': tied to 'b', which cannot be named from here; leave the tie out",
        ),
    ],
)
def test_refused(found: list[FoundTensor], message: str) -> None:
    """What a layer-spec cannot hold is one mistake for each tensor."""
    with pytest.raises(SpecError) as caught:
        written(found)

    assert message == str(caught.value)


def test_fraction_of_a_fan() -> None:
    """A param takes whole fans."""
    with pytest.raises(UsageError) as caught:
        written([FoundTensor("a", (2, 2), "float32", "he", fans=(2.5, 2))])

    assert str(caught.value) == "a has a fan of 2.5, but a param takes whole numbers; give its std instead"


def test_nothing() -> None:
    """A file without a tensor has no layer-spec."""
    with pytest.raises(UsageError) as caught:
        written([])

    assert str(caught.value) == "m holds no tensor"


SEGMENTS = st.sampled_from(
    [
        "a",
        "b",
        "layer",
        "h0",
        "input",
        "null",
        "no",
        "-x",
        "1e5",
        "y",
        "weight",
        "0x1",
        "_",
        "A-b",
        "00",
        "1.5",
    ]
) | st.integers(0, 4).map(str)
NUMBERS = st.floats(1e-20, 1e20) | st.sampled_from([0.02, 1.0, 1e-5, 3.0])
INITS = st.one_of(
    st.sampled_from(["zeros", "ones", "xavier_uniform", "he_normal"]),
    st.builds(lambda std: {"scheme": "normal", "std": std}, NUMBERS),
    st.builds(lambda mean, std: {"scheme": "normal", "mean": mean, "std": std}, NUMBERS, NUMBERS),
    st.builds(lambda end: {"scheme": "uniform", "low": -end, "high": end}, NUMBERS),
    st.builds(
        lambda std, correct: {
            "scheme": "truncated_normal",
            "std": std,
            "bounds": [-1.5, 2],
            "correct": correct,
        },
        NUMBERS,
        st.booleans(),
    ),
    st.builds(lambda value: {"scheme": "constant", "value": value}, NUMBERS),
)
SHAPES = st.lists(st.integers(1, 3), max_size=3).map(tuple)


@st.composite
def models(draw: st.DrawFn) -> list[FoundTensor]:
    """Return tensors of which many are alike: templates of folders, repeated under numbers."""
    laws = draw(st.lists(INITS, min_size=1, max_size=3))
    dtypes = st.sampled_from(["float32", "float32", "float32", "bfloat16"])
    found: dict[str, FoundTensor] = {}
    for _ in range(draw(st.integers(1, 4))):
        prefix = draw(st.lists(SEGMENTS, max_size=3))
        endings = st.lists(SEGMENTS, min_size=1, max_size=3)
        kinds = st.sampled_from(["alike", "alike", "own", "formula"])
        inside = draw(
            st.lists(st.tuples(endings, SHAPES, st.sampled_from(laws), dtypes, kinds), min_size=1, max_size=3)
        )
        first = draw(st.integers(0, 9))
        for number in draw(st.permutations(range(first, first + draw(st.integers(1, 6))))):
            for ending, shape, law, dtype, kind in inside:
                name = ".".join([*prefix, *draw(st.sampled_from([[str(number)]] * 4 + [[]])), *ending])
                stds = {"own": draw(NUMBERS), "formula": 0.02 / math.sqrt(2 * (number + 1))}
                init = law if kind == "alike" else {"scheme": "normal", "std": stds[kind]}
                found[name] = FoundTensor(name, shape, dtype, init, "evidence: a # b", (3, 5))
    names: list[str] = []
    for name in found:
        if (
            name not in ("input", "")
            and not set(name.lower().split(".")) & DEVICES
            and not clash([*names, name])
        ):
            names.append(name)
    return [found[name] for name in names]


def ties(found: list[FoundTensor], draw: st.DataObject) -> list[FoundTensor]:
    """Return the tensors, one of them tied to another of its shape if there is one."""
    made = list(found)
    for _ in range(2):
        place = draw.draw(st.integers(0, len(made) - 1))
        one = made[place]
        fitting = [
            two.name
            for two in made
            if two.name != one.name
            and (two.shape, two.dtype) == (one.shape, one.dtype)
            and two.tied_to is None
        ]
        if fitting and not any(other.tied_to == one.name for other in made):
            made[place] = one._replace(tied_to=draw.draw(st.sampled_from(fitting)))
    return made


@settings(max_examples=150, deadline=None)
@given(models(), st.data())
def test_round_trip(found: list[FoundTensor], data: st.DataObject) -> None:
    """Read again, a spec has the same names, shapes, formats and schemes; but for ties that no text names."""
    if not found:
        return
    found = ties(found, data)
    try:
        text = written(found, data.draw(st.sampled_from(["float32", "bfloat16"])))
    except SpecError as error:
        assume("cannot be named from here" not in str(error))
        raise
    check(found, text)


def test_names_that_clash_are_told_within_the_limit() -> None:
    """Each name that clashes with an earlier one, for the first hundred; those that are left out clash with none."""
    names = [name for number in range(3_000) for name in (f"n{number}.w", f"N{number}.W", f"n{number}.w.v")]
    with pytest.raises(SpecError) as caught:
        written([FoundTensor(name, (2,), "float32", "zeros") for name in names])

    lines = str(caught.value).splitlines()
    beginning = "this tensor and 'n0.w' cannot both be stored in one file; rename one of them in the source"
    assert [f"m: 'N0.W': {beginning}", f"m: 'n0.w.v': {beginning}"] == lines[:2]
    assert (101, "m: 5,900 more tensors have a mistake") == (len(lines), lines[-1])


def test_one_more_mistake() -> None:
    """The last line counts in words."""
    with pytest.raises(SpecError, match=r"\nm: 1 more tensor has a mistake$"):
        written([FoundTensor(f"a b{number}", (2,), "float32", "zeros") for number in range(101)])


def test_very_many_laws_that_vary() -> None:
    """Each option that varies from layer to layer has a variable of its own, however many there are."""
    found = [
        FoundTensor(
            f"h.{layer}.w{place}x",
            (2,),
            "float32",
            {"scheme": "normal", "std": 0.01 + 0.001 * layer**2 + 1e-7 * place},
        )
        for layer in range(3)
        for place in range(1_003)
    ]
    text = written(found)

    assert "std_1003" in text
    assert {tensor.name for tensor in found} == {tensor.name for tensor in tensors(planned(text))}
