"""Looking into weight files: what one holds, and where two differ."""
