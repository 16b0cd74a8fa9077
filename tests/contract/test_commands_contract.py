"""What commands do, over a real store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.article import sample
from bot.commands import Given, GivenFile, GivenText, GivenUrl, Published
from bot.desk import Desk
from bot.discussion.decide import Rules, decide
from bot.discussion.decisions import Add
from bot.errors import NotAllowed, NotFound, SourceError, UserError
from bot.markup.tree import plain_document
from bot.markup.view import plain
from bot.model import DISCORD, SLACK, DraftId, Person, Posted, RemoteMessageId
from bot.ports import Fetched
from bot.records import CardJob, CopyJob, Lane
from bot.views import DraftView
from storage.store import SqlStore
from tests.builders import MASKER, MASKERS, TurnableClock, author, channel, posted, thread

ADMIN = Person(author(DISCORD, "Ada"), is_admin=True)
MEMBER = Person(author(DISCORD, "Grace"), is_admin=False)
RULES = Rules(MASKER, timedelta(days=30), can_replace=True)


class Pages:
    """A fetcher over pages that a test knows."""

    def __init__(self, **pages: str) -> None:
        self.pages = {f"https://example.org/{name}": text for name, text in pages.items()}

    async def fetch(self, url: str) -> Fetched:
        if url not in self.pages:
            raise SourceError("There is no such page.")
        return Fetched(url, self.pages[url].encode(), "text/html", "utf-8")


PAGE = "<html><head><title>A page - Example</title></head><body><article><h1>A page</h1>%s</article></body></html>" % (
    "<p>It says a lot of things about forums, and why they matter to those who write in them every day.</p>" * 4
)


@pytest.fixture
async def desk(store: SqlStore, clock: TurnableClock) -> Desk:
    community = await store.community("main")
    for platform in (DISCORD, SLACK):
        await store.join(community, "main", channel(platform))
    return Desk(community, store, Pages(a=PAGE), MASKERS, clock, lambda: None, keep_originals=timedelta(days=30))


async def carry_cards(store: SqlStore, clock: TurnableClock) -> None:
    for lane, platform in await store.due(clock.now()):
        job = await store.next_job(Lane(lane), clock.now())
        assert isinstance(job, CardJob)
        root = RemoteMessageId("root")
        await store.finish_card(job, root=root, url=f"https://{platform}.example", thread=thread(platform), done=1)


async def drafted(desk: Desk, given: Given | None = None) -> DraftView:
    view = await desk.draft(ADMIN, channel(DISCORD).ref, given or GivenText(sample()), None)
    assert isinstance(view, DraftView)
    return view


async def test_a_draft_shows_the_card_and_where_it_would_go(desk: Desk) -> None:
    view = await drafted(desk)
    assert (view.board, view.channels) == ("main", ("#news on Discord", "#news on Slack"))
    assert view.card.discussion is None
    assert view.card.title.text == view.title


@pytest.mark.parametrize(
    "given",
    [
        GivenUrl("https://example.org/a"),
        GivenText("A title\n\nSome text."),
        GivenFile("a.md", "", b"# A title\n\nText."),
    ],
)
async def test_every_way_of_giving_an_article_makes_a_draft(desk: Desk, given: Given) -> None:
    assert (await drafted(desk, given)).title in {"A page", "A title"}


async def test_a_draft_is_edited_and_keeps_its_text(desk: Desk) -> None:
    draft = (await drafted(desk)).draft
    view = await desk.redraft(ADMIN, draft, "  Another\n title ", "Shorter.")
    assert (view.title, view.tldr) == ("Another title", "Shorter.")
    assert await desk.open_draft(ADMIN, draft) == view
    with pytest.raises(UserError, match="can't be empty"):
        await desk.redraft(ADMIN, draft, " ", "Shorter.")


async def test_publishing_answers_with_links_once_the_cards_stand(
    desk: Desk, store: SqlStore, clock: TurnableClock
) -> None:
    draft = (await drafted(desk)).draft
    published = await desk.publish(ADMIN, draft)
    assert published.links == ()
    assert published.missing == ("#news on Discord: on its way", "#news on Slack: on its way")
    await carry_cards(store, clock)
    with pytest.raises(NotFound, match="draft is gone"):
        await desk.publish(ADMIN, draft)
    again = await desk.draft(ADMIN, channel(DISCORD).ref, GivenText(sample()), None)
    assert isinstance(again, Published)
    assert again.already
    assert [link.url for link in again.links] == ["https://discord.example", "https://slack.example"]


async def test_what_was_refused_for_good_is_told_apart_from_what_is_on_its_way(
    desk: Desk, store: SqlStore, clock: TurnableClock
) -> None:
    await desk.publish(ADMIN, (await drafted(desk)).draft)
    (lane, _), *_ = await store.due(clock.now())
    job = await store.next_job(Lane(lane), clock.now())
    assert isinstance(job, CardJob)
    await store.park(job.row, "no permission")
    again = await desk.draft(ADMIN, channel(DISCORD).ref, GivenText(sample()), None)
    assert isinstance(again, Published)
    assert again.refused == ("#news on Discord: no permission",)
    assert again.missing == ("#news on Slack: on its way",)


async def test_a_cancelled_draft_is_gone_and_cancelling_twice_is_well(desk: Desk) -> None:
    draft = (await drafted(desk)).draft
    await desk.cancel(ADMIN, draft)
    await desk.cancel(ADMIN, draft)
    with pytest.raises(NotFound):
        await desk.open_draft(ADMIN, draft)


async def test_another_admins_draft_is_not_mine(desk: Desk) -> None:
    draft = (await drafted(desk)).draft
    with pytest.raises(NotFound):
        await desk.open_draft(Person(author(DISCORD, "Linus"), is_admin=True), draft)


async def test_members_may_not_give_admins_commands(desk: Desk) -> None:
    here = channel(DISCORD)
    for forbidden in (
        desk.draft(MEMBER, here.ref, GivenText("A title\n\nText."), None),
        desk.redraft(MEMBER, DraftId(1), "A", "B"),
        desk.publish(MEMBER, DraftId(1)),
        desk.cancel(MEMBER, DraftId(1)),
        desk.join(MEMBER, here, None),
        desk.leave(MEMBER, here.ref, None),
        desk.boards(MEMBER),
    ):
        with pytest.raises(NotAllowed):
            await forbidden


async def test_boards_are_joined_listed_and_left(desk: Desk) -> None:
    assert await desk.join(ADMIN, channel(DISCORD, "lab"), "Science") == "#lab on Discord is now on the board science."
    assert await desk.join(ADMIN, channel(DISCORD, "lab"), "science") == (
        "#lab on Discord is already on the board science."
    )
    assert [(board.name, board.channels) for board in await desk.boards(ADMIN)] == [
        ("main", ("#news on Discord", "#news on Slack")),
        ("science", ("#lab on Discord",)),
    ]
    view = await desk.draft(ADMIN, channel(DISCORD, "lab").ref, GivenText("A title\n\nText."), None)
    assert isinstance(view, DraftView)
    assert view.board == "science"
    assert "left the board science" in await desk.leave(ADMIN, channel(DISCORD, "lab").ref, None)
    with pytest.raises(NotFound, match="on no board"):
        await desk.leave(ADMIN, channel(DISCORD, "lab").ref, None)


@pytest.mark.parametrize("name", ["", "two words", "ä", "x" * 33, "-x", "a/b"])
async def test_a_boards_name_is_checked(desk: Desk, name: str) -> None:
    with pytest.raises(UserError, match="board's name"):
        await desk.join(ADMIN, channel(DISCORD), name)


async def test_wrong_boards_and_empty_ones_are_told(desk: Desk, store: SqlStore) -> None:
    with pytest.raises(NotFound, match="There is no board nope"):
        await desk.draft(ADMIN, channel(DISCORD).ref, GivenText("A title\n\nText."), "nope")
    await store.leave(await store.community("main"), channel(DISCORD).ref, None)
    await store.leave(await store.community("main"), channel(SLACK).ref, None)
    with pytest.raises(UserError, match="has no channels yet"):
        await desk.draft(ADMIN, channel(DISCORD).ref, GivenText("A title\n\nText."), None)


async def test_an_article_is_read_as_a_whole(desk: Desk, store: SqlStore) -> None:
    await desk.publish(ADMIN, (await drafted(desk)).draft)
    (record,) = await store.discussions(await store.community("main"))
    view = await desk.read(record.id)
    assert view.title.text == record.title
    assert len(view.sections) == 4


async def settle(store: SqlStore, event: Posted, clock: TurnableClock) -> None:
    decision = decide(event, await store.standing(event.thread, event.message, None), RULES, clock.now())
    assert isinstance(decision, Add)
    await store.settle(None, decision, clock.now())


async def reposted_comment(desk: Desk, store: SqlStore, clock: TurnableClock) -> None:
    """Grace's comment `1` on Discord, which message `9` took the place of."""
    await desk.publish(ADMIN, (await drafted(desk)).draft)
    await carry_cards(store, clock)
    event = posted("1", text="This is shit.", name="Grace")
    await settle(store, event, clock)
    for lane, _ in await store.due(clock.now()):
        job = await store.next_job(lane, clock.now())
        if isinstance(job, CopyJob):
            message = RemoteMessageId("9" if job.copy.own_place else "s9")
            await store.finish_copy(job, message=message, url=None, done=1, cleared=True)


async def test_authors_edit_and_delete_what_was_reposted_for_them(
    desk: Desk, store: SqlStore, clock: TurnableClock
) -> None:
    await reposted_comment(desk, store, clock)
    own = await desk.own_comment(MEMBER.author, thread(DISCORD), RemoteMessageId("9"))
    assert plain(own.body) == "This is ****."
    await desk.edit_own(MEMBER.author, own.comment, plain_document("Better, you bastard."))
    record = await store.comment(own.comment)
    assert record is not None
    assert plain(record.body) == "Better, you *******."
    with pytest.raises(UserError, match="can't be empty"):
        await desk.edit_own(MEMBER.author, own.comment, plain_document("  "))
    await desk.remove_own(MEMBER.author, thread(DISCORD), RemoteMessageId("9"))
    with pytest.raises(NotFound, match="gone"):
        await desk.edit_own(MEMBER.author, own.comment, plain_document("Back."))


async def test_nobody_changes_what_others_wrote(desk: Desk, store: SqlStore, clock: TurnableClock) -> None:
    await reposted_comment(desk, store, clock)
    with pytest.raises(NotAllowed, match="Only its author"):
        await desk.own_comment(ADMIN.author, thread(DISCORD), RemoteMessageId("9"))
    own = await desk.own_comment(MEMBER.author, thread(DISCORD), RemoteMessageId("9"))
    with pytest.raises(NotAllowed):
        await desk.edit_own(ADMIN.author, own.comment, plain_document("Mine."))
    with pytest.raises(NotAllowed):
        await desk.remove_own(author(SLACK, "Grace"), thread(SLACK), RemoteMessageId("s9"))
    with pytest.raises(NotFound):
        await desk.own_comment(MEMBER.author, thread(DISCORD), RemoteMessageId("no such"))


async def test_a_person_edits_their_own_messages_as_any_other(
    desk: Desk, store: SqlStore, clock: TurnableClock
) -> None:
    await desk.publish(ADMIN, (await drafted(desk)).draft)
    await carry_cards(store, clock)
    event = posted("1", name="Grace")
    await settle(store, event, clock)
    with pytest.raises(UserError, match="edit or delete it as any other"):
        await desk.own_comment(MEMBER.author, thread(DISCORD), RemoteMessageId("1"))
