"""Discord: discord.py on one side, the core's ports on the other."""
