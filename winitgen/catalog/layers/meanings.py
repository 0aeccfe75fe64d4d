"""What the keys mean that several families of layers have, for the schema and the reference."""

from __future__ import annotations

INPUTS = "Features or channels that flow in; needed only if no flow reaches the layer"
ACTIVATION = "Activation of the output; if absent, none"
INIT = "Scheme of the kernel; if absent, as in the defaults"
BIAS_INIT = "Scheme of the bias; if absent, as in the defaults"
TABLE_INIT = "Scheme of the table; if absent, as in the defaults"
USE_BIAS = "Whether there is a bias; if absent, as in the defaults"
QUIRKS = "Framework whose fans are used instead of the true ones; if absent, as in the defaults"
BUFFER = (
    "Whether this is a buffer, which no training changes: the index of shards does not count it as parameters"
)
DTYPE = "Number format of the layer's parameters; if absent, the model's"

FILTERS = "Channels that flow out"
KERNEL_SIZE = "Size of the kernel along each axis"
STRIDES = "Step of the kernel along each axis"
DILATION = "Distance between neighbouring taps of the kernel along each axis"
PADDING = "Padding: none (valid), as much as keeps the size but for strides (same), or a number for each end"
TRANSPOSED_PADDING = "What is cut from the output: valid and same give Keras's sizes, a number is cut from each end, as in PyTorch"

STORED_SHAPE = "Shape with which the tensor is stored, of as many values"
STORED = "How the torch layout stores the kernels; if absent, (units, inputs)"
TIED_TO = "Layer or parameter whose values this layer has; if absent, it has its own"
TIED = "Whether the tied values are left out of the file; if absent, it holds a copy"
AFFINE = "Whether there is a learned scale, and a shift if the type has one"
UNIT_OFFSET = "Whether the factor is 1 + the scale, which then starts at 0"
