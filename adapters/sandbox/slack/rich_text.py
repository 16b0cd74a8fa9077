"""What a `rich_text` block may hold, element by element (Block Kit reference, Rich text block)."""

from __future__ import annotations

from typing import Final

from adapters.sandbox.slack.checks import Check, anything, array, by_type, fields, flag, one_of, text, whole

LONGEST_TEXT: Final = 13_200
MANY: Final = 10_000
DEEPEST_INDENT: Final = 8

_STYLE: Final = fields(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"),
        flag,
    ),
)


def _inline(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    return fields({"type": anything, **required}, {"style": _STYLE, **(optional or {})})


_TEXT: Final = _inline({"text": text(LONGEST_TEXT)})
_LINK: Final = _inline({"url": text(3000)}, {"text": text(LONGEST_TEXT, 0), "unsafe": flag})
_INLINE: Final = by_type(
    {
        "text": _TEXT,
        "link": _LINK,
        "emoji": _inline({"name": text(255)}, {"unicode": text(255), "url": text(3000), "skin_tone": whole(1, 6)}),
        "user": _inline({"user_id": text(255)}),
        "usergroup": _inline({"usergroup_id": text(255)}),
        "channel": _inline({"channel_id": text(255)}),
        "broadcast": _inline({"range": one_of("here", "channel", "everyone")}),
        "date": _inline(
            {"timestamp": whole(0, 10**11), "format": text(500)}, {"url": text(3000), "fallback": text(500)}
        ),
        "color": _inline({"value": text(20)}),
    }
)
_BORDER: Final = whole(0, 1)
_SECTION: Final = fields({"type": anything, "elements": array(_INLINE, 0, MANY)})
_ITEM: Final = by_type({"rich_text_section": _SECTION})

RICH_TEXT_ELEMENT: Final = by_type(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": fields(
            {"type": anything, "style": one_of("bullet", "ordered"), "elements": array(_ITEM, 1, MANY)},
            {"indent": whole(0, DEEPEST_INDENT), "offset": whole(0, 10**6), "border": _BORDER},
        ),
        "rich_text_preformatted": fields(
            {"type": anything, "elements": array(by_type({"text": _TEXT, "link": _LINK}), 1, MANY)},
            {"border": _BORDER, "language": text(50)},
        ),
        "rich_text_quote": fields({"type": anything, "elements": array(_INLINE, 1, MANY)}, {"border": _BORDER}),
    }
)
RICH_TEXT: Final = fields({"type": anything, "elements": array(RICH_TEXT_ELEMENT, 1, MANY)}, {"block_id": text(255)})
