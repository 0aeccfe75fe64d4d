"""The layer-spec language: YAML text to a typed `ModelSpec`, every complaint with its place."""
