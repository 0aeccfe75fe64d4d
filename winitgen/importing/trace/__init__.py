"""From code that builds a model to the layer-spec of its file: what is drawn, by which law, without drawing it."""
