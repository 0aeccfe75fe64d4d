"""Turn a layer-spec in YAML into the initial weights of a neural network, as a file."""

__version__ = "0.1.0"
