"""The examples for sequences, in the classes named in their comments."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winitgen


def tagger(torch: Any) -> Any:
    """Return the tagger as specs/lstm.yaml describes it."""
    nn = torch.nn

    class Tagger(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed = nn.Embedding(1000, 32, padding_idx=0)
            self.lstm = nn.LSTM(32, 48, num_layers=2, bidirectional=True, batch_first=True)
            self.head = nn.Linear(96, 9)

        def forward(self, tokens: Any) -> Any:
            return self.head(self.lstm(self.embed(tokens))[0])

    return Tagger()


def encoder(torch: Any) -> Any:
    """Return PyTorch's own encoder, as specs/transformer.yaml describes it."""
    layer = torch.nn.TransformerEncoderLayer(64, 4, 256, dropout=0.0, batch_first=True)
    return torch.nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)


def gpt2(transformers: Any) -> Any:
    """Return Hugging Face's GPT-2 of the size of specs/gpt2.yaml."""
    config = transformers.GPT2Config(vocab_size=256, n_positions=64, n_embd=64, n_layer=2, n_head=4)
    return transformers.GPT2LMHeadModel(config).eval()


def llama(transformers: Any, torch: Any) -> Any:
    """Return Hugging Face's Llama of the size of specs/llama-tiny.yaml."""
    config = transformers.LlamaConfig(
        vocab_size=256,
        hidden_size=64,
        intermediate_size=172,
        num_hidden_layers=2,
        num_attention_heads=8,
        num_key_value_heads=2,
        max_position_embeddings=32,
        bos_token_id=1,
        eos_token_id=2,
    )
    return transformers.LlamaForCausalLM(config).to(torch.bfloat16).eval()


@pytest.fixture
def models(torch: Any, request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """Return a function that builds the class of an example."""

    def build(name: str) -> Any:
        if name in ("lstm", "transformer"):
            return {"lstm": tagger, "transformer": encoder}[name](torch)
        library = request.getfixturevalue("transformers")
        return gpt2(library) if name == "gpt2" else llama(library, torch)

    return build


NAMES = ["lstm", "transformer", "gpt2", "llama-tiny"]
TOKENS = {"lstm": (1000, 20), "gpt2": (256, 64), "llama-tiny": (256, 32)}


@pytest.mark.parametrize("name", NAMES)
def test_loads(
    name: str, models: Callable[[str], Any], fill: Callable[..., Any], specs: Path, bits: Callable[..., Any]
) -> None:
    """Each example fills its class, with no tensor missing or unused, and with the values drawn."""
    model = fill(models(name), specs / f"{name}.yaml")
    loaded = bits(model.state_dict())

    assert bits(winitgen.generate(specs / f"{name}.yaml")) == loaded


@pytest.mark.parametrize("name", NAMES)
def test_forward_pass(
    name: str, torch: Any, models: Callable[[str], Any], fill: Callable[..., Any], specs: Path
) -> None:
    """The outputs of each model are finite."""
    model = fill(models(name), specs / f"{name}.yaml")
    generator = torch.Generator().manual_seed(0)
    if name in TOKENS:
        count, length = TOKENS[name]
        batch = torch.randint(count, (3, length), generator=generator)
    else:
        batch = torch.randn(3, 16, 64, generator=generator)
    with torch.no_grad():
        out = model(batch)

    assert torch.isfinite(getattr(out, "logits", out)).all()


def test_gpt2_starts_as_the_paper_says(specs: Path) -> None:
    """Residual projections have standard deviation 0.02 / sqrt(2 layers), all other drawn kernels 0.02."""
    plan = winitgen.plan(winitgen.load_spec(specs / "gpt2.yaml", variables={"layers": 12}))
    small = {p.std for p in plan.parameters if p.id.endswith("c_proj/kernel")}
    others = {p.std for p in plan.parameters if p.std and not p.id.endswith("c_proj/kernel")}

    assert ([pytest.approx(0.00408248, rel=1e-5)], {0.02}) == (list(small), others)


def test_gpt2_without_its_head(
    torch: Any, transformers: Any, specs: Path, tmp_path: Path, bits: Callable[..., Any]
) -> None:
    """from_pretrained reads the file with `tied: omit`: it ties the head itself, and no tensor is missing."""
    text = (
        (specs / "gpt2.yaml")
        .read_text()
        .replace("tied_to: transformer.wte}", "tied_to: transformer.wte, tied: omit}")
    )
    spec = tmp_path / "gpt2.yaml"
    spec.write_text(text)
    winitgen.write(spec, tmp_path / "model.safetensors", fsync=False)
    gpt2(transformers).config.save_pretrained(tmp_path)
    model, reported = transformers.GPT2LMHeadModel.from_pretrained(tmp_path, output_loading_info=True)

    assert [] == [problem for key, problem in reported.items() if problem and key != "error_msgs"]
    assert "lm_head.weight" not in winitgen.generate(spec)
    assert bits(winitgen.generate(specs / "gpt2.yaml")) == bits(model.state_dict())


def test_gpt2_has_its_published_size(specs: Path) -> None:
    """GPT-2 small has 124,439,808 values without the copy of the head, 1,024 x 768 of them positions."""
    variables = {"layers": 12, "d": 768, "heads": 12, "vocabulary": 50257, "positions": 1024}
    plan = winitgen.plan(winitgen.load_spec(specs / "gpt2.yaml", variables=variables))

    assert 124_439_808 == sum(p.size for p in plan.parameters if p.id != "lm_head/kernel")


def test_llama_has_its_published_size(specs: Path) -> None:
    """Llama 3 8B has 8,030,261,248 values."""
    variables = {"layers": 32, "d": 4096, "heads": 32, "kv_heads": 8, "hidden": 14336, "vocabulary": 128256}
    plan = winitgen.plan(winitgen.load_spec(specs / "llama-tiny.yaml", variables=variables))

    assert 8_030_261_248 == sum(parameter.size for parameter in plan.parameters)


def test_a_tagger_reads_both_ways(torch: Any, fill: Callable[..., Any], specs: Path) -> None:
    """The output at the first token depends on the last token, and the reverse."""
    model = fill(tagger(torch), specs / "lstm.yaml")
    tokens = torch.arange(1, 21).reshape(1, 20)
    turned = tokens.clone()
    turned[0, 0], turned[0, -1] = 500, 600
    with torch.no_grad():
        moved = (model(tokens) - model(turned)).abs().amax(dim=-1)[0]

    assert (moved > 0).all()


def test_attention_is_not_drawn_too_small(fill: Callable[..., Any], torch: Any, specs: Path) -> None:
    """PyTorch's Xavier divides by the 4 d of in_proj_weight; a third of it is a kernel from d to d.

    Its values have the standard deviation sqrt(2 / 4d), ours sqrt(2 / 2d): sqrt 2 more.
    """
    own, ours = encoder(torch), fill(encoder(torch), specs / "transformer.yaml")
    stds = [model.layers[0].self_attn.in_proj_weight.std().item() for model in (own, ours)]

    assert [pytest.approx((2 / 256) ** 0.5, rel=0.05), pytest.approx((2 / 128) ** 0.5, rel=0.05)] == stds
