"""Number formats, sums, histograms, scratch and threads: what every other room computes with."""
