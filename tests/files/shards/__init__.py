"""A model in several files."""
