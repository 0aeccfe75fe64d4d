"""The law of each tensor of a freshly initialized checkpoint, found in its values."""
