"""Images and sound as inputs of a model."""

from __future__ import annotations

from typing import Any

SAMPLES = 4


def pixels(torch: Any, config: Any) -> dict[str, Any]:
    """Return samples of random images, of the channels and the size that a config states, or 64 x 64."""
    config = getattr(config, "vision_config", config)
    size = getattr(config, "image_size", 64)
    height, width = size if isinstance(size, list | tuple) else (size, size)
    return {"pixel_values": torch.randn(SAMPLES, config.num_channels, height, width)}


def sound(torch: Any, config: Any) -> dict[str, Any]:
    """Return samples of noise."""
    return {"input_values": torch.randn(SAMPLES, 1600)}


def patches(torch: Any, config: Any) -> dict[str, Any]:
    """Return samples of random square images, cut into as many patches as a config states, in rows and columns."""
    config = getattr(config, "vision_config", config)
    side = int(config.num_patches**0.5)
    return {
        "pixel_values": torch.randn(SAMPLES, side**2, config.num_channels * config.patch_size**2),
        "pixel_attention_mask": torch.ones(SAMPLES, side**2, dtype=torch.int64),
        "spatial_shapes": torch.tensor([[side, side]] * SAMPLES),
    }


def video(torch: Any, config: Any) -> dict[str, Any]:
    """Return samples of random frames."""
    size = config.image_size
    return {"pixel_values": torch.randn(SAMPLES, config.num_frames, config.num_channels, size, size)}


def spectrograms(torch: Any, config: Any) -> dict[str, Any]:
    """Return samples of random spectrograms."""
    return {"input_values": torch.randn(SAMPLES, config.max_length, config.num_mel_bins)}
