"""Variables that are more than numbers, where they can be used, and what replaces them."""

from collections.abc import Callable
from typing import Any

import pytest

import winitgen
from winitgen.errors import SpecError, UsageError
from winitgen.planning.plan import Plan
from winitgen.spec.replacements import parse_variable

Planned = Callable[..., Plan]

KINDS = """
input: [3, 16, 16]
vars:
  depth: 2
  bias: false
  act: relu
  kernel: [3, 5]
  scheme: {scheme: normal, std: "${1 / (2 * depth)}"}
  leaky: {name: leaky_relu, slope: 0.2}
  both: [a, b]
  shapes: [["${depth}", 1], {deep: [7, 9]}]
layers:
  - {name: a, type: conv2d, filters: 4, kernel_size: "${kernel}", padding: same, use_bias: "${bias}", init: "${scheme}"}
  - {name: b, type: conv2d, filters: 4, kernel_size: "${shapes[1].deep}", padding: same, activation: "${leaky}"}
  - {name: sum, type: add, from: "${both}", activation: "${act}"}
  - {name: "${act}-${depth}", type: conv2d, filters: "${shapes[0][0]}", kernel_size: 1}
"""

MAPPINGS = """
input: [9, 12]
vars:
  norm: {type: weight_norm, names: hooks}
  ties: {kernel: a, bias: a}
  names: {query: q}
layers:
  - {name: a, type: dense, units: 12, kernel_norm: "${norm}"}
  - {name: b, type: dense, units: 12, kernel_norm: "${norm}", tied_to: "${ties}"}
  - {name: att, type: multi_head_attention, heads: 2, names: "${names}"}
"""


def test_kinds_of_variables(planned: Planned) -> None:
    """A number, true or false, text, a list or a mapping stands wherever such a value is expected."""
    plan = planned(KINDS)

    assert [("a/kernel", (4, 3, 3, 5)), ("b/kernel", (4, 4, 7, 9)), ("b/bias", (4,))] == [
        (p.id, p.shape) for p in plan.parameters[:3]
    ]
    assert (0.25, "relu-2/kernel", (2, 4, 1, 1)) == (
        plan.parameters[0].std,
        plan.parameters[3].id,
        plan.parameters[3].shape,
    )
    assert "leaky_relu" in plan.parameters[1].why


def test_a_mapping_where_a_layer_has_keys_of_its_own(planned: Planned) -> None:
    """The names of parts, the roles that are tied and the norm of a kernel may be mappings of variables."""
    plain = """
input: [9, 12]
layers:
  - {name: a, type: dense, units: 12, kernel_norm: {type: weight_norm, names: hooks}}
  - {name: b, type: dense, units: 12, kernel_norm: {type: weight_norm, names: hooks}, tied_to: {kernel: a, bias: a}}
  - {name: att, type: multi_head_attention, heads: 2, names: {query: q}}
"""

    assert planned(plain).spec == planned(MAPPINGS).spec
    assert "att.q/kernel" in [parameter.id for parameter in planned(MAPPINGS).parameters]


def test_variables_leave_no_trace(planned: Planned) -> None:
    """The recipe has the values, not the variables: two spellings of one model have one canonical spec."""
    plain = """
input: [3, 16, 16]
layers:
  - {name: a, type: conv2d, filters: 4, kernel_size: [3, 5], padding: same, use_bias: false, init: {scheme: normal, std: 0.25}}
  - {name: b, type: conv2d, filters: 4, kernel_size: [7, 9], padding: same, activation: {name: leaky_relu, slope: 0.2}}
  - {name: sum, type: add, from: [a, b], activation: relu}
  - {name: relu-2, type: conv2d, filters: 2, kernel_size: 1}
"""

    assert planned(plain).spec == planned(KINDS).spec


def test_variables_of_a_group(planned: Planned) -> None:
    """A group and a residual have variables of their own, in their names too; they end with it."""
    plan = planned("""
input: 8
vars: {n: 3}
layers:
  - {type: group, name: "g${n}", vars: {n: 5, m: "${n + 1}"}, layers: [{name: a, type: dense, units: "${m}"}]}
  - type: residual
    vars: {n: 6}
    layers: [{name: b, type: dense, units: "${n}"}]
  - {name: c, type: dense, units: "${n}"}
""")

    assert [("g5.a/bias", (6,)), ("b/bias", (6,)), ("c/bias", (3,))] == [
        (p.id, p.shape) for p in plan.parameters if p.role == "bias"
    ]


def test_a_mistake_in_a_variable_is_reported_once(planned: Planned) -> None:
    """What uses a variable with a mistake has none of its own."""
    text = """
input: 8
vars: {stages: [{width: "${wide}"}], first: "${stages[0].width}"}
layers:
  - {name: a, type: dense, units: "${stages[0].width + first}"}
  - {type: repeat, over: "${stages}", name: "b${width}", layers: [{type: dense, units: "${width}"}]}
"""
    with pytest.raises(SpecError) as caught:
        planned(text)

    assert ["vars.stages[0].width: no variable 'wide' in 'vars'"] == [
        f"{m.path}: {m.message}" for m in caught.value.mistakes
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("d=128", 128),
        ("d=1e-3", 0.001),
        ("d=0x10", 16),
        ("d=true", True),
        ("d=false", False),
        ("d=wide", "wide"),
        ("d=a=b", "a=b"),
    ],
)
def test_set(text: str, expected: object) -> None:
    """What follows --set is a name and a number, true or false, or text."""
    name, value = parse_variable(text)

    assert ("d", expected, type(expected)) == (name, value, type(value))


@pytest.mark.parametrize("text", ["d", "d=", "d=.inf", "d=.nan", "d=~"])
def test_set_refused(text: str) -> None:
    """Anything else is refused, with an example."""
    with pytest.raises(UsageError) as caught:
        parse_variable(text)

    assert f"--set takes VAR=VALUE, such as d=128 or bias=false, not '{text}'" == str(caught.value)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("9" * 70, "the number has 70 characters; at most 64 are allowed"),
        ("1e-400", "1e-400 is too small for float64, whose smallest number is 5e-324; write 0"),
    ],
)
def test_set_to_a_number_out_of_range(number: str, reason: str) -> None:
    """The reason is that of a number in a layer-spec."""
    with pytest.raises(UsageError) as caught:
        parse_variable(f"d={number}")

    assert f"--set 'd': {reason}" == str(caught.value)


def test_replaced_by_a_value_of_the_same_kind(planned: Planned) -> None:
    """A call replaces a number, true or false, and text, each by its own kind."""
    plan = planned(KINDS, {"depth": 3, "bias": True, "act": "tanh"})

    assert ["a/kernel", "a/bias", "b/kernel", "b/bias", "tanh-3/kernel", "tanh-3/bias"] == [
        p.id for p in plan.parameters
    ]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("depth", "deep", "the variable 'depth' is a number in the spec; 'deep' cannot replace it"),
        ("depth", True, "the variable 'depth' is a number in the spec; true cannot replace it"),
        ("bias", 0, "the variable 'bias' is true or false in the spec; 0 cannot replace it"),
        ("act", 3, "the variable 'act' is text in the spec; 3 cannot replace it"),
        ("kernel", 3, "the variable 'kernel' is a list in the spec; only numbers, text, true and false can be replaced, by the same"),
        ("leaky", "relu", "the variable 'leaky' is a mapping in the spec; only numbers, text, true and false can be replaced, by the same"),
        ("depth", (3, 3), "the variable 'depth' is a number in the spec; only numbers, text, true and false can be replaced, by the same"),
        ("kernel", (3, 3), "the variable 'kernel' is a list in the spec; only numbers, text, true and false can be replaced, by the same"),
    ],
)  # fmt: skip
def test_not_replaced_by_another_kind(planned: Planned, name: str, value: Any, message: str) -> None:
    """A value of another kind is most likely a slip, and a list or a mapping is never replaced."""
    with pytest.raises(UsageError) as caught:
        planned(KINDS, {name: value})

    assert message == str(caught.value)


@pytest.mark.parametrize("own", ["~", "'${1 / n}'"])
def test_a_variable_without_a_value_can_be_replaced(planned: Planned, own: str) -> None:
    """What is empty, or a mistake, without the call is none with it."""
    text = f"input: 8\nvars: {{n: 0, d: {own}}}\nlayers: [{{name: a, type: dense, units: '${{d}}'}}]"

    assert (5, 8) == planned(text, {"d": 5}).parameters[0].shape


def test_a_mapping_in_python() -> None:
    """A spec given as a mapping has lists and mappings as they are."""
    spec = {
        "input": 8,
        "vars": {"stages": [{"width": 4, "bias": True}, {"width": 2, "bias": False}]},
        "layers": [
            {
                "type": "repeat",
                "over": "${stages}",
                "name": "a{i}",
                "layers": [{"name": "fc", "type": "dense", "units": "${width}", "use_bias": "${bias}"}],
            }
        ],
    }

    assert ["a0.fc.weight", "a0.fc.bias", "a1.fc.weight"] == list(winitgen.generate(spec))


def test_mappings_wherever_a_mapping_may_be(planned: Planned) -> None:
    """The inputs, the outputs, tokens and other names are those of a mapping in a variable."""
    plan = planned(
        """\
        vars:
          inputs: {image: [5, 8], text: {tokens: 3}}
          tokens: {tokens: 3}
          outputs: {seen: attn, read: words}
          names: {query: q, output: o}
        input: ${inputs}
        outputs: ${outputs}
        layers:
          - {name: attn, type: multi_head_attention, heads: 2, names: "${names}", from: image}
          - {name: words, type: embedding, count: 7, dim: 2, from: text}
        """
    )

    assert {"image", "text"} == set(plan.inputs)
    assert ["seen", "read"] == [output.name for output in plan.stated_outputs]
    assert ["attn.q/kernel", "attn.o/kernel"] == [
        parameter.id for parameter in plan.parameters if parameter.id.endswith(("q/kernel", "o/kernel"))
    ]


def test_a_single_input_of_tokens_by_a_variable(planned: Planned) -> None:
    """``input: ${tokens}`` is the input that the mapping says."""
    plan = planned(
        """\
        vars: {tokens: {tokens: 3}}
        input: ${tokens}
        layers: [{name: words, type: embedding, count: 7, dim: 2}]
        """
    )

    assert [True] == [flow.tokens for flow in plan.inputs.values()]


NOTHING = """
vars: {pad: null, dims: [3, null], last: 2}
input: {tokens: 4}
layers:
  - {name: embed, type: embedding, count: 10, dim: 4, padding_index: "${pad}"}
  - type: repeat
    times: 2
    name: "{i}"
    layers:
      - {name: fc, type: dense, units: 4, activation: "${'relu' if i == 1 else null}", init: "${null}"}
  - {name: out, type: dense, units: 3, when: "${dims[1] == null and dims[0] != null}"}
"""


def test_an_option_that_is_null_is_as_if_it_were_not_written(planned: Planned) -> None:
    """Null, by a variable or in an expression, leaves the option at its default; a number in its place is heeded."""
    table, *_ = planned(NOTHING).parameters
    padded, *rest = planned(NOTHING, {"pad": 1}).parameters
    schemes = {parameter.id: parameter.scheme for parameter in rest}

    assert (None, (4, 8)) == (table.zeroed, padded.zeroed)
    assert ("xavier_normal", "he_normal") == (schemes["0.fc/kernel"], schemes["1.fc/kernel"])
    assert "out/kernel" in schemes


def test_a_required_option_cannot_be_null(planned: Planned) -> None:
    """What a layer needs is not left out by a variable."""
    with pytest.raises(SpecError, match=r"units: expected a whole number from 1 to 2\^40, not nothing"):
        planned("vars: {d: null}\ninput: 3\nlayers: [{type: dense, units: '${d}'}]")


NULL = """
seed: "${none[0]}"
dtype: "${none[0]}"
layout: "${of.act}"
model: "${none[0]}"
vars: {none: [null, 2], of: {act: null, deep: [null, {act: null}]}, i_: 0, stages: [{act: relu}, {act: null}]}
input: 6
outputs: "${of.act}"
defaults: %s
rules: %s
layers: [%s]
"""
OF_LAYERS = [
    'activation: "${none[0]}"',
    'activation: "${of.act}"',
    "activation: \"${of['act']}\"",
    'activation: "${of.deep[-2]}"',
    'activation: "${of.deep[1].act}"',
    'activation: "${none[0] if i_ == 0 else 1}"',
    "activation: \"${'relu' if i_ == 1 else of.act}\"",
    'name: "${of.act}"',
    'init: "${ none[i_] }"',
    "use_bias: ~, quirks: null, dtype: ",
    "init: {scheme: auto, gain: null, distribution: '${of.act}'}",
]
OF_OTHERS = [
    ("{type: prelu, per_channel: '${none[0]}'}", "{type: prelu}"),
    (
        "{type: dense, units: 3, activation: {name: leaky_relu, slope: '${of.act}'}}",
        "{type: dense, units: 3, activation: leaky_relu}",
    ),
    (
        "{type: dense, units: 3, kernel_norm: {type: weight_norm, axis: null, names: '${of.act}'}}",
        "{type: dense, units: 3, kernel_norm: weight_norm}",
    ),
    (
        "{type: repeat, times: 2, over: '${of.act}', start: null, index: null, name: 'a{i}', layers: [{type: dense, units: 3}]}",
        "{type: repeat, times: 2, name: 'a{i}', layers: [{type: dense, units: 3}]}",
    ),
    (
        "{type: repeat, times: 2, name: 'a{i}', layers: [{type: dense, units: 3, activation: '${stages[i].act}'}]}",
        "{type: dense, name: a0.dense_0, units: 3, activation: relu}, {type: dense, name: a1.dense_0, units: 3}",
    ),
    (
        "{type: group, name: g, vars: '${of.act}', tied_to: '${none[0]}', layers: [{type: dense, units: 3}]}",
        "{type: group, name: g, layers: [{type: dense, units: 3}]}",
    ),
]


def drawn_by(planned: Planned, text: str) -> list[tuple[object, ...]]:
    """Return what a plan draws: ids, shapes, schemes and scales."""
    return [(p.id, p.shape, p.scheme, p.distribution, p.dtype) for p in planned(text).parameters]


@pytest.mark.parametrize("option", OF_LAYERS)
def test_a_null_inside_a_list_or_mapping_leaves_an_option_out(planned: Planned, option: str) -> None:
    """However an expression gives null, the option is as if it were not written; so are the keys around it."""
    dense = "{type: dense, units: 4%s}"
    without = NULL % ("{}", "[]", dense % "")

    found = drawn_by(planned, NULL % ("{}", "[]", dense % f", {option}"))

    assert found == drawn_by(planned, without)
    assert planned(without).seed == 0


@pytest.mark.parametrize(("null", "without"), OF_OTHERS)
def test_null_leaves_out_options_of_every_kind(planned: Planned, null: str, without: str) -> None:
    """Options that have a default other than none, options inside options, and those of repeats."""
    assert drawn_by(planned, NULL % ("{}", "[]", null)) == drawn_by(planned, NULL % ("{}", "[]", without))


def test_null_leaves_out_the_keys_of_defaults_and_rules(planned: Planned) -> None:
    """The others of the same mapping hold."""
    defaults = "{init: null, bias_init: ones, use_bias: '${none[0]}', distribution: ~, preset: '${of.act}', quirks: null}"
    rule = "{match: '*/kernel', init: ones, type: null, role: '${of.act}'}"
    layer = "{type: dense, units: 4}"

    found = drawn_by(planned, NULL % (defaults, f"[{rule}]", layer))

    wanted = NULL % ("{bias_init: ones}", "[{match: '*/kernel', init: ones}]", layer)
    assert found == drawn_by(planned, wanted)
    assert [one[2] for one in found] == ["ones", "ones"]
    assert drawn_by(planned, NULL % ("'${of.act}'", "'${none[0]}'", layer)) == drawn_by(
        planned, NULL % ("{}", "[]", layer)
    )


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("{type: dense, units: '${of.act}'}", "layers[0].units: expected a whole number from 1 to 2^40, not nothing"),
        ("{type: dense, units: 3, when: '${of.act}'}", "layers[0].when: expected true or false, not nothing"),
        ("{type: dense, units: 3, init: {scheme: '${of.act}'}}", "layers[0].init.scheme: unknown scheme nothing; `winitgen schemes` lists them"),
        ("{type: dense, units: 3, activation: '${of.no}'}", "layers[0].activation: 'of' has no key 'no'; its keys are act, deep"),
        ("{type: dense, units: 3, init: {scheme: constant, value: null}}", "layers[0].init.value: expected a number, not nothing"),
        ("{type: dense, units: 3, nosuch: null}", "layers[0].nosuch: dense has no key 'nosuch'"),
    ],
)  # fmt: skip
def test_what_is_required_is_never_left_out(planned: Planned, layer: str, message: str) -> None:
    """Null in its place is a mistake, and so is an expression that cannot be evaluated."""
    with pytest.raises(SpecError) as error:
        planned(NULL % ("{}", "[]", layer))

    assert message in str(error.value)


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("'4'", "4"),
        ('"true"', "true"),
        ("''", ""),
        ('""', ""),
        ("' a '", " a "),
        ('"it\'s"', "it's"),
        ("4", 4),
        ("'", "'"),
        ("'4", "'4"),
        ("'a'b'", "'a'b'"),
        ("'a\"", "'a\""),
    ],
)
def test_a_value_in_quotes_is_text(given: str, value: str | int) -> None:
    """So a variable that is text can be set to what looks like a number, or to none at all."""
    assert ("n", value) == parse_variable(f"n={given}")
