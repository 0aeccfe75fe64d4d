"""The layer-spec language: YAML text to a typed `ModelSpec`, and every mistake with its location."""
