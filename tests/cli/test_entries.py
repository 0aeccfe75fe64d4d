"""The commands that list the catalog, with a name: one entry."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Winitgen
from tests.cli.in_process import run_here
from winitgen.catalog.schemes import SCHEMES
from winitgen.report.scheme_example import scheme_example

HE = """\
scheme      he
formula     variance 2 / fan_in, the default distribution
paper       He, Zhang, Ren & Sun 2015, eq. 10
also        kaiming
fan         fan_in
chosen for  relu, relu6, relu2, leaky_relu, prelu, elu, gelu, silu, quick_gelu, mish, softplus, hard_swish
example     {scheme: he} for a kernel of 500 x 500: std = sqrt(2/500) = 0.06325

                           ▃▆▇█▇▆▃
                         ▂▇███████▇▂
                        ▅███████████▅
                      ▃███████████████▃
                    ▂▇█████████████████▇▂
                  ▃▆█████████████████████▆▃
          ▁▁▁▂▃▄▆███████████████████████████▆▄▃▂▁▁▁
-------------------------------------------------------------
-0.2846                       0                        0.2846

option        takes """


def test_a_scheme_has_its_picture(here: Winitgen) -> None:
    """The facts, the density of what it draws, and the options."""
    run = here("schemes", "he")

    assert (0, "") == (run.code, run.err)
    assert run.out.startswith(HE)
    assert run == here("schemes", "kaiming")


def test_an_ascii_stream_has_an_ascii_picture(tmp_path: object) -> None:
    """Where blocks cannot be encoded, other characters stand for them."""
    out = run_here("schemes", "he_uniform", cwd=tmp_path, encoding="ascii").out  # type: ignore[arg-type]

    assert out.isascii()
    assert f"    {'@' * 53}\n" in out


def test_a_scheme_as_json(here: Winitgen) -> None:
    """What the text says, as an object."""
    found = json.loads(here("schemes", "siren", "--json").out)["entry"]

    assert ("siren", "Sitzmann et al. 2020, 3.2") == (found["scheme"], found["paper"])
    assert ["w0", "first"] == [option["option"] for option in found["options"]]
    assert {"scheme": "siren", "w0": 30} == found["example"]["init"]
    assert "uniform" == found["example"]["density"]["kind"]


@pytest.mark.parametrize("name", SCHEMES)
def test_every_scheme_can_be_shown(name: str, here: Winitgen) -> None:
    """Those that draw a dense kernel from a known density have a picture, whose highest bar is as high as it."""
    run = here("schemes", name)
    drawn = SCHEMES[name].mode or name in ("normal", "uniform", "truncated_normal", "trunc_normal", "siren")

    assert (0, "") == (run.code, run.err)
    assert f"scheme   {name}\n".split() == run.out.splitlines()[0].split()
    assert (scheme_example(name) is not None) == ("\n-----" in run.out)
    assert not drawn or "█" in run.out


ENTRIES = {
    "activations swish": ["activation     silu", "gain           1.67653", "also           swish"],
    "activations leaky_relu": [
        "gain           1.41414",
        "slope   a number  0.01     Slope for negative values",
    ],
    "layers dense": ["type  dense", "what  Fully connected: y = f(W x + b) on the last axis."],
    "presets torch": ["preset   torch", "of       the layers of torch.nn"],
    "families llama": [
        "family       Llama (Touvron et al. 2023)",
        "paper        The paper states no initialization.",
    ],
    "formats npz": ["endings  .npz", "pipe     no", "recipe   yes"],
}


@pytest.mark.parametrize("call", ENTRIES)
def test_the_other_catalogs(call: str, here: Winitgen) -> None:
    """One form serves all: facts first, then a table."""
    run = here(*call.split())

    assert 0 == run.code
    assert [line for line in ENTRIES[call] if line in run.out.splitlines()] == ENTRIES[call]
    assert json.loads(here(*call.split(), "--json").out)


UNKNOWN = {
    "schemes gaussian": "unknown scheme 'gaussian'; did you mean 'normal'?",
    "schemes kaimingg": "unknown scheme 'kaimingg'; did you mean 'kaiming'?",
    "schemes xyz": "unknown scheme 'xyz'; `winitgen schemes` lists them",
    "activations gelu_new": "unknown activation 'gelu_new'; did you mean 'gelu'?",
    "activations xyz": "unknown activation 'xyz'; `winitgen activations` lists them",
    "families lama": "unknown family 'lama'; did you mean 'llama'?",
    "families xyz": "unknown family 'xyz'; `winitgen families` lists them",
    "formats saftensors": "unknown format 'saftensors'; did you mean 'safetensors'?",
    "formats xyz": "unknown format 'xyz'; `winitgen formats` lists them",
}


@pytest.mark.parametrize("call", UNKNOWN)
def test_an_entry_nobody_knows(call: str, here: Winitgen) -> None:
    """The message names the closest one, or the command that lists them."""
    assert (2, "", f"winitgen: {UNKNOWN[call]}\n") == here(*call.split())
