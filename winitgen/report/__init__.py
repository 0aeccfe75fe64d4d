"""What a person or a pipeline reads about the values: measured as they pass, never read back."""
