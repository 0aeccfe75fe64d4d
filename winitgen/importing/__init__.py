"""From a weight file, or from a model that a library builds, to a layer-spec."""
