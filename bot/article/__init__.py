"""Articles: bytes or text in, an `Article` out, and from it a card. Pure, and bound by the CPU: call it in a thread."""

from bot.article.fingerprint import fingerprints
from bot.article.plain import read_text
from bot.article.reading import read_bytes, read_html
from bot.article.sample import sample
from bot.article.writing import article_text

__all__ = ["article_text", "fingerprints", "read_bytes", "read_html", "read_text", "sample"]
