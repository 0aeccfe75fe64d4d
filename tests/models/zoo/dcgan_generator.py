"""The generator of DCGAN (Radford, Metz & Chintala 2016)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [100, 1, 1]
defaults: {init: {scheme: normal, std: 0.02}, use_bias: false}
layers:
  - {name: "0", type: conv2d_transpose, filters: 64, kernel_size: 4, padding: 0}
  - {name: "1", type: batch_norm, activation: relu, init: &around_one {scheme: normal, mean: 1, std: 0.02}}
  - {name: "3", type: conv2d_transpose, filters: 32, kernel_size: 4, strides: 2, padding: 1}
  - {name: "4", type: batch_norm, activation: relu, init: *around_one}
  - {name: "6", type: conv2d_transpose, filters: 3, kernel_size: 4, strides: 2, padding: 1, activation: tanh}
"""


def build(torch: Any) -> Any:
    """Return the generator, drawn as in the paper."""
    nn = torch.nn
    model = nn.Sequential(
        nn.ConvTranspose2d(100, 64, 4, 1, 0, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.ConvTranspose2d(64, 32, 4, 2, 1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.ConvTranspose2d(32, 3, 4, 2, 1, bias=False),
        nn.Tanh(),
    )
    for module in model:
        if isinstance(module, nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)
            nn.init.zeros_(module.bias)
    return model


MODEL = RealModel(SPEC, build)
