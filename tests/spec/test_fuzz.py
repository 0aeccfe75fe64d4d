"""Specs broken at random: each is planned or refused, and nothing else ever happens."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from winitgen.errors import SpecError
from winitgen.planning.build import build
from winitgen.spec.document import read_spec
from winitgen.spec.mistakes import Mistakes

ROOT = Path(__file__).parents[2]
TEXTS = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "specs").glob("*.yaml"))]
PIECES = re.split(
    r"  +|\n *",
    """\
    0  -1  2.5  1e-3  .nan  -.inf  1e400  999999999999999999999999999999  true  ~  no  ''  "x"  \u00e9
    [  ]  {  }  :  : ,  - -  ,  #  &a  *a  !  |  >  %  @  `  ?  <<:  ---  []  {}  [1, 2, 3]  {tokens: 3}
    ${  ${1}  ${1 / 0}  ${1if 2else 3}  {i}  input  same  auto  torch  relu  he  uniform  constant  float16
    dense  conv2d  conv1d  embedding  flatten  prelu  param  repeat  concat  residual  {scheme: auto}
    {scheme: he, gain: 0}  {name: elu, alpha: 1e200}  init: he  from: input  inputs: 3  axis: 7  times: 0
    """,
)
PIECES += ["\t", "\n", " ", "\u2028", "\x00"]

edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(PIECES)), min_size=1, max_size=5
)


def broken(text: str, changes: list[tuple[float, int, str]]) -> str:
    """Return ``text`` with fragments in place of a few characters."""
    for where, length, piece in changes:
        start = int(where * len(text))
        text = text[:start] + piece + text[start + length :]
    return text


def plan_or_refuse(content: bytes) -> None:
    """Plan a spec as the command does; a refusal must say something about the file."""
    mistakes = Mistakes("model.yaml")
    spec = read_spec(content, mistakes)
    if spec is not None:
        build(spec, mistakes, seed=spec.seed, dtype=spec.dtype, layout=spec.layout)
        if not mistakes.found:
            return
    with pytest.raises(SpecError, match=r"^model\.yaml"):
        mistakes.raise_if_any()


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(TEXTS), edits)
def test_broken_specs(text: str, changes: list[tuple[float, int, str]]) -> None:
    """Any spec is planned, or refused with a location."""
    plan_or_refuse(broken(text, changes).encode())


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_noise(content: bytes) -> None:
    """Noise is refused."""
    plan_or_refuse(content)
