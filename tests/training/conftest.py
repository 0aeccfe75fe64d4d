"""What pytest leaves alone here: PyTorch is needed where a network is built."""

collect_ignore_glob = ["network.py"]
