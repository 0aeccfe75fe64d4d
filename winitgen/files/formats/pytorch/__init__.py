"""PyTorch's own files: read by the rules of ``torch.load(weights_only=True)``, without running anything of them."""
