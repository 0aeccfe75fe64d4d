"""From a `ModelSpec` to a `Plan`: every decision is made, and no value is drawn."""
