"""From a `ModelSpec` to a `Plan`: every decision, and not one value drawn."""
