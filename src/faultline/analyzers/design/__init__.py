"""Kind `design`: where a design will fail, from API specifications, architecture documents and deployment files."""
