"""The core: knows articles, discussions and civility; no Discord, no Slack, no SQL, no sockets."""
