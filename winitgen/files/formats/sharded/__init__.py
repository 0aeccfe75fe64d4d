"""Safetensors in several files with an index."""
