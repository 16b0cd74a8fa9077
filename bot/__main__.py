"""`python -m bot` is the `roundtable` command."""

from bot.cli import main

main()
