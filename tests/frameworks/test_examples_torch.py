import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winitgen


def lenet5(torch: Any) -> Any:
    """Return LeNet-5 as specs/lenet5.yaml describes it."""
    nn = torch.nn

    class LeNet5(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.c1, self.c3, self.c5 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5), nn.Conv2d(16, 120, 5)
            self.f6, self.output = nn.Linear(120, 84), nn.Linear(84, 10)

        def forward(self, x: Any) -> Any:
            x = nn.functional.avg_pool2d(self.c1(x).tanh(), 2)
            x = nn.functional.avg_pool2d(self.c3(x).tanh(), 2)
            return self.output(self.f6(self.c5(x).tanh().flatten(1)).tanh())

    return LeNet5()


def autoencoder(torch: Any) -> Any:
    """Return the autoencoder as specs/autoencoder.yaml describes it."""
    nn = torch.nn

    class Autoencoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = nn.ModuleDict({"fc1": nn.Linear(784, 256), "fc2": nn.Linear(256, 128)})
            self.code = nn.Linear(128, 32)
            self.decoder = nn.ModuleDict(
                {"fc1": nn.Linear(32, 128), "fc2": nn.Linear(128, 256), "out": nn.Linear(256, 784)}
            )

        def forward(self, x: Any) -> Any:
            x = self.code(self.encoder["fc2"](self.encoder["fc1"](x).relu()).relu())
            return self.decoder["out"](self.decoder["fc2"](self.decoder["fc1"](x).relu()).relu())

    return Autoencoder()


def unet(torch: Any) -> Any:
    """Return the U-Net as specs/unet.yaml describes it; the pixel shuffle is PyTorch's own."""
    nn = torch.nn

    def conv(channels: int, filters: int) -> Any:
        return nn.Conv2d(channels, filters, 3, padding=1)

    def down(channels: int, filters: int) -> Any:
        return nn.ModuleDict({"conv1": conv(channels, filters), "conv2": conv(filters, filters)})

    def up(channels: int, filters: int) -> Any:
        wide = conv(channels, 4 * filters)
        return nn.ModuleDict(
            {"widen": wide, "conv1": conv(2 * filters, filters), "conv2": conv(filters, filters)}
        )

    class UNet(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.down0, self.down1, self.down2 = down(1, 64), down(64, 128), down(128, 256)
            self.bottom1, self.bottom2 = conv(256, 512), conv(512, 512)
            self.up0, self.up1, self.up2 = up(512, 256), up(256, 128), up(128, 64)
            self.out = nn.Conv2d(64, 2, 1)

        def forward(self, x: Any) -> Any:
            seen = []
            for level in (self.down0, self.down1, self.down2):
                x = level["conv2"](level["conv1"](x).relu()).relu()
                seen.append(x)
                x = nn.functional.max_pool2d(x, 2)
            x = self.bottom2(self.bottom1(x).relu()).relu()
            for level in (self.up0, self.up1, self.up2):
                x = torch.cat([nn.functional.pixel_shuffle(level["widen"](x), 2), seen.pop()], 1)
                x = level["conv2"](level["conv1"](x).relu()).relu()
            return self.out(x)

    return UNet()


INPUTS = {"lenet5": (1, 32, 32), "autoencoder": (784,), "unet": (1, 64, 64)}
MODELS = {"lenet5": lenet5, "autoencoder": autoencoder, "unet": unet}


@pytest.fixture
def logits(torch: Any, fill: Callable[..., Any], specs: Path) -> Callable[[str], Any]:
    """Return a function that fills a model and gives its outputs, before the last activation."""

    def logits(name: str) -> Any:
        model = fill(MODELS[name](torch), specs / f"{name}.yaml")
        with torch.no_grad():
            return model(torch.randn(16, *INPUTS[name], generator=torch.Generator().manual_seed(0)))

    return logits


@pytest.mark.parametrize("name", MODELS)
def test_loads_into_a_module_of_this_shape(
    name: str, torch: Any, fill: Callable[..., Any], specs: Path, bits: Callable[[Any], dict[str, str]]
) -> None:
    """Each example fills the module described in its comments, strictly, with the values drawn."""
    model = fill(MODELS[name](torch), specs / f"{name}.yaml")

    assert bits(winitgen.generate(specs / f"{name}.yaml")) == bits(model.state_dict())


@pytest.mark.parametrize("name", MODELS)
def test_the_file_has_the_order_of_the_signal(name: str, torch: Any, specs: Path) -> None:
    """The tensors are in the order of a module that lists its layers in the order of the signal."""
    expected = list(MODELS[name](torch).state_dict())

    assert expected == list(winitgen.generate(specs / f"{name}.yaml"))


@pytest.mark.parametrize(
    ("name", "shape"), [("lenet5", (10,)), ("autoencoder", (784,)), ("unet", (2, 64, 64))]
)
def test_forward_pass(name: str, shape: tuple[int, ...], torch: Any, logits: Callable[[str], Any]) -> None:
    """A Gaussian batch gives finite outputs of the shape at the end of the spec."""
    out = logits(name)

    assert (16, *shape) == tuple(out.shape)
    assert torch.isfinite(out).all()


def test_autoencoder_scale(logits: Callable[[str], Any]) -> None:
    """The two Xavier layers change the mean square 1 of the inputs to that of the outputs.

    He and relu together preserve the mean square. Xavier multiplies it by 2 fan_in/(fan_in + fan_out),
    for the code and for the outputs. The relative errors of the layers in between, sqrt(2/units) at
    most, are added in squares.
    """
    expected = (2 * 128 / (128 + 32)) * (2 * 256 / (256 + 784))
    slack = math.sqrt(2 / 256 + 2 / 128 + 2 / 32 + 2 / 128 + 2 / 256)

    assert logits("autoencoder").double().square().mean().item() == pytest.approx(expected, rel=slack)
