"""What is in a file or an answer, by its type, name, encoding and content."""

from __future__ import annotations

import pytest

from bot.article import article_text, read_bytes, read_html
from bot.errors import SourceError
from tests.unit.article.pages import WORDS


@pytest.mark.parametrize(
    ("head", "encoding", "charset"),
    [
        ("<meta charset=iso-8859-1>", "cp1252", None),
        ("<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>", "cp1252", None),
        ("", "cp1252", None),
        ("", "cp1252", "ISO-8859-1"),
        ("<meta charset=utf-8>", "cp1252", "windows-1252"),
        ("", "utf-8", None),
        ("", "utf-8", "no-such-charset"),
        ("", "utf-8", "rot13"),
        ("", "utf-8-sig", "latin-1"),
        ("", "utf-16", None),
        ("<meta charset=utf-8>", "utf-16", "utf-8"),
        ("<meta charset=utf-16>", "utf-8", None),
        ("<?xml version='1.0' encoding='windows-1252'?>", "cp1252", None),
        ("<meta charset=gb2312>", "gb18030", None),
    ],
)
def test_charsets(head: str, encoding: str, charset: str | None) -> None:
    found = read_html(f"{head}<p>Grüße – {WORDS}</p>".encode(encoding), charset=charset)
    assert f"Grüße – {WORDS}" in article_text(found)


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    content = f"<p>Grüße über Grüße, überall Grüße, für jeden Übermütigen. {WORDS}</p>".encode()
    found = read_html(content.replace(b"jeden", b"je\xffden"))
    assert "Grüße über Grüße" in article_text(found)


@pytest.mark.parametrize(
    ("content", "given", "says"),
    [
        (b"", {}, "empty"),
        (b" \n ", {"media_type": "text/html"}, "empty"),
        (b"%PDF-1.7 ...", {}, "PDF"),
        (b"%PDF-1.7 ...", {"media_type": "text/html"}, "PDF"),
        (b"PK\x03\x04....", {"name": "a.docx"}, "office document"),
        (b"\x89PNG\r\n\x1a\n", {"name": "a.txt"}, "image"),
        (bytes(range(256)) * 20, {}, "no text"),
        (bytes(range(256)) * 20, {"name": "a.md"}, "no text"),
        (b"\x00\x01\x02\x03" * 50, {"media_type": "text/plain"}, "no text"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", {}, "feed"),
        (b"a" * 6_000_000, {}, "5 MB"),
        (b"<html><body></body></html>", {}, "no article"),
        (b"<html><body><script>app()</script></body></html>", {"name": "a.html"}, "no article"),
    ],
)
def test_what_is_no_article_is_told_in_one_line(content: bytes, given: dict[str, str], says: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_bytes(content, **given)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "is_html"),
    [
        ({"media_type": "text/html; charset=utf-8"}, True),
        ({"media_type": "TEXT/HTML"}, True),
        ({"media_type": "application/xhtml+xml"}, True),
        ({"name": "page.HTML"}, True),
        ({}, True),
        ({"name": "page.unknown"}, True),
        ({"media_type": "text/plain"}, False),
        ({"name": "notes.md"}, False),
    ],
)
def test_type_then_name_then_content_decide(given: dict[str, str], is_html: bool) -> None:  # noqa: FBT001 - a table
    content = f"<!doctype html><h1>The Title</h1>\n\n<p>{WORDS}</p><p>{WORDS}</p>".encode()
    found = read_bytes(content, **given)
    assert ("<p>" not in article_text(found)) is is_html


def test_a_text_from_an_address_has_that_address_as_its_source() -> None:
    found = read_bytes(f"# The Title\n\n{WORDS}".encode(), media_type="text/plain", url="https://x.example/a.md")
    assert found.title == "The Title"
    assert found.source.url == "https://x.example/a.md"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_text_files_in_other_encodings(encoding: str) -> None:
    found = read_bytes(f"Grüße\n\n{WORDS} Ä Ö Ü.".encode(encoding), name="a.txt")
    assert found.title == "Grüße"
    assert "Ä Ö Ü" in article_text(found)
