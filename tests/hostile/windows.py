"""Convolutions and poolings of every kind, and their output lengths."""

from __future__ import annotations

from tests.hostile.leaves import Flow, Layer, Leaves, divisor
from tests.hostile.schemes import maybe, number, one


class Windows(Leaves):
    """Makes layers with a sliding window."""

    def _conv(self, flow: Flow, *, keeps: bool = False) -> tuple[Layer, Flow]:
        """Return a convolution, possibly depthwise or separable."""
        channels, *lengths = flow.shape
        rank = len(lengths)
        sort = one(self.draw, "conv", "conv", *(("depthwise_conv", "separable_conv") if rank < 3 else ()))
        layer: Layer = {"type": f"{sort}{rank}d"}
        filters = channels if keeps else self._size()
        if sort == "depthwise_conv":
            many = 1 if keeps else number(self.draw, 1, 2)
            layer["depth_multiplier"], filters = many, channels * many
        else:
            layer["filters"] = self._number(filters)
        if sort == "conv" and maybe(self.draw):
            layer["groups"] = divisor(self.draw, channels, filters)
        out = self._window(layer, lengths, "kernel_size", keeps=keeps)
        return self._words(layer, matrix=False), Flow((filters, *out), image=True)

    def _window(self, layer: Layer, lengths: list[int], word: str, *, keeps: bool) -> list[int]:
        """Add a window that fits, and return the output lengths."""
        sizes = [number(self.draw, 1, min(3, length)) for length in lengths]
        layer[word] = sizes if len(set(sizes)) > 1 or maybe(self.draw) else sizes[0]
        if keeps or maybe(self.draw):
            layer["padding"] = "same"
            steps = 1 if keeps else number(self.draw, 1, 2)
            if not keeps or word == "pool_size":
                layer["strides"] = steps
            return [-(-length // steps) for length in lengths]
        steps, pad = number(self.draw, 1, 2), number(self.draw, 0, 1)
        pad = 0 if word == "pool_size" else pad
        layer |= {"strides": steps, "padding": pad if pad or maybe(self.draw) else "valid"}
        return [(n + 2 * pad - size) // steps + 1 for n, size in zip(lengths, sizes, strict=True)]

    def _pool(self, flow: Flow) -> tuple[Layer, Flow]:
        channels, *lengths = flow.shape
        layer: Layer = {"type": f"{one(self.draw, 'max', 'avg')}_pool{len(lengths)}d"}
        return layer, Flow((channels, *self._window(layer, lengths, "pool_size", keeps=False)), image=True)

    def _transposed(self, flow: Flow) -> tuple[Layer, Flow]:
        lengths = flow.shape[1:]
        filters, size, steps = self._size(3), number(self.draw, 1, 3), number(self.draw, 1, 2)
        layer: Layer = {
            "type": f"conv{len(lengths)}d_transpose",
            "filters": self._number(filters),
            "kernel_size": size,
            "strides": steps,
        }
        kind = number(self.draw, 0, 2)
        if kind == 0:
            layer["padding"] = 0
            last = size
        elif kind == 1:
            layer["padding"] = "same"
            last = steps
        else:
            last = max(size, steps)
        out = [(length - 1) * steps + last for length in lengths]
        return self._words(layer, matrix=False), Flow((filters, *out), image=True)
