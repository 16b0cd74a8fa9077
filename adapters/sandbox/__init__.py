"""A local Discord and a local Slack, strict where the real ones are, for the demo and the wire tests."""
