"""Members: users, and what they may do in which organization."""
