"""Agent `security`: what is open, unencrypted or told to everybody."""
