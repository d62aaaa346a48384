"""Agent `resilience`: what fails, what falls with it, and what does not come back."""
