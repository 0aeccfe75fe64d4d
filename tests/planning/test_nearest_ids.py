"""The ids that a rule names if its pattern matches nothing."""

from collections.abc import Callable

import pytest

from winitgen.errors import SpecError
from winitgen.planning.nearest_ids import nearest
from winitgen.planning.plan import Plan

Planned = Callable[..., Plan]

BLOCKS = """
input: [16, 64]
rules: [{match: "%s", init: zeros}]
layers:
  - type: repeat
    times: 12
    name: b{i}
    layers:
      - {name: norm1, type: layer_norm}
      - {name: attn, type: multi_head_attention, heads: 4}
      - {name: mlp.0, type: dense, units: 64, activation: gelu}
      - {name: mlp.2, type: dense, units: 64}
"""


@pytest.mark.parametrize(
    ("match", "advice"),
    [
        pytest.param("b1.mlp.0/kernal", "; did you mean 'b1.mlp.0/kernel'?", id="a typo"),
        pytest.param("B7.MLP.2/KERNEL", "; did you mean 'b7.mlp.2/kernel'?", id="another case"),
        pytest.param(
            "*/mlp.?/bias", "; did you mean 'b0.mlp.0/bias'?", id="a slash for a dot, in one of 12 blocks"
        ),
        pytest.param("*.mpl.0/kernel", "; did you mean 'b0.mlp.0/kernel'?", id="a typo beside a star"),
        pytest.param(
            "b9.attn.*/kernle",
            "; did you mean 'b9.attn.query/kernel', 'b9.attn.key/kernel' or 'b9.attn.value/kernel'?",
            id="several alike, of the block that the pattern names",
        ),
        pytest.param("norm1.*/beta", "; did you mean 'b0.norm1/beta'?", id="a part too much"),
        pytest.param("zzzz*", "; `winitgen plan --ids` lists the ids", id="nothing alike"),
        pytest.param("?/?", "; `winitgen plan --ids` lists the ids", id="hardly a literal"),
        pytest.param("*.weight", "; ids end in a role; try '*/kernel'", id="a tensor's ending"),
    ],
)
def test_a_rule_names_ids_like_its_pattern(planned: Planned, match: str, advice: str) -> None:
    """The message names up to three ids, one of those that differ only in a number, else how to list them."""
    with pytest.raises(SpecError) as caught:
        planned(BLOCKS % match)

    assert f"model.yaml:3:17: rules[0].match: this rule matches no parameter: '{match}'{advice}" == str(
        caught.value
    )


def test_at_most_three() -> None:
    """Of many ids alike, three are named."""
    ids = [f"block{letter}.attention/kernel" for letter in "abcdefgh"]

    assert ids[:3] == nearest("*.attention/kernal", ids)
    assert [] == nearest("*", ids)
    assert [] == nearest("anything", [])


def test_a_two_of_two(planned: Planned) -> None:
    """Two ids are joined by `or`."""
    with pytest.raises(SpecError) as caught:
        planned("""
input: 4
rules: [{match: "f?/kernal", init: zeros}]
layers: [{name: fa, type: dense, units: 4}, {name: fb, type: dense, units: 4}]
""")

    assert str(caught.value).endswith("'f?/kernal'; did you mean 'fa/kernel' or 'fb/kernel'?")
