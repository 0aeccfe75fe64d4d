"""Folders of PyTorch's distributed checkpoints: read only."""
