"""Naughty strings wherever a spec, a call or a path has text: plain lines come out, and no file beside OUT."""
