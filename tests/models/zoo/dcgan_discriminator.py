"""The discriminator of DCGAN (Radford, Metz & Chintala 2016)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 32, 32]
defaults: {init: {scheme: normal, std: 0.02}, use_bias: false}
layers:
  - {name: "0", type: conv2d, filters: 24, kernel_size: 4, strides: 2, padding: 1, activation: {name: leaky_relu, slope: 0.2}}
  - {name: "2", type: conv2d, filters: 48, kernel_size: 4, strides: 2, padding: 1}
  - {name: "3", type: batch_norm, activation: {name: leaky_relu, slope: 0.2}, init: {scheme: normal, mean: 1, std: 0.02}}
  - {name: "5", type: conv2d, filters: 1, kernel_size: 8}
  - {type: flatten}
"""


def build(torch: Any) -> Any:
    """Return the discriminator, drawn as in the paper."""
    nn = torch.nn
    model = nn.Sequential(
        nn.Conv2d(3, 24, 4, 2, 1, bias=False),
        nn.LeakyReLU(0.2),
        nn.Conv2d(24, 48, 4, 2, 1, bias=False),
        nn.BatchNorm2d(48),
        nn.LeakyReLU(0.2),
        nn.Conv2d(48, 1, 8, bias=False),
        nn.Flatten(),
    )
    for module in model:
        if isinstance(module, nn.Conv2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)
            nn.init.zeros_(module.bias)
    return model


MODEL = RealModel(SPEC, build)
