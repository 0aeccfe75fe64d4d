"""Laws of libraries whose draws differ from the ideal law, as measured, and which of them a sample follows."""
