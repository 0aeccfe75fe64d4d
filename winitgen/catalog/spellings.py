"""What other programs call the names of a layer-spec, so that a mistake can say what was meant.

None of these names is accepted; they only lead to a suggestion. Each is in the form of `folded`: ``Conv2D``,
``conv_2d`` and ``torch.nn.Conv2d`` are all ``conv2d``. A name that differs from winitgen's own in nothing else needs
no line here.
"""

from __future__ import annotations

from collections.abc import Mapping

Spellings = Mapping[str, tuple[str, ...]]
"""By a folded name: the names that it may stand for, of which the first that is known is suggested."""


def folded(name: str) -> str:
    """Return the last part of a dotted name in small letters, without anything but letters and digits.

    >>> folded("torch.nn.LayerNorm"), folded("kaiming_normal_"), folded("--")
    ('layernorm', 'kaimingnormal', '')
    """
    return "".join(letter for letter in name.rpartition(".")[2].lower() if letter.isalnum())


def _spelled(names: Mapping[str, str]) -> Spellings:
    """Return a table from a known name, or several in order, and the names that may mean it."""
    found: dict[str, tuple[str, ...]] = {}
    for known, others in names.items():
        for other in others.split():
            found[other] = (*found.get(other, ()), known)
    return found


LAYER_TYPES = _spelled(
    {
        "dense": "linear fc fullyconnected einsumdense densegeneral",
        "conv1d": "convolution1d",
        "conv2d": "conv convolution2d",
        "conv3d": "convolution3d",
        **{f"conv{n}d_transpose": f"convtranspose{n}d convolution{n}dtranspose" for n in (1, 3)},
        "conv2d_transpose": "convtranspose convtranspose2d convolution2dtranspose deconv deconv2d",
        "depthwise_conv2d": "depthwiseconv",
        "separable_conv2d": "separableconv",
        "batch_norm": "batchnorm1d batchnorm2d batchnorm3d batchnormalization syncbatchnorm",
        "layer_norm": "layernormalization",
        "rms_norm": "rmsnormalization",
        "group_norm": "groupnormalization",
        "instance_norm": "instancenorm1d instancenorm2d instancenorm3d instancenormalization",
        **{f"max_pool{n}d": f"maxpooling{n}d" for n in (1, 2, 3)},
        **{f"avg_pool{n}d": f"averagepooling{n}d" for n in (1, 2, 3)},
        **{f"global_avg_pool{n}d": f"globalaveragepooling{n}d adaptiveavgpool{n}d" for n in (1, 2, 3)},
        "embedding": "embed embeddingbag",
        "positional_embedding": "positionembedding learnedpositionalembedding posembed",
        "scale": "layerscale gamma",
        "token": "classtoken clstoken registertoken",
        "queries": "query querytokens latents",
        "multi_head_attention": "attention mha selfattention crossattention multiheaddotproductattention groupqueryattention"
        " groupedqueryattention",
        "lstm": "lstmcell optimizedlstmcell",
        "gru": "grucell",
        "rnn": "simplernn simplecell rnncell",
        "concat": "concatenate cat stack",
        "multiply": "mul",
        "subtract": "sub",
        "split": "chunk glu",
        "slice": "narrow",
        "mean": "reducemean",
        "sum": "reducesum",
        "max": "amax reducemax globalmaxpooling1d globalmaxpooling2d globalmaxpooling3d globalmaxpool1d globalmaxpool2d"
        " globalmaxpool3d adaptivemaxpool1d adaptivemaxpool2d adaptivemaxpool3d",
        **{f"upsample{n}d": f"upsampling{n}d" for n in (1, 3)},
        "upsample2d": "upsample upsampling2d interpolate resize",
        "rescaling": "rescale",
        "dropout": "dropout1d dropout2d dropout3d spatialdropout1d spatialdropout2d spatialdropout3d",
        "permute": "transpose",
        "reshape": "view unflatten unsqueeze squeeze expanddims",
        "gated_mlp": "swiglu geglu",
        "experts": "moe mixtureofexperts",
        "sinusoidal_embedding": "positionalencoding",
        "position_bias": "relativepositionbias",
        "param": "parameter variable weight",
        "group": "sequential module modulelist block",
    }
)

OPTIONS = _spelled(
    {
        "units": "outfeatures features outputdim numunits outdim hiddensize hiddendim intermediatesize"
        " intermediatedim",
        "filters": "outchannels features channels",
        "dim": "embeddingdim embeddim outputdim features",
        "count": "numembeddings vocabsize vocabularysize inputdim sequencelength maxpositionembeddings",
        "inputs": "infeatures inchannels inputdim inputsize inputshape numfeatures numchannels normalizedshape"
        " embeddim dmodel",
        "use_bias": "bias",
        "epsilon": "eps",
        "heads": "nheads numheads nhead numattentionheads",
        "kv_heads": "numkvheads numkeyvalueheads numquerygroups nkvheads",
        "head_dim": "keydim headsize dimhead",
        "groups": "numgroups featuregroupcount",
        "dilation": "dilationrate kerneldilation",
        "strides": "step windowstrides",
        "kernel_size": "kernel ksize",
        "pool_size": "kernelsize windowshape window",
        "depth_multiplier": "channelmultiplier",
        "per_channel": "numparameters",
        "affine": "elementwiseaffine scale center usescale",
        "rate": "p prob dropoutrate",
        "init": "kernelinitializer kernelinit weightinit embeddingsinitializer embeddinginit initializer",
        "bias_init": "biasinitializer",
        "activation": "nonlinearity act activationfunction hiddenact",
        "num_layers": "numhiddenlayers nlayers",
        "shape": "targetshape size",
        "scale": "scalefactor size",
        "factor": "upscalefactor downscalefactor blocksize",
        "mode": "interpolation method",
        "keep": "keepdim keepdims",
        "parts": "chunks",
        "sizes": "splitsizes",
        "axes": "dims perm",
        "axis": "dim",
        "times": "repeats n num",
        "from": "input source",
        "source": "key keyvalue context memory encoderhiddenstates",
        "value_source": "value",
    }
)
"""Of options, which are suggested only for a layer that has them."""

ACTIVATIONS = _spelled(
    {
        "gelu": "gelunew gelufast gelutanh gelupytorchtanh approximategelu",
        "leaky_relu": "lrelu",
        "sigmoid": "logistic",
        "softmax": "logsoftmax",
    }
)

SCHEMES = _spelled(
    {
        "normal": "randomnormal randn gaussian",
        "uniform": "randomuniform rand",
        "identity": "eye",
        "constant": "const fill",
    }
)

DTYPES = _spelled(
    {
        "float64": "fp64 f64 double",
        "float32": "fp32 f32 f4 float single",
        "float16": "fp16 f16 f2 half",
        "bfloat16": "bf16",
        "float8_e4m3fn": "fp8 float8 f8 e4m3 e4m3fn float8e4m3 fp8e4m3 f8e4m3",
        "float8_e5m2": "e5m2 fp8e5m2 f8e5m2",
    }
)
