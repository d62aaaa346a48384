"""HTTP on both sides: problems, headers and body deadlines of what we answer, and the safe client we dial with."""
