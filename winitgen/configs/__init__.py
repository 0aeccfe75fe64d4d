"""From the config.json of a model family to the layer-spec of its checkpoint; the families are in `winitgen/families`."""
