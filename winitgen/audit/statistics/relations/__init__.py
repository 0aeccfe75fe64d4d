"""What the tensors of a file have to do with each other, and the parts of one: equal parts, correlations, ties."""
