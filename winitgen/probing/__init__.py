"""What an initialization does to a signal: a batch forward through the drawn network, a gradient back."""
