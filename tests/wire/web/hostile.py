"""An article and its discussion in which every field that people can fill tries to be more than text."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.markup.tree import (
    Code,
    CodeBlock,
    Document,
    Emoji,
    Heading,
    Link,
    List,
    Mention,
    Paragraph,
    Quote,
    Styled,
    Text,
    Timestamp,
)
from bot.model import SLACK, Attachment, Author, DiscussionId, Image, RemoteUserId, Source, WorkspaceId
from tests.builders import article, channel
from tests.wire.web.conftest import Site

MARKUP: Final = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'>{{7*7}}</style>]]>&lt;\u202e\x00\x1b"
SCRIPT: Final = "javascript:alert(1)"
BREAKOUT: Final = 'https://e.example/"onmouseover="alert(1)" x="<b>'

_NODES: Final = (
    Text(MARKUP),
    Styled("bold", (Text(MARKUP), Styled("spoiler", (Text(MARKUP), Code(MARKUP))))),
    Code(MARKUP),
    Link(SCRIPT, (Text("click"),)),
    Link(BREAKOUT, (Text(MARKUP), Styled("spoiler", (Link(SCRIPT, (Text("in"),)),)))),
    Link(f"mailto:{MARKUP}", (Text("mail"),)),
    Mention("user", MARKUP),
    Emoji(MARKUP, SCRIPT),
    Timestamp(1),
    Timestamp(10**15),
)
BODY: Final = Document(
    (
        Heading(1, _NODES),
        Paragraph(_NODES),
        Quote((Paragraph(_NODES), List(((Paragraph(_NODES), CodeBlock(MARKUP)),), ordered=True, start=-3))),
        List(((),)),
        CodeBlock(MARKUP, MARKUP),
    )
)


async def publish_hostile(site: Site, url: str = SCRIPT) -> DiscussionId:
    """The discussion; its addresses are `url`, at best one that looks like a web page's."""
    life = site.life
    section = article().sections[0]
    given = replace(
        article(MARKUP),
        tldr=MARKUP,
        sections=(replace(section, heading=MARKUP, body=BODY), replace(section, heading="", body=BODY)),
        source=Source(MARKUP, MARKUP, url),
        image=Image(url, MARKUP),
        authors=(MARKUP, MARKUP),
        language='en" onload="alert(1)',
    )
    await life.store.join(life.community, "main", replace(channel(SLACK, "odd"), name=MARKUP))
    (board,) = await life.store.boards(life.community)
    number = await life.put(given, board.id)
    writer = Author(SLACK, WorkspaceId("W"), RemoteUserId(MARKUP), MARKUP, url)
    files = (
        Attachment(MARKUP, "text/html", 5, "x", url, MARKUP),
        Attachment("", "", 0, "y", None, MARKUP, spoiler=True),
    )
    comment = await life.say(number, "x1", BODY, author=writer, attachments=files, permalink=url)
    await life.say(number, "x2", MARKUP, answers="x1", name=MARKUP)
    await life.say(number, "x3", Document(), name="")
    await life.react(number, comment, MARKUP, "x")
    await life.react(number, None, MARKUP, "x")
    return number
