"""Projects: what an organization groups its analyses by."""
