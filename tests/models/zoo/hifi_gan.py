"""HiFi-GAN's generator: transposed convolutions, and the mean of blocks of several kernels (Kong et al. 2020)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [10, 6]
vars: {leaky: {name: leaky_relu, slope: 0.1}, norm: {type: weight_norm, names: hooks}, channels: 16, sizes: [3, 5]}
defaults: {preset: torch}
layers:
  - {name: conv_pre, type: conv1d, filters: "${channels}", kernel_size: 7, padding: 3, kernel_norm: "${norm}"}
  - type: repeat
    over: [{rate: 4, size: 8, length: 24}, {rate: 2, size: 4, length: 48}]
    index: u
    vars: {width: "${channels // 2 ** (u + 1)}"}
    layers:
      - {type: activation, activation: "${leaky}"}
      - {name: "ups.{u}", type: conv1d_transpose, filters: "${width}", kernel_size: "${size}", strides: "${rate}", padding: "${(size - rate) // 2}", kernel_norm: "${norm}"}
      - type: repeat
        times: 2
        index: k
        name: resblocks.${2 * u + k}
        layers:
          - type: repeat
            from: ups.${u}
            over: [1, 3]
            as: dilation
            layers:
              - type: residual
                layers:
                  - {type: activation, activation: "${leaky}"}
                  - {name: "convs1.{i}", type: conv1d, filters: "${width}", kernel_size: "${sizes[k]}", padding: same, dilation: "${dilation}", kernel_norm: "${norm}"}
                  - {type: activation, activation: "${leaky}"}
                  - {name: "convs2.{i}", type: conv1d, filters: "${width}", kernel_size: "${sizes[k]}", padding: same, kernel_norm: "${norm}"}
      - {name: "both{u}", type: concat, from: ["resblocks.${2 * u}", "resblocks.${2 * u + 1}"]}
      - {type: reshape, shape: [2, "${width}", "${length}"]}
      - {name: "mean{u}", type: mean, axis: 0}
  - {type: activation, activation: leaky_relu}
  - {name: conv_post, type: conv1d, filters: 1, kernel_size: 7, padding: 3, activation: tanh, kernel_norm: "${norm}"}
"""


def build(torch: Any) -> Any:
    """Return the generator with two stages, whose blocks have kernels of 3 and 5 taps."""
    from warnings import catch_warnings, simplefilter

    nn = torch.nn

    def normed(module: Any) -> Any:
        with catch_warnings():  # the hooks that HiFi-GAN's files are named by are deprecated
            simplefilter("ignore", FutureWarning)
            return nn.utils.weight_norm(module)

    def block(width: int, size: int) -> Any:
        first = [
            normed(nn.Conv1d(width, width, size, dilation=d, padding=d * (size - 1) // 2)) for d in (1, 3)
        ]
        second = [normed(nn.Conv1d(width, width, size, padding=(size - 1) // 2)) for _ in (1, 3)]
        return nn.ModuleDict({"convs1": nn.ModuleList(first), "convs2": nn.ModuleList(second)})

    ups = [normed(nn.ConvTranspose1d(16, 8, 8, 4, 2)), normed(nn.ConvTranspose1d(8, 4, 4, 2, 1))]
    return nn.ModuleDict(
        {
            "conv_pre": normed(nn.Conv1d(10, 16, 7, padding=3)),
            "ups": nn.ModuleList(ups),
            "resblocks": nn.ModuleList([block(width, size) for width in (8, 4) for size in (3, 5)]),
            "conv_post": normed(nn.Conv1d(4, 1, 7, padding=3)),
        }
    )


def call(model: Any, mel: Any) -> Any:
    """Return the waveform."""
    from torch.nn.functional import leaky_relu

    def block(parts: Any, x: Any) -> Any:
        for first, second in zip(parts["convs1"], parts["convs2"], strict=True):
            x = x + second(leaky_relu(first(leaky_relu(x, 0.1)), 0.1))
        return x

    x = model["conv_pre"](mel)
    for u, up in enumerate(model["ups"]):
        x = up(leaky_relu(x, 0.1))
        x = (block(model["resblocks"][2 * u], x) + block(model["resblocks"][2 * u + 1], x)) / 2
    return model["conv_post"](leaky_relu(x)).tanh()


MODEL = RealModel(SPEC, build, call)
