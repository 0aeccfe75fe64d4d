"""The safetensors format."""

LONGEST_HEADER = 100_000_000
"""In bytes; the library refuses to read more."""
