from __future__ import annotations

import pytest

from adapters.discord.markup import MentionNames, escape, fit, link_within, parse, render, render_within
from bot.markup.cutting import length
from bot.markup.tree import (
    Block,
    Code,
    CodeBlock,
    Document,
    Emoji,
    Heading,
    Inline,
    Link,
    List,
    Mention,
    Paragraph,
    Quote,
    Styled,
    Text,
    Timestamp,
)

NAMES = MentionNames(users={"1": "Ada"}, roles={"2": "mods"}, channels={"3": "news"})


def t(text: str) -> Text:
    return Text(text)


def bold(*children: Inline) -> Styled:
    return Styled("bold", children)


def italic(*children: Inline) -> Styled:
    return Styled("italic", children)


def strike(*children: Inline) -> Styled:
    return Styled("strike", children)


def underline(*children: Inline) -> Styled:
    return Styled("underline", children)


def spoiler(*children: Inline) -> Styled:
    return Styled("spoiler", children)


def bare(url: str) -> Link:
    return Link(url, (Text(url),))


def p(*children: Inline) -> Paragraph:
    return Paragraph(children)


def items(*found: str) -> tuple[tuple[Block, ...], ...]:
    return tuple((p(t(text)),) for text in found)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("plain", (t("plain"),)),
        ("**bold**", (bold(t("bold")),)),
        ("*italic*", (italic(t("italic")),)),
        ("_italic_", (italic(t("italic")),)),
        ("__under__", (underline(t("under")),)),
        ("~~struck~~", (strike(t("struck")),)),
        ("||hidden||", (spoiler(t("hidden")),)),
        ("***both***", (italic(bold(t("both"))),)),
        ("___both___", (italic(underline(t("both"))),)),
        ("**a *b* c**", (bold(t("a "), italic(t("b")), t(" c")),)),
        ("*a **b***", (italic(t("a "), bold(t("b"))),)),
        ("**a __b ~~c ||d||~~__**", (bold(t("a "), underline(t("b "), strike(t("c "), spoiler(t("d"))))),)),
        ("||**a** `b` https://c.d||", (spoiler(bold(t("a")), t(" "), Code("b"), t(" "), bare("https://c.d")),)),
        ("** spaced **", (bold(t("spaced")),)),
        ("2 * 3 * 4", (t("2 * 3 * 4"),)),
        ("a * no*", (t("a * no*"),)),
        ("*no *", (t("*no *"),)),
        ("snake_case_name", (t("snake_case_name"),)),
        ("_a_b", (t("_a_b"),)),
        ("_a_.", (italic(t("a")), t("."))),
        ("**open", (t("**open"),)),
        ("open** and *open", (t("open** and *open"),)),
        ("****", (t("****"),)),
        ("|one| ||two", (t("|one| ||two"),)),
        ("~one~", (t("~one~"),)),
        ("**a\nb**", (bold(t("a\nb")),)),
        ("`code`", (Code("code"),)),
        ("``a`b``", (Code("a`b"),)),
        ("`` ` ``", (Code("`"),)),
        ("`` `a` ``", (Code("`a`"),)),
        ("`**no**`", (Code("**no**"),)),
        ("`\\`", (Code("\\"),)),
        ("`two\nlines`", (Code("two lines"),)),
        ("`open", (t("`open"),)),
        ("\\*a\\* \\_b\\_ \\`c\\` \\||d||", (t("*a* _b_ `c` ||d||"),)),
        ("\\\\ \\a \\", (t("\\ \\a \\"),)),
        ("¯\\_(ツ)_/¯", (t("¯\\_(ツ)_/¯"),)),
        ("<@1> <@!1> <@&2> <#3>", (
            Mention("user", "Ada"), t(" "), Mention("user", "Ada"), t(" "), Mention("role", "mods"), t(" "),
            Mention("channel", "news"),
        )),
        ("<@9> <@&9> <#9>", (
            Mention("user", "unknown-user"), t(" "), Mention("role", "unknown-role"), t(" "),
            Mention("channel", "unknown"),
        )),
        ("</board join:5>", (Mention("command", "board join"),)),
        ("@everyone, @here", (Mention("everyone", "everyone"), t(", "), Mention("everyone", "here"))),
        ("me@heretic.org", (t("me@heretic.org"),)),
        ("`<@1> @everyone`", (Code("<@1> @everyone"),)),
        ("<id:customize>", (Mention("channel", "Channels & Roles"),)),
        ("<id:linked-roles:7>", (Mention("channel", "Linked Roles"),)),
        ("<:fire:1>", (Emoji("fire", "https://cdn.discordapp.com/emojis/1.png"),)),
        ("<a:fire:1>", (Emoji("fire", "https://cdn.discordapp.com/emojis/1.gif"),)),
        ("<:f:1> <@> <#x> <t:> <nothing>", (t("<:f:1> <@> <#x> <t:> <nothing>"),)),
        ("<t:1700000000>", (Timestamp(1_700_000_000),)),
        ("<t:-5:R>", (Timestamp(-5, "R"),)),
        ("<t:5:x> <t:999999999999999>", (t("<t:5:x> <t:999999999999999>"),)),
        ("https://a.b/c_d_e", (bare("https://a.b/c_d_e"),)),
        ("see https://a.b/c, or (https://d.e).", (
            t("see "), bare("https://a.b/c"), t(", or ("), bare("https://d.e"), t(").")
        )),
        ("https://a.b/c_(d)", (bare("https://a.b/c_(d)"),)),
        ("<https://a.b/c>", (bare("https://a.b/c"),)),
        ("<me@a.b>", (Link("mailto:me@a.b", (t("me@a.b"),)),)),
        ("<+49 30 123456>", (t("+49 30 123456"),)),
        ("https:// http://,", (t("https:// http://,"),)),
        ("[text](https://a.b)", (Link("https://a.b", (t("text"),)),)),
        ("[text](<https://a.b>)", (Link("https://a.b", (t("text"),)),)),
        ('[text](https://a.b "title")', (Link("https://a.b", (t("text"),)),)),
        ("[**b** [1]](https://a.b/c_(d))", (Link("https://a.b/c_(d)", (bold(t("b")), t(" [1]"))),)),
        ("[https://a.b](https://a.b)", (bare("https://a.b"),)),
        ("[https://good.org](https://evil.org)", (
            bare("https://good.org"), t(" ("), bare("https://evil.org"), t(")"),
        )),
        ("[text](javascript:x) [x] (y) [](https://a.b)", (
            t("[text](javascript:x) [x] (y) []("), bare("https://a.b"), t(")"),
        )),
        ("-5 degrees, #tag, 1.5, >x", (t("-5 degrees, #tag, 1.5, >x"),)),
    ],
)  # fmt: skip
def test_inline(written: str, meant: tuple[Inline, ...]) -> None:
    assert parse(written, mentions=NAMES) == Document((Paragraph(meant),))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", ()),
        (" \n ", ()),
        ("a\nb", (p(t("a\nb")),)),
        ("a\r\n\r\n\r\nb", (p(t("a")), p(t("b")))),
        ("**a\n\nb**", (p(bold(t("a"))), p(bold(t("b"))))),
        ("||a\n\nb||", (p(spoiler(t("a"))), p(spoiler(t("b"))))),
        ("||a\n> b||", (p(spoiler(t("a\n> b"))),)),
        ("||```py\nx\ny\n```||", (p(spoiler(Code("x"), t("\n"), Code("y"))),)),
        ("# One\n## Two ##\n### Three\n#### four", (
            Heading(1, (t("One"),)), Heading(2, (t("Two"),)), Heading(3, (t("Three"),)), p(t("#### four")),
        )),
        ("#no\n# ", (p(t("#no\n#")),)),
        ("# **a** `b`", (Heading(1, (bold(t("a")), t(" "), Code("b"))),)),
        ("a\n-# small *print*\nb", (p(t("a")), p(t("small "), italic(t("print"))), p(t("b")))),
        ("```py\nx = 1\n\n  y\n```", (CodeBlock("x = 1\n\n  y", "py"),)),
        ("```x```", (CodeBlock("x"),)),
        ("```x y\nz```", (CodeBlock("x y\nz"),)),
        ("a ```b``` c", (p(t("a")), CodeBlock("b"), p(t("c")))),
        ("```\n> not a quote\n# nor a heading\n```", (CodeBlock("> not a quote\n# nor a heading"),)),
        ("```open", (p(t("```open")),)),
        ("> a\n> **b**\nc", (Quote((p(t("a\n"), bold(t("b"))),)), p(t("c")))),
        ("> a\n\n> b", (Quote((p(t("a")),)), Quote((p(t("b")),)))),
        (">a", (p(t(">a")),)),
        (">>> a\n\n# b\nc", (Quote((p(t("a")), Heading(1, (t("b"),)), p(t("c")))),)),
        ("> > a", (Quote((p(t("> a")),)),)),
        ("> ```\n> x\n> ```", (Quote((CodeBlock("x"),)),)),
        ("> - a\n>   - b", (Quote((List(((p(t("a")), List(items("b"))),)),)),)),
        ("- a\n- b", (List(items("a", "b")),)),
        ("* a\n- b", (List(items("a", "b")),)),
        ("1. a\n2. b", (List(items("a", "b"), ordered=True),)),
        ("7. a\n9. b", (List(items("a", "b"), ordered=True, start=7),)),
        ("- a\n  more\n- b", (List(items("a\nmore", "b")),)),
        ("- a\n  - b\n    1. c\n- d", (
            List(((p(t("a")), List(((p(t("b")), List(items("c"), ordered=True)),))), (p(t("d")),))),
        )),
        ("- a\n\n- b", (List(items("a", "b")),)),
        ("- a\n1. b", (List(items("a")), List(items("b"), ordered=True))),
        ("- a\nb", (List(items("a")), p(t("b")))),
        ("- **a** <@1>", (List(((p(bold(t("a")), t(" "), Mention("user", "Ada")),),)),)),
        ("- # a", (List(((Heading(1, (t("a"),)),),)),)),
        ("-a\n1.b\n1) c", (p(t("-a\n1.b\n1) c")),)),
    ],
)  # fmt: skip
def test_blocks(written: str, meant: tuple[Block, ...]) -> None:
    assert parse(written, mentions=NAMES) == Document(meant)


@pytest.mark.parametrize(
    ("nodes", "written"),
    [
        ((t("*a* _b_ ~~c~~ ||d|| `e` \\ [f](g) <@1>"),),
         "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\|\\|d\\|\\| \\`e\\` \\\\ \\[f](g) \\<@\u20601>"),
        ((t("f***k you, sh**"),), "f\\*\\*\\*k you, sh\\*\\*"),
        ((t("# a\n- b\n1. c\n> d\n-# e"),), "\\# a\n\\- b\n1\\. c\n\\> d\n\\-# e"),
        ((t("a - b # c > d, 5 ~ 6 | 7"),), "a - b # c > d, 5 ~ 6 | 7"),
        ((t("@everyone @here me@a.org"),), "@\u2060everyone @\u2060here me@a.org"),
        ((t("10:30 :smile:"),), "10:30 \\:smile:"),
        ((Mention("user", "Ada"), t(" "), Mention("everyone", "everyone"), t(" "), Mention("channel", "a_b")),
         "@Ada @\u2060everyone #a\\_b"),
        ((Emoji("party"), Emoji("fire", "https://cdn.discordapp.com/emojis/1.gif")), "\\:party:<a:fire:1>"),
        ((Timestamp(5, "R"),), "<t:5:R>"),
        ((Code("a`b"), t(" "), Code("`"), t(" "), Code("a``b"), t(" "), Code("**")), "``a`b`` `` ` `` `a``b` `**`"),
        ((bold(t("a")), italic(t("b"))), "**a**\u2060*b*"),
        ((bold(t(" a ")), t("b")), "**a** b"),
        ((bold(bold(t("a")), t("b")),), "**ab**"),
        ((Link("https://a.b/(c)", (t("x"),)),), "[x](https://a.b/%28c%29)"),
        ((Link("https://a.b/", (t("[1] x"),)),), "[[1] x](https://a.b/)"),
        ((Link("https://a.b/", (t("x]y"),)),), "x]y (<https://a.b/>)"),
        ((Link("https://evil.org", (t("https://good.org"),)),), "https://good.org (<https://evil.org>)"),
        ((Link("mailto:me@a.b", (t("write"),)),), "write (<me@a.b>)"),
        ((bare("https://a.b"), t("c")), "<https://a.b>c"),
        ((bare("https://a.b"), t(", c")), "https://a.b, c"),
        ((italic(t("a "), Code("b*c"), t(" d")),), "*a* `b*c` *d*"),
        ((spoiler(Code("a||b")),), "||`a|\u2060|b`||"),
    ],
)  # fmt: skip
def test_writing(nodes: tuple[Inline, ...], written: str) -> None:
    assert render(Document((Paragraph(nodes),))) == written


@pytest.mark.parametrize(
    ("blocks", "written"),
    [
        ((p(t("a")), p(t("b"))), "a\n\nb"),
        ((Heading(5, (t("a\nb"),)), p(t("c"))), "### a b\nc"),
        ((Heading(1, (t("C#"),)),), "# C# \u2060"),
        ((CodeBlock("a\n```\nb", "py"),), "```py\na\n``\u2060`\nb\n```"),
        ((CodeBlock("x", "größe"),), "```\nx\n```"),
        ((Quote((p(t("a\nb")), Quote((p(t("c")),)))),), "> a\n> b\n> \n> c"),
        ((List(((p(t("a")), List(items("b", "c"), ordered=True, start=3)), (p(t("d")),))),),
         "- a\n  3. b\n  4. c\n- d"),
        ((List(((p(t("a")), CodeBlock("x")), (p(t("b")),)), ordered=True),), "1. a\n```\nx\n```\n2. b"),
        ((List(items("a")), List(items("b"), ordered=True)), "- a\n\u2060\n1. b"),
        ((List(((), (p(t("b")),))),), "- \u2060\n- b"),
    ],
)  # fmt: skip
def test_writing_blocks(blocks: tuple[Block, ...], written: str) -> None:
    assert render(Document(blocks)) == written


def test_a_cut_text_keeps_its_markup_whole() -> None:
    document = Document((p(bold(t("One two three. "), Link("https://a.b/c", (t("four five six seven eight"),)))),))
    written = render_within(document, 48)
    assert length(written) <= 48
    assert parse(written).blocks == (p(bold(t("One two three. "), Link("https://a.b/c", (t("four five"),))), t("…")),)


def test_a_text_that_fits_is_not_cut() -> None:
    assert render_within(parse("**a** b"), 7) == "**a** b"


def test_a_link_gives_up_its_label_before_its_target() -> None:
    assert link_within("a long label for a link", "https://a.b/c", 27) == "[a long…](https://a.b/c)"
    assert link_within("label", "https://a.b/" + "c" * 200, 100) == "label"
    assert link_within("label", None, 100) == "label"


def test_nested_lists_end_at_a_depth() -> None:
    deep = "\n".join(" " * (2 * level) + "- x" for level in range(400))
    assert parse(render(parse(deep))) == fit(parse(deep))


def test_escaping_leaves_what_a_person_reads() -> None:
    assert parse(escape("1. *x* <@5> @everyone")) == Document((p(t("1. *x* <@5> @everyone")),))
