"""Why the law of a tensor cannot be said."""

UNFILLED = "nothing fills it: it holds what the memory held; give it values in the constructor"
TOO_LARGE = "its law is not a known one, and it is too large to draw and measure; use smaller sizes"
NO_LAW = "its values follow no scheme; state them in the layer-spec by hand"
INFINITE = (
    "it is infinite, and a layer-spec draws finite values only; make it in the code that reads the file"
)
PARTS = (
    "its parts are drawn by different laws ({laws}), and are no blocks along one axis, which the scheme blocks could "
    "say; state it in the layer-spec by hand"
)
REPEATED = (
    "it has the same drawn values more than once, which no scheme says; state it in the layer-spec by hand"
)
SHARED = "it is made from drawn values of {name} by more than a plain copy, which no tie says; state it in the layer-spec by hand"
ONE_DRAW = "{one} and {other} come from one draw and may depend on each other, but the layer-spec draws each by itself"
LOOKED = "the code looks at values that it drew, and may build another model with other values"
OUTSIDE = (
    "the code takes numbers of Python's module random, which may differ with every call: "
    "tensors that are made of them are written as they were once"
)
NO_VARIABLES = "the model has no variables; have the target return one that is built, with its input shape"
