"""Paddle: parameters in pickles, and in safetensors."""

from __future__ import annotations

import paddle
import safetensors.paddle

from tests.corpus.record import Record


def write(record: Record) -> None:
    """Write the parameters of a layer."""
    paddle.seed(1)
    layer = paddle.nn.Linear(3, 2)
    state = layer.state_dict()
    paddle.save(state, record.path("linear.pdparams"))
    record.refused("linear.pdparams", "is a Python pickle, which can run code")
    paddle.save(state, record.path("old.pdparams"), protocol=2)
    record.refused("old.pdparams", "is a Python pickle, which can run code")
    safetensors.paddle.save_file(dict(state), record.path("linear.safetensors"))
    record.gives("linear.safetensors", {key: value.numpy() for key, value in state.items()})
