"""One reader a shape of file; all of them end in conversations, or in a Fault that names the line."""
