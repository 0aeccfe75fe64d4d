"""What a layer-spec can name: activations, schemes, layer types, presets, and the fans that frameworks see."""
