"""Weight files: their formats, how one is written and how one is read."""
