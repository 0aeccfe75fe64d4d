"""The layer types, one file for each family; `LAYERS` has every one by its name in a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winitgen.on_demand import OnDemand

if TYPE_CHECKING:
    from winitgen.catalog.layers.layer import Layer

_HOMES = {
    "multi_head_attention": "attention:MultiHeadAttention",
    "bilinear": "bilinear:BilinearForm",
    "group": "containers:Group",
    "residual": "containers:Residual",
    "repeat": "containers:Repeat",
    "conv1d": "conv:Conv1d",
    "conv2d": "conv:Conv2d",
    "conv3d": "conv:Conv3d",
    "conv1d_transpose": "conv_transpose:Conv1dTranspose",
    "conv2d_transpose": "conv_transpose:Conv2dTranspose",
    "conv3d_transpose": "conv_transpose:Conv3dTranspose",
    "dense": "dense:Dense",
    "depthwise_conv1d": "depthwise:DepthwiseConv1d",
    "depthwise_conv2d": "depthwise:DepthwiseConv2d",
    "separable_conv1d": "depthwise:SeparableConv1d",
    "separable_conv2d": "depthwise:SeparableConv2d",
    "activation": "elementwise:Activation",
    "dropout": "elementwise:Dropout",
    "rescaling": "elementwise:Rescaling",
    "prelu": "elementwise:Prelu",
    "embedding": "embedding:Embedding",
    "experts": "experts:Experts",
    "gated_mlp": "gated_mlp:GatedMlp",
    "add": "merge:Add",
    "subtract": "merge:Subtract",
    "multiply": "merge:Multiply",
    "concat": "merge:Concat",
    "batch_norm": "norm:BatchNorm",
    "group_norm": "norm:GroupNorm",
    "instance_norm": "norm:InstanceNorm",
    "layer_norm": "norm:LayerNorm",
    "rms_norm": "norm:RmsNorm",
    "param": "param:Param",
    "max_pool1d": "pooling:MaxPool1d",
    "max_pool2d": "pooling:MaxPool2d",
    "max_pool3d": "pooling:MaxPool3d",
    "avg_pool1d": "pooling:AvgPool1d",
    "avg_pool2d": "pooling:AvgPool2d",
    "avg_pool3d": "pooling:AvgPool3d",
    "global_avg_pool1d": "pooling:GlobalAvgPool1d",
    "global_avg_pool2d": "pooling:GlobalAvgPool2d",
    "global_avg_pool3d": "pooling:GlobalAvgPool3d",
    "position_bias": "position_bias:PositionBias",
    "positional_embedding": "positional:PositionalEmbedding",
    "rnn": "recurrent:Rnn",
    "lstm": "recurrent:Lstm",
    "gru": "recurrent:Gru",
    "mean": "reductions:Mean",
    "sum": "reductions:Sum",
    "max": "reductions:Maximum",
    "scale": "scale:Scale",
    "shift": "scale:Shift",
    "flatten": "shapes:Flatten",
    "reshape": "shapes:Reshape",
    "permute": "shapes:Permute",
    "channel_shuffle": "shuffles:ChannelShuffle",
    "pixel_shuffle": "shuffles:PixelShuffle",
    "pixel_unshuffle": "shuffles:PixelUnshuffle",
    "sinusoidal_embedding": "sinusoidal:SinusoidalEmbedding",
    "slice": "slices:Slice",
    "select": "slices:Select",
    "split": "split:Split",
    "token": "token:Token",
    "queries": "token:Queries",
    "upsample1d": "upsample:Upsample1d",
    "upsample2d": "upsample:Upsample2d",
    "upsample3d": "upsample:Upsample3d",
}
"""The module and the class of each type."""

LAYERS: OnDemand[type[Layer]] = OnDemand(
    lambda: {name: f"{__name__}.{home}" for name, home in _HOMES.items()}
)
