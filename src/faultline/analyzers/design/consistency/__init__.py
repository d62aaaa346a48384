"""Agent `consistency`: what contradicts itself, or another document."""
