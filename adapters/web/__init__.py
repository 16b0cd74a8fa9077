"""The article page with its discussion, on the web; health and metrics beside it."""

from adapters.web.app import WebPage

__all__ = ["WebPage"]
