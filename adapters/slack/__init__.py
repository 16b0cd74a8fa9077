"""Slack: slack-bolt on one side, the core's ports on the other."""
