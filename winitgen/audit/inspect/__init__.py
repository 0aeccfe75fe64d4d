"""What a weight file holds: names, shapes, number formats and a summary of the values."""
