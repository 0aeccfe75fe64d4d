"""Models of transformers as layer-specs: the library's own file, without a template of the family."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.families.traced import TracedType
from winitgen.errors import SpecError
from winitgen.importing.trace import of_config

KINDS = {
    "xglm": "a decoder that leaves its rows of positions out",
    "funnel": "an encoder with a table of its own",
    "pegasus": "an encoder and decoder, tied, with sinusoids that are stored and rows of zeros",
    "fsmt": "a translator with a row of zeros in sinusoids, and tables of two languages",
    "poolformer": "vision, with scales of channels",
    "mobilenet_v2": "convolutions with batch norms, by fan_out",
    "falcon_mamba": "a state-space model",
    "qwen3_next": "a gated delta rule, whose decay is the logarithm of a uniform law",
    "jetmoe": "experts in one tensor",
    "deformable_detr": "offsets of samples that are computed, and buffers",
    "electra": "rows of padding, and a head tied to its words",
    "sam": "tensors that the file names differently, and a random matrix of positions",
}


@pytest.mark.parametrize("name", KINDS)
def test_the_trace_is_the_librarys_own_file(
    torch: ModuleType, transformers: ModuleType, tmp_path: Path, name: str
) -> None:
    """Names, shapes and formats are equal, and the library's values follow the traced laws."""
    kind, words = TracedType(torch, transformers, name, tmp_path).measured()

    assert "equal" == kind, words


PLANTED = {
    "std: 0.02": "std: 0.021",
    "padding_index: 0, ": "",
    "init: ones": "init: zeros",
    "LayerNorm.bias": "LayerNorm.beta",
    "init: zeros": "init: {scheme: constant, value: 0.001}",
}


@pytest.mark.parametrize("right", PLANTED)
def test_a_wrong_layer_spec_would_be_seen(
    torch: ModuleType, transformers: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, right: str
) -> None:
    """The test above can fail: each of these mistakes in a traced layer-spec is found."""

    def wrong(content: bytes, file: str) -> Any:
        found = of_config(content, file)
        assert right in found.text
        return found._replace(text=found.text.replace(right, PLANTED[right]))

    monkeypatch.setattr("tests.families.traced.of_config", wrong)
    kind, _ = TracedType(torch, transformers, "electra", tmp_path).measured()

    assert "differs" == kind


def test_the_formats_of_a_config(torch: ModuleType, transformers: ModuleType) -> None:
    """The file has the number format of the config; the heading says whose tensors these are."""
    config = {"model_type": "electra", "num_hidden_layers": 1, "dtype": "bfloat16"}
    found = of_config(json.dumps(config).encode(), "config.json")
    heading = f"# Traced from ElectraForMaskedLM of transformers {transformers.__version__}: "

    assert found.text.startswith(
        f"{heading}names, shapes and laws as it saves them.\nmodel: ElectraForMaskedLM\n"
    )
    assert "\ndtype: bfloat16\n" in found.text
    assert [] == found.notes


def test_a_quantized_config_is_traced_without_its_quantization(
    torch: ModuleType, transformers: ModuleType
) -> None:
    """Its tensors are those before quantization, and a note says so."""
    config = {"model_type": "electra", "num_hidden_layers": 1}
    quantized = {**config, "quantization_config": {"quant_method": "gptq", "bits": 4}}
    plain, noted = (of_config(json.dumps(fields).encode(), "config.json") for fields in (config, quantized))

    assert plain.text == noted.text
    assert ["the tensors are those before quantization: 'quantization_config' is left out"] == noted.notes


def test_the_class_is_that_of_the_config(torch: ModuleType, transformers: ModuleType) -> None:
    """The first of ``architectures`` is built; its head has as many labels as the config says."""
    config = {"model_type": "electra", "num_hidden_layers": 1, "num_labels": 7}
    architectures = {"architectures": ["ElectraForTokenClassification"]}
    text = of_config(json.dumps({**config, **architectures}).encode(), "config.json").text

    assert "classifier.weight, type: param, shape: [7, 256]" in text


REFUSED = {
    "{}": "config.json: model_type: expected a model type such as 'llama'; the config has none",
    '{"model_type": 3}': "config.json:1:2: model_type: expected a model type such as 'llama'; not 3",
    '{"model_type": "elektra"}': (
        "config.json:1:2: model_type: transformers has no model type 'elektra'; did you mean 'electra'?"
    ),
    '{"model_type": "zzzzqq"}': (
        "config.json:1:2: model_type: transformers has no model type 'zzzzqq'; a newer version may have it"
    ),
    '{"model_type": "zzzzqq", "auto_map": {"AutoModel": "m.M"}}': (
        "config.json:1:2: model_type: transformers has no model type 'zzzzqq', and the code that 'auto_map' names is "
        "never run; trace a class from code that you have: winitgen import --trace PACKAGE.MODULE:CLASS"
    ),
    '{"model_type": "bert", "architectures": ["BertForMaskedLN"]}': (
        "config.json:1:24: architectures: transformers has no model class 'BertForMaskedLN'; did you mean 'BertForMaskedLM'?"
    ),
    '{"model_type": "bert", "architectures": ["Zzzzqq"]}': (
        "config.json:1:24: architectures: transformers has no model class 'Zzzzqq'; trace the class: "
        "winitgen import --trace PACKAGE.MODULE:CLASS"
    ),
    '{"model_type": "bert", "architectures": [3]}': (
        'config.json:1:24: architectures: expected a list with a class, such as ["LlamaForCausalLM"], not [3]'
    ),
    '{"model_type": "bert", "hidden_size": "many"}': (
        "config.json: transformers refuses the config: StrictDataclassFieldValidationError: Validation error for field 'hidden_size':"
    ),
    '{"model_type": "bert", "hidden_size": 30, "num_attention_heads": 7}': (
        "config.json: transformers cannot build BertForMaskedLM: ValueError: The hidden size (30) is not a multiple of the "
        "number of attention heads (7)"
    ),
}


@pytest.mark.parametrize("config", REFUSED)
def test_configs_that_cannot_be_traced(torch: ModuleType, transformers: ModuleType, config: str) -> None:
    """Each gets one line: what transformers has not, or does not build."""
    with pytest.raises(SpecError) as refusal:
        of_config(config.encode(), "config.json")

    assert REFUSED[config] == str(refusal.value)


def test_code_of_a_config_is_not_run(
    torch: ModuleType, transformers: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A known type with ``auto_map`` is built with the library's own class; the module beside the config stays unread."""
    (tmp_path / "modeling_own.py").write_text("raise SystemExit('run')\n")
    monkeypatch.chdir(tmp_path)
    config = {"model_type": "electra", "num_hidden_layers": 1}
    mapped = {**config, "auto_map": {"AutoModelForMaskedLM": "modeling_own.Own"}}

    assert of_config(json.dumps(config).encode(), "c") == of_config(json.dumps(mapped).encode(), "c")
