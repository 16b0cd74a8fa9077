"""Articles from HTML pages: trafilatura first, readability where it finds little, JSON-LD where the page is a shell."""

from __future__ import annotations

import logging
from copy import deepcopy
from itertools import islice
from typing import Final

import lxml.html
import regex
from lxml.etree import LxmlError, ParserError, XPath
from lxml.html import HtmlElement

from bot.article.blocks import document_of
from bot.article.charset import decode_page
from bot.article.composing import compose
from bot.article.head import read_head
from bot.article.hidden import drop_hidden
from bot.article.lines import as_markdown
from bot.article.linked_data import article_data, text_of
from bot.errors import SourceError
from bot.markup.markdown import from_markdown
from bot.markup.tree import Document
from bot.markup.view import plain
from bot.model import Article

_LOG: Final = logging.getLogger(__name__)
_XML_DECLARATION: Final = regex.compile(r"^\s*<\?xml[^>]*\?>")
_START_TAG: Final = regex.compile(r"<([A-Za-z][\w:-]*+)(?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+")
_LARGE_TAG: Final = 30_000
_MOST_ATTRIBUTES: Final = 3_000
_MOST_ELEMENTS: Final = 100_000
_TAG: Final = regex.compile(r"<(?:p|br|div|h[1-6]|ul|ol|li|em|strong|a)\b", regex.IGNORECASE)
_LONGEST_TOLD: Final = 400_000
_FURNITURE: Final = frozenset({"nav", "footer", "aside", "form", "button", "head"})
_FURNITURE_NAMES: Final = regex.compile(
    r"\b(?:meta|byline|share|sharing|social|related|recommended|comments?|sidebar|newsletter|breadcrumbs?|promo)\b"
)
_BYLINE_CLASS: Final = regex.compile(r"(?:^|\s)(?:byline|(?:entry|post|article)[-_]+(?:meta|info|date))(?:\s|$)")
_WORD: Final = regex.compile(r"\w")
_AROUND: Final = "ancestor::nav or ancestor::header or ancestor::footer or ancestor::aside or ancestor::form"
_HEADED: Final = " or ".join(f"ancestor::h{level}" for level in range(1, 7))
_LISTED_LINKS: Final = XPath(f"boolean(//body/descendant::a[@href][ancestor::li and not({_AROUND})])")
_UNLISTED_TEXTS: Final = XPath(
    f"//body/descendant::text()[not((ancestor::a[@href] and ancestor::li) or {_AROUND} or {_HEADED})]"
)
_PERMALINKS: Final = frozenset({"¶", "#"})
_SHORT: Final = 1_500
_FEW: Final = 2
_LITTLE: Final = 250
"""Characters; an extraction below this may have missed the article."""


def read_html(content: bytes, *, url: str | None = None, charset: str | None = None) -> Article:
    """The article in an HTML page that was fetched from `url`, with `charset` from its Content-Type.

    Nothing is fetched besides, and nothing written. Raises `SourceError` where the page holds no article's text.
    """
    root, is_whole = _parsed(decode_page(content, charset))
    _drop_permalinks(root)
    _mark_summaries(root)
    data = article_data(root)
    known = read_head(root, data, url)
    drop_hidden(root)
    _drop_bylines(root)
    document = Document() if _is_index(root) else _main_text(root, url)
    told = text_of(data.get("articleBody"))[:_LONGEST_TOLD]
    if len(told) > 2 * len(plain(document)):
        document = _told_document(told, url)
    if not is_whole and len(plain(document)) < _LITTLE:
        raise SourceError("The page's parts are nested too deeply to be read: paste its text instead.")
    if not document.blocks:
        raise SourceError(
            "The page holds no article's text: it may need a browser, or a login. Paste the text instead."
        )
    return compose(document, known, is_page=True)


def _parsed(text: str) -> tuple[HtmlElement, bool]:
    """The page's tree, and whether all of the page is in it: libxml2 leaves out what is nested too deeply."""
    text = _START_TAG.sub(_without_attributes, _XML_DECLARATION.sub("", text.replace("\0", "")))
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ParserError, LxmlError, ValueError):
        raise SourceError("The page is empty: there is no text on it.") from None
    if next(islice(root.iter(), _MOST_ELEMENTS, None), None) is not None:
        raise SourceError("The page has too many parts to be one article: paste its text instead.")
    return root, not any("depth" in error.message.lower() for error in parser.error_log)


def _without_attributes(tag: regex.Match[str]) -> str:
    """A start tag, bare where it has so many attributes that libxml2 would take minutes to compare them all."""
    whole = tag[0]
    if len(whole) < _LARGE_TAG or sum(map(str.isspace, whole)) < _MOST_ATTRIBUTES:
        return whole
    return f"<{tag[1]} hidden" if "hidden" in whole or "none" in whole else f"<{tag[1]}"


def _drop_permalinks(root: HtmlElement) -> None:
    """Take out of headings the signs that link to the headings themselves."""
    for heading in root.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        for link in list(heading.iterdescendants("a")):
            if "#" in link.get("href", "") and "".join(link.itertext()).strip() in _PERMALINKS:
                link.drop_tree()


def _mark_summaries(root: HtmlElement) -> None:
    """Show the lines that open details as browsers do: they are no headings, for which trafilatura takes them."""
    for summary in list(root.iter("summary")):
        summary.tag = "p"
        summary.text = f"▸ {(summary.text or '').lstrip()}"


def _drop_bylines(root: HtmlElement) -> None:
    """Take out the lines about author and date, which the head has told: they are no part of the text."""
    for element in list(root.iterdescendants()):
        if _BYLINE_CLASS.search(element.get("class", "")) and len("".join(element.itertext())) < _LITTLE:
            element.drop_tree()


def _main_text(root: HtmlElement, url: str | None) -> Document:
    document = _by_trafilatura(root, url)
    found = len(plain(document))
    if found < _SHORT and len(document.blocks) < _FEW:
        # From short pages trafilatura may take all the words at once, headings and paragraphs run together.
        marked = _by_landmarks(root, url)
        if len(document.blocks) < len(marked.blocks) and len(plain(marked)) < 2 * found + _LITTLE:
            return marked
    if found < _LITTLE and len(" ".join("".join(root.itertext()).split())) > 2 * found:
        other = _by_readability(root, url)
        if len(plain(other)) > found:
            return other
    return document


def _by_landmarks(root: HtmlElement, url: str | None) -> Document:
    """What stands in the page's one article, else in its main part, else in its body, the furniture taken out."""
    articles = list(root.iter("article"))
    mains = [element for element in root.iter() if element.tag == "main" or element.get("role") == "main"]
    container = deepcopy(next(iter(articles if len(articles) == 1 else mains), root))
    for element in list(container.iterdescendants()):
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if element.tag in _FURNITURE or _FURNITURE_NAMES.search(names):
            element.drop_tree()
    return document_of(container, url)


def _by_trafilatura(root: HtmlElement, url: str | None) -> Document:
    from trafilatura import bare_extraction  # noqa: PLC0415 - half a second that only pages need

    try:
        found = bare_extraction(
            root, url=url, fast=True, include_comments=False, include_formatting=True, include_links=True
        )
    except Exception:  # noqa: BLE001 - hostile pages break libraries in ways of their own; readability comes next
        _LOG.debug("trafilatura failed on a page", exc_info=True)
        return Document()
    body = getattr(found, "body", None)
    return Document() if body is None else document_of(body, url)


def _by_readability(root: HtmlElement, url: str | None) -> Document:
    from readability import Document as Readable  # noqa: PLC0415 - the same

    try:
        summary = Readable(lxml.html.tostring(root, encoding="unicode")).summary(html_partial=True)
        return document_of(lxml.html.fragment_fromstring(summary, create_parent="div"), url)
    except Exception:  # noqa: BLE001 - the same: a page that no library reads is a page without an article
        _LOG.debug("readability failed on a page", exc_info=True)
        return Document()


def _is_index(root: HtmlElement) -> bool:
    """Whether there is nothing to read on a page but headings and lists of links to other pages."""
    return bool(_LISTED_LINKS(root)) and not any(_WORD.search(text) for text in _UNLISTED_TEXTS(root))


def _told_document(text: str, url: str | None) -> Document:
    """The `articleBody` of JSON-LD, which is plain text as a rule and HTML at times."""
    if _TAG.search(text):
        return document_of(lxml.html.fragment_fromstring(text, create_parent="div"), url)
    return from_markdown(as_markdown(text))
