"""The seconds of a forward and a backward pass in PyTorch: ``probe_torch.py MODEL SAMPLES weights|input``."""

import json
import sys
import time

import torch


def vgg16() -> tuple[torch.nn.Module, tuple[int, ...]]:
    """Return torchvision's model, layer by layer, so that its compiled operators are not needed."""
    layers: list[torch.nn.Module] = []
    channels = 3
    for width, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            layers += [torch.nn.Conv2d(channels, width, 3, padding=1), torch.nn.ReLU(inplace=True)]
            channels = width
        layers.append(torch.nn.MaxPool2d(2))
    layers.append(torch.nn.Flatten())
    for inputs, units in ((25088, 4096), (4096, 4096)):
        layers += [torch.nn.Linear(inputs, units), torch.nn.ReLU(inplace=True)]
    return torch.nn.Sequential(*layers, torch.nn.Linear(4096, 1000)), (3, 224, 224)


def he2015() -> tuple[torch.nn.Module, tuple[int, ...]]:
    """Return thirty dense ReLU layers of 1000 units."""
    layers = [part for _ in range(30) for part in (torch.nn.Linear(1000, 1000), torch.nn.ReLU(inplace=True))]
    return torch.nn.Sequential(*layers), (1000,)


def run(model: torch.nn.Module, shape: tuple[int, ...], samples: int) -> float:
    """Return the seconds of one forward and one backward pass."""
    batch = torch.randn(samples, *shape, requires_grad=True)
    begun = time.perf_counter()
    out = model(batch)
    out.backward(torch.randn_like(out))
    return time.perf_counter() - begun


name, samples, gradients = sys.argv[1:]
model, shape = {"vgg16": vgg16, "he2015": he2015}[name]()
model.requires_grad_(gradients == "weights")
run(model, shape, 1)
run(
    model, shape, int(samples)
)  # once more than a probe gets: PyTorch's first run of a shape prepares kernels
print(json.dumps({name: run(model, shape, int(samples))}))
