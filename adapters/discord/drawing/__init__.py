"""What Roundtable shows on Discord, as bodies of requests."""
