"""Configs with mistakes: one line each, with its place, what is wrong and what to write instead."""

from __future__ import annotations

import sys

import pytest

from winitgen.errors import SpecError
from winitgen.load import import_config

LLAMA = '{"model_type": "llama",'

REFUSED = {
    '{"architectures": ["LlamaForCausalLM"]}': (
        "config.json: model_type: expected a model type such as 'llama'; the config has none"
    ),
    '{"model_type": 3}': "config.json:1:2: model_type: expected a model type such as 'llama', not 3",
    '{"model_type": "lama"}': (
        "config.json:1:2: model_type: no layer-spec for the model type 'lama'; did you mean 'llama'?"
    ),
    '{"model_type": "zzzzqq"}': (
        "config.json:1:2: model_type: no layer-spec for the model type 'zzzzqq'; `winitgen families` lists those there are, "
        "--family reads one of your own, and `winitgen import config.json --trace` asks transformers"
        ": pip install 'winitgen[trace]' ('.[trace]' in a clone)"
    ),
    '{"model_type": "zzzzqq", "auto_map": {"AutoModel": "m.M"}}': (
        "config.json:1:2: model_type: no layer-spec for the model type 'zzzzqq', and the code that 'auto_map' names is "
        "never run; describe the model in a family's file of your own, with --family, or name a class that you have: "
        "winitgen import --trace MODULE:CLASS"
    ),
    f'{LLAMA}\n "hidden_size": "64"}}': (
        "config.json:2:2: hidden_size: expected a whole number from 1 to 2^40, not '64'"
    ),
    f'{LLAMA} "hidden_size": 64.0}}': (
        "config.json:1:25: hidden_size: expected a whole number from 1 to 2^40, not 64.0"
    ),
    f'{LLAMA} "hidden_size": true}}': (
        "config.json:1:25: hidden_size: expected a whole number from 1 to 2^40, not true"
    ),
    f'{LLAMA} "hidden_size": 12345678901234567890}}': (
        "config.json:1:25: hidden_size: expected a whole number from 1 to 2^40, not 12345678901234567890"
    ),
    f'{LLAMA} "initializer_range": NaN}}': (
        "config.json:1:25: initializer_range: expected a number of at least 0, not nan"
    ),
    f'{LLAMA} "initializer_range": -0.02}}': (
        "config.json:1:25: initializer_range: expected a number of at least 0, not -0.02"
    ),
    f'{LLAMA} "initializer_range": 1e300}}': (
        "config.json:1:25: initializer_range: expected a number from 0 to below 2^40, not 1e+300"
    ),
    f'{LLAMA} "initializer_range": -1e300}}': (
        "config.json:1:25: initializer_range: expected a number of at least 0, not -1e+300"
    ),
    f'{LLAMA} "rms_norm_eps": {"9" * 400}}}': (
        f"config.json:1:25: rms_norm_eps: expected a number from 0 to below 2^40, not {'9' * 400}"
    ),
    f'{LLAMA} "attention_bias": 1}}': "config.json:1:25: attention_bias: expected true or false, not 1",
    f'{LLAMA} "hiden_size": 64}}': (
        "config.json:1:25: hiden_size: llama has no field 'hiden_size'; did you mean 'hidden_size'?"
    ),
    f'{LLAMA} "num_attention_heads": 6, "num_key_value_heads": 4, "hidden_size": 96}}': (
        "config.json:1:51: num_key_value_heads: 4 does not divide num_attention_heads, 6"
    ),
    f'{LLAMA} "num_attention_heads": 7}}': (
        "config.json: hidden_size: 4096 is no multiple of num_attention_heads, 7"
    ),
    f'{LLAMA} "hidden_act": "sillu"}}': (
        "config.json:1:25: hidden_act: unknown activation 'sillu'; did you mean 'silu'?"
    ),
    f'{LLAMA} "hidden_act": 3}}': (
        "config.json:1:25: hidden_act: unknown activation 3; the activations are gelu, gelu_10, gelu_accurate, gelu_fast, "
        "gelu_new, gelu_python, gelu_python_tanh, gelu_pytorch_tanh, leaky_relu, linear, mish, quick_gelu, relu, relu2, "
        "relu6, sigmoid, silu, swish, tanh"
    ),
    f'{LLAMA} "dtype": "bf16"}}': ("config.json:1:25: dtype: unknown dtype 'bf16'; did you mean 'bfloat16'?"),
    f'{LLAMA} "torch_dtype": 16}}': (
        "config.json:1:25: torch_dtype: unknown dtype 16; the dtypes are float64, float32, float16, bfloat16, "
        "float8_e4m3fn, float8_e5m2, float8_e4m3fnuz, float8_e5m2fnuz"
    ),
    f'{LLAMA} "architectures": ["LlamaForCausalML"]}}': (
        "config.json:1:25: architectures: no layer-spec for the class 'LlamaForCausalML'; did you mean 'LlamaForCausalLM'?"
    ),
    f'{LLAMA} "architectures": "LlamaForCausalLM"}}': (
        "config.json:1:25: architectures: expected a list with a class, such as [\"LlamaForCausalLM\"], not 'LlamaForCausalLM'"
    ),
    f'{LLAMA} "quantization_config": {{"bits": 4}}}}': (
        "config.json:1:25: quantization_config: quantized tensors are not drawn; leave it out to have them as they are "
        "before quantization"
    ),
    f'{LLAMA} "rope_parameters": 3}}': "config.json:1:25: rope_parameters: expected an object with fields, not 3",
    f'{LLAMA} "num_hidden_layers": 1000000000}}': (
        "config.json:1:25: num_hidden_layers: more than 50000 layers, with repeats expanded"
    ),
    f'{LLAMA} "rms_norm_eps": 0.0}}': (
        "config.json:1:25: rms_norm_eps: expected a number above 0, at most 1, not 0"
    ),
    f'{LLAMA} "pad_token_id": 99999}}': "config.json:1:25: pad_token_id: 99999 must be below vocab_size, 32000",
    f'{LLAMA} "hidden_size": 3, "hidden_size": 4}}': (
        "config.json:1:25: hidden_size: the field 'hidden_size' appears twice"
    ),
    f"{LLAMA}}}": (
        "config.json:1:23: not JSON: illegal trailing comma before end of object"
        if sys.version_info >= (3, 13)
        else "config.json:1:24: not JSON: expecting property name enclosed in double quotes"
    ),
    '[{"model_type": "llama"}]': (
        'config.json: a config is a JSON object such as {"model_type": "llama"}, not [a mapping]'
    ),
    f'{LLAMA} "x": {"[" * 100_000}{"]" * 100_000}}}': (
        "config.json: not a config: its lists and mappings are nested too deep"
    ),
    f'{LLAMA} "hidden_size": {"9" * 5000}}}': "config.json: not a config: a number has more digits than can be read",
    '{"architectures": ["LlamaForSequenceClassification"], "id2label": {}, "model_type": "llama"}': (
        "config.json:1:55: id2label: expected a whole number from 1 to 2^40, not 0"
    ),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.items(), ids=lambda text: text[:60])
def test_refused(text: str, message: str) -> None:
    """The whole text of the refusal."""
    with pytest.raises(SpecError) as caught:
        import_config(text.encode(), "config.json")

    assert message == str(caught.value)


def test_every_mistake_is_told() -> None:
    """Several mistakes of one config are told together, each at its place."""
    with pytest.raises(SpecError) as caught:
        import_config(b'{"model_type": "llama",\n"hidden_size": -1,\n"mlp_bias": 0}', "config.json")

    assert (
        "config.json:2:1: hidden_size: expected a whole number from 1 to 2^40, not -1\n"
        "config.json:3:1: mlp_bias: expected true or false, not 0" == str(caught.value)
    )


def test_bytes_that_are_no_text() -> None:
    """A file that is not UTF-8 is told with the byte."""
    with pytest.raises(SpecError) as caught:
        import_config(b'{"model_type": "\xff"}', "config.json")

    assert "config.json: not UTF-8: byte 0xff; save the file as UTF-8" == str(caught.value)


def test_private_fields_are_passed_over() -> None:
    """What the library keeps for itself, by a name with a line before it, is neither a mistake nor told."""
    text = b'{"model_type": "cohere2", "_sliding_window_pattern": 4, "_name_or_path": "x"}'

    assert [] == import_config(text, "config.json").notes


def test_fields_that_no_tensor_depends_on_are_noted() -> None:
    """What the family does not know, and what is not close to a field that it lacks, is named in a note."""
    text = (
        b'{"model_type": "llama", "my_own_remark": 1, "rope_theta": 5e5, "_name_or_path": "x", "zzz": null}'
    )
    notes = import_config(text, "config.json").notes

    assert [
        "config.json: not used, as no tensor of llama is known to depend on it: my_own_remark, zzz"
    ] == notes
