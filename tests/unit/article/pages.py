"""Pages to read."""

from __future__ import annotations

from bot.model import Article

URL = "https://www.news.example/2024/the-title?utm_source=mail"
WORDS = (
    "This paragraph has enough words in it to be taken for the text of an article by whoever looks for one, "
    "and it ends as sentences do. A second sentence follows at once."
)
HEAD = """
<title>The Great Title | Example News</title>
<meta property="og:title" content="The Great Title - Example News">
<meta property="og:site_name" content="Example News">
<meta name="description" content="A meaningful description of what this page says about things.">
<link rel="canonical" href="/2024/the-title/">
<meta property="article:published_time" content="2024-05-01T10:00:00+02:00">
<meta name="author" content="By Ada Lovelace">
<meta property="og:image" content="/img/lead.png"><meta property="og:image:alt" content="A round table">
"""


def page(body: str, head: str = "<title>The Great Title</title>", attributes: str = "") -> bytes:
    return f"<!doctype html><html {attributes}><head>{head}</head><body>{body}</body></html>".encode()


def article(inner: str) -> str:
    shown = f"<main><article><h1>The Great Title</h1>{inner}</article></main>"
    return f"<nav><a href=/>Home</a></nav>{shown}<footer>© us</footer>"


def headings(found: Article) -> list[str]:
    return [section.heading for section in found.sections]
