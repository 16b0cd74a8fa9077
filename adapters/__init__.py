"""One folder a platform, each turning its own world into the core's values and back."""
