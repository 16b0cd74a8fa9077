"""The article page: what it shows, as masked values. How it is drawn is `adapters.web`'s."""
