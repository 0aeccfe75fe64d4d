"""The sizes of convolutional networks in stages."""

from typing import Any

UNUSUAL: dict[str, Any] = {
    "hidden_sizes": [48, 72, 100],
    "depths": [2, 1, 1],
    "num_stages": 3,
    "patch_size": 3,
    "num_channels": 5,
    "image_size": 60,
    "initializer_range": 0.05,
    "hidden_act": "relu",
    "dtype": "bfloat16",
}
