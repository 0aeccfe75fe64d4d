"""Pictures of what a probe measured; this package alone imports matplotlib."""
