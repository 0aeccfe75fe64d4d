"""The functions that turn a scheme and a weight into a distribution; a scheme's row names its own."""
