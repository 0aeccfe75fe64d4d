"""What a layer-spec can name: activations, schemes, layer types, presets, and the fans frameworks see."""
