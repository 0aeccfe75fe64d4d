"""The down block of a latent-diffusion U-Net in `specs/`: an image, a time step and a text (Rombach et al. 2022)."""

from pathlib import Path
from typing import Any

from tests.models.real_model import RealModel

SPEC = (Path(__file__).parents[3] / "specs" / "diffusion-block.yaml").read_text(encoding="utf-8")
WIDTH, TEXT, TIME, HEADS = 128, 96, 256, 8


def build(torch: Any) -> Any:
    """Return the modules by the names of diffusers' CrossAttnDownBlock2D."""
    nn = torch.nn

    def attention(context: int) -> Any:
        sizes = {"to_q": WIDTH, "to_k": context, "to_v": context}
        parts = {name: nn.Linear(size, WIDTH, bias=False) for name, size in sizes.items()}
        for (
            part
        ) in parts.values():  # as nn.MultiheadAttention draws them: three in one if they are of one size
            torch.nn.init.uniform_(part.weight, *_limits(part.weight.shape, context))
        output = nn.Linear(WIDTH, WIDTH)
        nn.init.zeros_(output.bias)
        return nn.ModuleDict({**parts, "to_out": nn.ModuleList([output])})

    block = {
        **{f"norm{i}": nn.LayerNorm(WIDTH) for i in (1, 2, 3)},
        "attn1": attention(WIDTH),
        "attn2": attention(TEXT),
        "ff": _dict(
            nn,
            net=_dict(
                nn, **{"0": _dict(nn, proj=nn.Linear(WIDTH, 8 * WIDTH)), "2": nn.Linear(4 * WIDTH, WIDTH)}
            ),
        ),
    }
    resnet = {
        "norm1": nn.GroupNorm(32, 64),
        "conv1": nn.Conv2d(64, WIDTH, 3, padding=1),
        "time_emb_proj": nn.Linear(TIME, WIDTH),
        "norm2": nn.GroupNorm(32, WIDTH),
        "conv2": nn.Conv2d(WIDTH, WIDTH, 3, padding=1),
        "conv_shortcut": nn.Conv2d(64, WIDTH, 1),
    }
    transformer = {
        "norm": nn.GroupNorm(32, WIDTH, eps=1e-6),
        "proj_in": nn.Conv2d(WIDTH, WIDTH, 1),
        "transformer_blocks": nn.ModuleList([nn.ModuleDict(block)]),
        "proj_out": nn.Conv2d(WIDTH, WIDTH, 1),
    }
    down = _dict(nn, conv=nn.Conv2d(WIDTH, WIDTH, 3, stride=2, padding=1))
    return nn.ModuleDict(
        {
            "resnets": nn.ModuleList([nn.ModuleDict(resnet)]),
            "attentions": nn.ModuleList([nn.ModuleDict(transformer)]),
            "downsamplers": nn.ModuleList([down]),
        }
    )


def _dict(nn: Any, **modules: Any) -> Any:
    return nn.ModuleDict(modules)


def _limits(shape: tuple[int, int], context: int) -> tuple[float, float]:
    """Return the limits of Glorot's uniform distribution, over query, key and value together if they are one."""
    units, inputs = shape
    limit = (6 / (inputs + (3 * units if context == WIDTH else units))) ** 0.5
    return -limit, limit


def call(model: Any, latent: Any, time: Any, text: Any) -> Any:
    """Return the map that goes down to the next block."""
    import torch

    functional = torch.nn.functional
    resnet, transformer = model["resnets"][0], model["attentions"][0]
    step = resnet["time_emb_proj"](functional.silu(time))[:, :, None, None]
    x = resnet["conv1"](functional.silu(resnet["norm1"](latent))) + step
    x = resnet["conv2"](functional.silu(resnet["norm2"](x))) + resnet["conv_shortcut"](latent)
    places = transformer["proj_in"](transformer["norm"](x)).flatten(2).transpose(1, 2)
    block = transformer["transformer_blocks"][0]
    places = places + _attended(block["attn1"], block["norm1"](places), None)
    places = places + _attended(block["attn2"], block["norm2"](places), text)
    value, gate = block["ff"]["net"]["0"]["proj"](block["norm3"](places)).chunk(2, -1)
    places = places + block["ff"]["net"]["2"](value * functional.gelu(gate))
    x = x + transformer["proj_out"](places.transpose(1, 2).reshape(x.shape))
    return model["downsamplers"][0]["conv"](x)


def _attended(parts: Any, x: Any, context: Any) -> Any:
    """Return the attention of ``x`` to itself, or to a context."""
    import torch

    other = x if context is None else context
    query, key, value = (
        parts[name](source).unflatten(-1, (HEADS, -1)).transpose(1, 2)
        for name, source in (("to_q", x), ("to_k", other), ("to_v", other))
    )
    found = torch.nn.functional.scaled_dot_product_attention(query, key, value)
    return parts["to_out"][0](found.transpose(1, 2).flatten(2))


MODEL = RealModel(SPEC, build, call)
