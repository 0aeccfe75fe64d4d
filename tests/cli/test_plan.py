"""``winitgen plan``: it shows every decision and draws nothing."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Winitgen


def test_shows_every_parameter_and_who_chose_its_scheme(winitgen: Winitgen, spec: Path) -> None:
    """The table names the formula in numbers and the activation it follows."""
    run = winitgen("plan", spec)

    rows = [line.split("  ") for line in run.out.splitlines()[1:5]]
    assert ["fc.weight", "fc.bias", "out.weight", "out.bias"] == [row[0] for row in rows]
    assert ["auto: relu", "auto: relu", "auto: linear", "auto: linear"] == [row[-1].strip() for row in rows]
    assert "he_normal std = sqrt(2/3) = 0.8165" in run.out
    assert "xavier_normal std = sqrt(2/(4+2)) = 0.5774" in run.out


def test_a_convolution_before_norm_and_relu_gets_he_and_no_bias(winitgen: Winitgen, tmp_path: Path) -> None:
    """The plan shows He for the kernel, 0 for the bias before the norm, and Xavier for the classifier."""
    spec = tmp_path / "conv.yaml"
    spec.write_text(
        "input: [3, 8, 8]\nlayers:\n"
        "  - {name: conv, type: conv2d, filters: 4, kernel_size: 3}\n"
        "  - {name: bn, type: batch_norm, activation: relu}\n"
        "  - {type: flatten}\n"
        "  - {name: hidden, type: dense, units: 5, activation: relu}\n"
        "  - {name: fc, type: dense, units: 2}\n"
    )

    plan = {row["name"]: row for row in json.loads(winitgen("plan", spec, "--json").out)["tensors"]}

    assert ("he_normal", "auto: relu at bn") == (plan["conv.weight"]["scheme"], plan["conv.weight"]["why"])
    assert ("zeros", "auto: relu at bn, after a norm") == (
        plan["conv.bias"]["scheme"],
        plan["conv.bias"]["why"],
    )
    assert ("constant", "0.01") == (plan["hidden.bias"]["scheme"], plan["hidden.bias"]["formula"])
    assert ("xavier_normal", "zeros") == (plan["fc.weight"]["scheme"], plan["fc.bias"]["scheme"])


def test_several_specs_are_checked_in_one_call(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """Valid specs are shown, the mistakes of the others listed; one invalid spec makes the exit code 2."""
    bad = tmp_path / "bad.yaml"
    bad.write_text("input: 3\nlayers: []\n")

    run = winitgen("plan", spec, bad, spec)

    assert 2 == run.code
    assert [f"{spec}:"] * 2 == [line for line in run.out.splitlines() if line.endswith("model.yaml:")]
    assert f"{bad}:2:9: layers: expected a list of one or more layers, not an empty list\n" == run.err


def test_json_has_the_key_of_every_parameter(winitgen: Winitgen, spec: Path) -> None:
    """The plan as JSON has all that decides the values: id, fans, std and key."""
    row = json.loads(winitgen("plan", spec, "--json", "--seed", "7").out)["tensors"][0]

    # The first 16 bytes of the SHA-256 of "winitgen/1\n7\nfc/kernel", by sha256sum.
    assert (["fc/kernel"], ["cf128d0ac9be227a710106502b23777e"]) == (row["ids"], row["keys"])
    assert (3, 4, (2 / 3) ** 0.5) == (row["fan_in"], row["fan_out"], row["planned"]["std"])
    assert row["measured"] is None


def test_ids_for_those_who_write_rules(winitgen: Winitgen, tmp_path: Path) -> None:
    """`--ids` has a row for each parameter, also where several are one tensor; the totals are as without it."""
    spec = tmp_path / "attention.yaml"
    spec.write_text(
        "input: [5, 4]\ndefaults: {use_bias: false}\nlayers:\n"
        "  - {name: att, type: multi_head_attention, heads: 2, fused: true}\n"
        "  - {name: fc, type: dense, units: 3, use_bias: true}\n"
    )

    run = winitgen("plan", spec, "--ids")

    assert 0 == run.code
    assert [
        "id                 type                  tensor",
        "att.query/kernel   multi_head_attention  att.qkv.weight",
        "att.key/kernel     multi_head_attention  att.qkv.weight",
        "att.value/kernel   multi_head_attention  att.qkv.weight",
        "att.output/kernel  multi_head_attention  att.output.weight",
        "fc/kernel          dense                 fc.weight",
        "fc/bias            dense                 fc.bias",
        "",
        "4 tensors, 79 values, 316 B, seed 0, torch layout",
        "multiply-adds a sample: 580",
    ] == run.out.splitlines()
    assert winitgen("plan", spec, "--json").out == winitgen("plan", spec, "--json", "--ids").out


def test_a_dtype_by_another_name(winitgen: Winitgen, spec: Path) -> None:
    """`--dtype` suggests the number format that another program's name means, or lists all."""
    run, other = winitgen("plan", spec, "--dtype", "bf16"), winitgen("plan", spec, "--dtype", "posit")

    assert (2, 2) == (run.code, other.code)
    assert (
        "winitgen plan: --dtype: unknown dtype 'bf16'; did you mean 'bfloat16'?" == (run.err.splitlines()[-1])
    )
    assert (
        "winitgen plan: --dtype: unknown dtype 'posit'; the dtypes are float64, float32, float16, "
        "bfloat16, float8_e4m3fn, float8_e5m2, float8_e4m3fnuz, float8_e5m2fnuz"
    ) == other.err.splitlines()[-1]


def test_values_that_are_not_trained(winitgen: Winitgen, spec: Path) -> None:
    """Below the totals: what is trained, what is in buffers, what is tied. Where all is trained, there is no such line."""
    run = winitgen("plan", "specs/resnet18.yaml")

    assert (
        "\nvalues: 11,689,512 trainable, 9,620 in buffers; 46.8 MB of float32, 160 B of int64\n"
        "multiply-adds a sample: 1,814,073,344\n"
    ) in run.out
    assert "values:" not in winitgen("plan", spec).out


def test_multiply_adds_that_are_unknown(winitgen: Winitgen, tmp_path: Path) -> None:
    """There is no line about them, and in JSON they are null, as in `summary`."""
    spec = tmp_path / "tensors.yaml"
    spec.write_text("layers: [{name: w, type: param, shape: [3, 4], init: normal}]\n")

    assert "multiply-adds" not in winitgen("plan", spec).out
    assert json.loads(winitgen("plan", spec, "--json").out)["totals"]["multiply_adds"] is None


def test_tied_values_count_once(winitgen: Winitgen) -> None:
    """The head of GPT-2 has the values of its embedding; the plan of two specs has the line of each."""
    run = winitgen("plan", "specs/gpt2.yaml", "specs/mlp.yaml")

    assert "\nvalues: 120,576 trainable, 16,384 tied, which are counted once; 482 kB of float32\n" in run.out
    assert 1 == run.out.count("values: ")


def test_totals_in_json(winitgen: Winitgen) -> None:
    """The JSON has the numbers of both lines below the table, and those of `summary`."""
    totals = json.loads(winitgen("plan", "specs/resnet18.yaml", "--json").out)["totals"]
    summed = json.loads(winitgen("summary", "specs/resnet18.yaml", "--json").out)["totals"]

    assert {"tensors", "elements", "bytes", "trainable", "buffers", "tied", "multiply_adds"} == set(totals)
    assert (11_689_512, 9_620, 0) == (totals["trainable"], totals["buffers"], totals["tied"])
    assert all(totals[key] == summed[key] for key in ("trainable", "buffers", "tied", "multiply_adds"))
