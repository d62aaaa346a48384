"""Tools of others that look at code, each behind one function."""
