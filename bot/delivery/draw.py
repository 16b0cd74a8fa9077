"""From records to what platforms draw. All that people wrote goes through the masker here, once more.

Masking twice changes nothing, so what was stored masked stays as it is; names of people and files come here unmasked.
"""

from __future__ import annotations

from bot import texts
from bot.article.card import draw_card
from bot.markup.cutting import excerpt
from bot.markup.view import plain, without_spoilers
from bot.masking import Masker
from bot.masking.naming import is_unfit, with_fit_names
from bot.page.slugs import page_address
from bot.records import AttachmentRecord, CardJob, CopyJob
from bot.views import Answered, Card, CopyView, FileView, Tally

_EXCERPT = 80
_SURELY_FITS = 1_000
"""Characters of a comment that no platform has to cut."""
_HIDDEN = f"[{texts.SPOILER}]"


def card_view(job: CardJob, masker: Masker, web: str | None = None) -> Card:
    """The card as it should show now. `web` is the address of the site that has a page for it, if there is one."""
    return draw_card(
        job.article,
        masker,
        discussion=job.discussion.id,
        comments=job.discussion.comments,
        state=job.discussion.state,
        page=page_of(job, masker, web),
        tallies=_tallies(job.tallies, masker),
    )


def page_of(job: CardJob, masker: Masker, web: str | None) -> str | None:
    """The address of the article's page; None where no site shows its board."""
    if web is None or not job.discussion.on_web:
        return None
    return page_address(web, masker.line(job.article.title).text, job.discussion.id)


def copy_view(job: CopyJob, masker: Masker) -> CopyView:
    """The copy as it should show now, with the contents that its attachments have by now."""
    comment = job.comment
    answers = job.answers
    return CopyView(
        author=masker.line(comment.author.name),
        platform=comment.author.platform,
        avatar=comment.author.avatar,
        body=masker.document(with_fit_names(comment.body, masker)),
        answers=None
        if answers is None or answers.removed
        else Answered(
            author=masker.line(answers.author.name),
            excerpt=masker.line(excerpt(plain(without_spoilers(answers.body, _HIDDEN)), _EXCERPT)),
            url=answers.url,
        ),
        files=tuple(_file(record, job.original, masker) for record in job.attachments),
        original=job.original,
        edited=comment.edited_at is not None,
        tallies=_tallies(job.tallies, masker),
    )


def leads_to_original(job: CopyJob, largest_file: int) -> bool:
    """Whether copies of the comment may link to its original: for what is hidden, too long, or not carried over."""
    body = job.comment.body
    return (
        any(file.missing or file.attachment.spoiler or file.attachment.size > largest_file for file in job.attachments)
        or without_spoilers(body, _HIDDEN) != body
        or len(plain(body)) > _SURELY_FITS
    )


def _tallies(tallies: tuple[Tally, ...], masker: Masker) -> tuple[Tally, ...]:
    """Tallies without those whose custom emoji has a name that would have to be masked."""
    return tuple(tally for tally in tallies if not is_unfit(tally.emoji.strip(":"), masker))


def _file(record: AttachmentRecord, original: str | None, masker: Masker) -> FileView:
    file, name = record.attachment, masker.line(record.attachment.name)
    return FileView(
        name=name,
        alt=masker.line(file.alt),
        media_type=file.media_type,
        size=file.size,
        content=record.content,
        url=original if name.changed else file.permalink or original,  # the file's own address holds its name
        spoiler=file.spoiler,
    )
