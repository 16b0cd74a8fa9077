from __future__ import annotations

import pytest

from adapters.slack.markup import Names, parse_mrkdwn
from bot.markup.tree import (
    Block,
    Code,
    CodeBlock,
    Document,
    Emoji,
    Inline,
    Link,
    Mention,
    Paragraph,
    Quote,
    Styled,
    Text,
    Timestamp,
)


def bold(*children: Inline) -> Styled:
    return Styled("bold", children)


NAMES = Names(users={"U1": "Ada"}, channels={"C1": "news"}, usergroups={"S1": "editors"})

INLINE: list[tuple[str, list[Inline]]] = [
    ("plain", [Text("plain")]),
    ("*bold*", [bold(Text("bold"))]),
    ("_italic_", [Styled("italic", (Text("italic"),))]),
    ("~gone~", [Styled("strike", (Text("gone"),))]),
    ("*_both_*", [bold(Styled("italic", (Text("both"),)))]),
    ("*a _b_*", [bold(Text("a "), Styled("italic", (Text("b"),)))]),
    ("a *b*, c", [Text("a "), bold(Text("b")), Text(", c")]),
    ("(*b*)", [Text("("), bold(Text("b")), Text(")")]),
    ("snake_case_name", [Text("snake_case_name")]),
    ("2*3*4", [Text("2*3*4")]),
    ("* a *", [Text("* a *")]),
    ("*a", [Text("*a")]),
    ("a*", [Text("a*")]),
    ("**", [Text("**")]),
    ("**a**", [Text("*"), bold(Text("a")), Text("*")]),
    ("*a\nb*", [Text("*a\nb*")]),
    ("_a *b_ c*", [Styled("italic", (Text("a *b"),)), Text(" c*")]),
    ("`co*d*e`", [Code("co*d*e")]),
    ("`a", [Text("`a")]),
    ("``", [Text("``")]),
    ("*a `b` c*", [bold(Text("a "), Code("b"), Text(" c"))]),
    ("`&lt;b&gt;`", [Code("<b>")]),
    ("a &lt;b&gt; &amp;amp;", [Text("a <b> &amp;")]),
    ("<https://a.example|home>", [Link("https://a.example", (Text("home"),))]),
    ("<https://a.example>", [Link("https://a.example", (Text("https://a.example"),))]),
    ("<https://a.example/?a=1&amp;b=2>", [Link("https://a.example/?a=1&b=2", (Text("https://a.example/?a=1&b=2"),))]),
    ("*<https://a.example|home>*", [bold(Link("https://a.example", (Text("home"),)))]),
    ("<mailto:a@b.example|a@b.example>", [Link("mailto:a@b.example", (Text("a@b.example"),))]),
    ("<javascript:x|y>", [Text("<javascript:x|y>")]),
    ("<b>", [Text("<b>")]),
    ("<", [Text("<")]),
    ("a < b > c", [Text("a < b > c")]),
    ("<@U1>", [Mention("user", "Ada")]),
    ("<@U1|old>", [Mention("user", "Ada")]),
    ("<@U2|bob>", [Mention("user", "bob")]),
    ("<@U2>", [Mention("user", "U2")]),
    ("<#C1>", [Mention("channel", "news")]),
    ("<#C2|talk>", [Mention("channel", "talk")]),
    ("<#C2|>", [Mention("channel", "C2")]),
    ("<!here>", [Mention("everyone", "here")]),
    ("<!channel|channel>", [Mention("everyone", "channel")]),
    ("<!subteam^S1>", [Mention("role", "editors")]),
    ("<!subteam^S2|@devs>", [Mention("role", "devs")]),
    ("<!what|ever>", [Text("<!what|ever>")]),
    ("<!date^1392734382^{date_num} {time}|then>", [Timestamp(1392734382, "f")]),
    ("<!date^1392734382^{date_long} {time}|then>", [Timestamp(1392734382, "F")]),
    ("<!date^1392734382^{ago}|then>", [Timestamp(1392734382, "R")]),
    ("<!date^1392734382^at {time_secs}|then>", [Timestamp(1392734382, "T")]),
    (
        "<!date^1392734382^{date_num}^https://a.example|then>",
        [Link("https://a.example", (Timestamp(1392734382, "d"),))],
    ),
    ("<!date^999999999999999^{date}|never>", [Text("never")]),
    (":tada:", [Text("🎉")]),
    (":wave::skin-tone-3:", [Text("👋🏼")]),
    (":flag-de:", [Text("🇩🇪")]),
    (":+1:", [Text("👍")]),
    (":100:", [Text("💯")]),
    (":party_parrot:", [Emoji("party_parrot")]),
    ("at 10:30:45", [Text("at 10:30:45")]),
    ("a :30: b", [Text("a :30: b")]),
    ("a:b:c", [Text("a:b:c")]),
    (": :", [Text(": :")]),
]


@pytest.mark.parametrize(("text", "expected"), INLINE, ids=[case[0] for case in INLINE])
def test_inline(text: str, expected: list[Inline]) -> None:
    assert parse_mrkdwn(text, names=NAMES) == Document((Paragraph(tuple(expected)),))


def paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


BLOCKS: list[tuple[str, list[Block]]] = [
    ("", []),
    (" \n ", []),
    ("a\nb", [paragraph("a\nb")]),
    ("a\r\nb", [paragraph("a\nb")]),
    ("a\n\nb", [paragraph("a"), paragraph("b")]),
    ("a\n\n\n\nb", [paragraph("a"), paragraph("b")]),
    ("&gt; a", [Quote((paragraph("a"),))]),
    ("> a\n>b", [Quote((paragraph("a\nb"),))]),
    ("a\n&gt; b\nc", [paragraph("a"), Quote((paragraph("b"),)), paragraph("c")]),
    ("&gt; a\n&gt;\n&gt; b", [Quote((paragraph("a"), paragraph("b")))]),
    ("&gt;&gt;&gt; a\nb\n\nc", [Quote((paragraph("a\nb"), paragraph("c")))]),
    ("```a```", [CodeBlock("a")]),
    ("```\na *b*\n  c\n```", [CodeBlock("a *b*\n  c")]),
    ("x ```a``` y", [paragraph("x "), CodeBlock("a"), paragraph(" y")]),
    ("```a &lt; b```", [CodeBlock("a < b")]),
    ("```<https://a.example>```", [CodeBlock("https://a.example")]),
    ("```a", [paragraph("```a")]),
    ("```a``` ```", [CodeBlock("a"), paragraph(" ```")]),
    ("``````", [paragraph("``````")]),
]


@pytest.mark.parametrize(("text", "expected"), BLOCKS, ids=[repr(case[0]) for case in BLOCKS])
def test_blocks(text: str, expected: list[Block]) -> None:
    assert parse_mrkdwn(text) == Document(tuple(expected))
