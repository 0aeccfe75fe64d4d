"""Number formats, sums, histograms, scratch arrays and threads, used by every other room."""
