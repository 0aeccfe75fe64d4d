"""How a window slides over the places of an image: what convolutions and poolings share."""

from __future__ import annotations

from winitgen.catalog.layers.layer import UNKNOWN, Flow, Layer, Refusal, per_axis, refuse_tokens

AXES = ("channels, length", "channels, height, width", "channels, depth, height, width")


def check_image(layer: Layer, incoming: Flow | None, rank: int) -> None:
    """Raise `Refusal` unless channels and ``rank`` axes of places flow in, as far as anyone knows."""
    refuse_tokens(layer, incoming)
    if incoming is None or incoming.shape is None:
        return
    if len(incoming.shape) != rank + 1:
        raise Refusal("", f"{layer.type} takes {rank + 1} axes ({AXES[rank - 1]}), but {incoming} flows in")


def slide(
    layer: Layer,
    incoming: Flow | None,
    channels: int | None,
    *,
    rank: int,
    window: tuple[str, int | tuple[int, ...]],
    strides: int | tuple[int, ...],
    padding: str | int | tuple[int, ...],
    dilation: int | tuple[int, ...] = 1,
) -> Flow:
    """Return the flow of ``channels`` over the places where the window stands.

    ``window`` is the word that states its size, and the size. Each axis of L places gives
    floor((L + 2 p - d (k - 1) - 1) / s) + 1 of them, and ceil(L / s) with ``same`` padding.
    """
    word, size = window
    sizes = per_axis(layer, word, size, rank)
    steps = per_axis(layer, "strides", strides, rank)
    spreads = per_axis(layer, "dilation", dilation, rank)
    pads = (
        None
        if padding == "same"
        else per_axis(layer, "padding", 0 if isinstance(padding, str) else padding, rank)
    )
    if incoming is not None and incoming.shape is None:
        return UNKNOWN
    places = incoming.shape[1:] if incoming is not None and incoming.shape else (None,) * rank
    out: list[int | None] = []
    for axis, length in enumerate(places):
        if length is None:
            out.append(None)
        elif pads is None:
            out.append(-(-length // steps[axis]))
        else:
            reach = spreads[axis] * (sizes[axis] - 1) + 1
            room = length + 2 * pads[axis]
            if reach > room:
                raise Refusal(
                    word, f"the window reaches over {reach} places, but only {room} flow in, {incoming}"
                )
            out.append((room - reach) // steps[axis] + 1)
    return Flow((channels, *out), image=True)


def spread(
    layer: Layer,
    incoming: Flow | None,
    channels: int,
    *,
    rank: int,
    kernel_size: int | tuple[int, ...],
    strides: int | tuple[int, ...],
    padding: str | int | tuple[int, ...],
    dilation: int | tuple[int, ...],
    output_padding: int | tuple[int, ...] | None,
) -> Flow:
    """Return the flow of ``channels`` over the places that a transposed convolution writes.

    Each axis of L places gives (L - 1) s + d (k - 1) + 1 - 2 p + output_padding, as in PyTorch. The
    words have Keras's sizes: without an ``output_padding``, ``valid`` gives at least s places for
    each that flows in, and ``same`` exactly s; with it, ``same`` leaves d (k - 1) + 1 modulo 2 of
    the window.
    """
    sizes = per_axis(layer, "kernel_size", kernel_size, rank)
    steps = per_axis(layer, "strides", strides, rank)
    spreads = per_axis(layer, "dilation", dilation, rank)
    words: tuple[str | int, ...] = (
        (padding,) * rank if isinstance(padding, str) else per_axis(layer, "padding", padding, rank)
    )
    extras: tuple[int | None, ...] = (None,) * rank
    if output_padding is not None:
        extras = per_axis(layer, "output_padding", output_padding, rank)
        _check_extras(extras, steps, spreads)
    if incoming is not None and incoming.shape is None:
        return UNKNOWN
    places = incoming.shape[1:] if incoming is not None and incoming.shape else (None,) * rank
    out: list[int | None] = []
    for axis, length in enumerate(places):
        if length is None:
            out.append(None)
            continue
        reach = spreads[axis] * (sizes[axis] - 1) + 1
        last = _last(reach, steps[axis], extras[axis], words[axis])
        count = (length - 1) * steps[axis] + last
        if count < 1:
            raise Refusal(
                "padding", f"no place is left along axis {axis + 1} of {incoming}; write less padding"
            )
        out.append(count)
    return Flow((channels, *out), image=True)


def _check_extras(extras: tuple[int | None, ...], steps: tuple[int, ...], spreads: tuple[int, ...]) -> None:
    """Raise `Refusal` where places would be added that no kernel reaches."""
    for extra, step, gap in zip(extras, steps, spreads, strict=True):
        if extra is not None and extra >= max(step, gap):
            message = f"{extra} is neither below the strides, {step}, nor below the dilation, {gap}"
            raise Refusal("output_padding", message)


def _last(reach: int, step: int, extra: int | None, padding: str | int) -> int:
    """Return how many places the last one that flows in adds to ``step`` for each before it."""
    if isinstance(padding, int):
        return reach - 2 * padding + (extra or 0)
    if extra is not None:
        return (reach % 2 if padding == "same" else reach) + extra
    return step if padding == "same" else max(reach, step)
