"""What an initialization does to a signal: a batch goes forward through the drawn network, a gradient back."""
