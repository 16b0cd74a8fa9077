"""The local Discord's rules without sockets: rights, mentions, rates, ids, components."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.invite import client_id_of
from adapters.sandbox.discord import DiscordSide, intents
from adapters.sandbox.discord.announcing import Happening
from adapters.sandbox.discord.components import ComponentCheck, actions, texts, walk
from adapters.sandbox.discord.errors import ApiError, Problems
from adapters.sandbox.discord.limits import check_embeds, check_webhook_name
from adapters.sandbox.discord.mentions import check_allowed, mentioned, readable
from adapters.sandbox.discord.permissions import ALL, EVERYONE, Right, in_channel
from adapters.sandbox.discord.ratelimits import RateLimits
from adapters.sandbox.discord.world import (
    TEXT,
    Channel,
    Guild,
    Member,
    Overwrite,
    Role,
    ThreadPart,
    User,
    World,
    moment,
)
from adapters.sandbox.faults import Faults

ADA, GRACE, GUEST, GUILD, ROLE, NEWS, THREAD = range(1, 8)


@pytest.fixture
def world() -> World:
    """One guild of two with a channel and a thread; Ada owns it, Grace has a role."""
    made = World(time.time)
    guild = Guild(GUILD, "Roundtable", ADA)
    guild.roles = {GUILD: Role(GUILD, "@everyone", int(EVERYONE), 0), ROLE: Role(ROLE, "writers", 0, 1)}
    for number, name in ((ADA, "Ada"), (GRACE, "Grace"), (GUEST, "Guest")):
        made.users[number] = User(number, name.lower(), name)
    guild.members = {
        ADA: Member(made.users[ADA], [], made.now()),
        GRACE: Member(made.users[GRACE], [ROLE], made.now(), nick="Amazing Grace"),
    }
    made.guilds[GUILD] = guild
    made.channels[NEWS] = Channel(NEWS, GUILD, TEXT, "news")
    part = ThreadPart(NEWS, ADA, made.now(), made.now(), anchored=True)
    made.channels[THREAD] = Channel(THREAD, GUILD, 11, "talk", thread=part)
    return made


SEND, IN_THREADS = Right.SEND_MESSAGES, Right.SEND_MESSAGES_IN_THREADS


@pytest.mark.parametrize(
    ("overwrites", "place", "who", "may"),
    [
        ([], NEWS, GRACE, True),
        ([], NEWS, GUEST, False),
        ([Overwrite(GUILD, 0, deny=SEND)], NEWS, GRACE, False),
        ([Overwrite(GUILD, 0, deny=SEND)], NEWS, ADA, True),
        ([Overwrite(GUILD, 0, deny=SEND), Overwrite(ROLE, 0, allow=SEND)], NEWS, GRACE, True),
        ([Overwrite(ROLE, 0, allow=SEND), Overwrite(GRACE, 1, deny=SEND)], NEWS, GRACE, False),
        ([Overwrite(ROLE, 0, deny=SEND), Overwrite(GRACE, 1, allow=SEND)], NEWS, GRACE, True),
        ([Overwrite(GUILD, 0, deny=Right.VIEW_CHANNEL)], NEWS, GRACE, False),
        ([Overwrite(GUILD, 0, deny=SEND)], THREAD, GRACE, True),
        ([Overwrite(GUILD, 0, deny=IN_THREADS)], THREAD, GRACE, False),
    ],
)
def test_who_may_write_where(world: World, overwrites: list[Overwrite], place: int, who: int, *, may: bool) -> None:
    world.channels[NEWS].overwrites = {each.id: each for each in overwrites}
    needed = IN_THREADS if place == THREAD else SEND
    assert (needed in in_channel(world, world.channels[place], who)) is may


def test_who_cannot_write_cannot_attach(world: World) -> None:
    world.channels[NEWS].overwrites = {GUILD: Overwrite(GUILD, 0, deny=SEND)}
    assert Right.ATTACH_FILES not in in_channel(world, world.channels[NEWS], GRACE)


def test_an_administrator_may_do_everything(world: World) -> None:
    world.guilds[GUILD].roles[ROLE].permissions = Right.ADMINISTRATOR
    world.channels[NEWS].overwrites = {GUILD: Overwrite(GUILD, 0, deny=int(ALL))}
    assert in_channel(world, world.channels[NEWS], GRACE) == ALL


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<@2> and <@!2>", "@Amazing Grace and @Amazing Grace"),
        ("<@3> <@99>", "@Guest @unknown-user"),
        ("<@&5> <@&99>", "@writers @deleted-role"),
        ("<#6> <#99>", "#news #unknown"),
        ("<:party:1> <a:wave:2>", ":party: :wave:"),
        ("</publish:1>", "/publish"),
        ("**bold** <not a mention>", "bold <not a mention>"),
    ],
)
def test_people_read_names(world: World, text: str, read: str) -> None:
    assert readable(world, world.guilds[GUILD], text) == read


@pytest.mark.parametrize(
    ("allowed", "users", "roles", "everyone"),
    [
        (None, [ADA, GRACE], [ROLE], True),
        ({"parse": []}, [], [], False),
        ({}, [], [], False),
        ({"parse": ["users", "everyone"]}, [ADA, GRACE], [], True),
        ({"users": ["2"], "parse": []}, [GRACE], [], False),
        ({"roles": [5]}, [], [ROLE], False),
    ],
)
def test_whom_a_text_reaches(
    world: World, allowed: dict[str, Any] | None, users: list[int], roles: list[int], *, everyone: bool
) -> None:
    text = "@everyone <@1> <@2> <@1> <@77> <@&5>"
    reached = mentioned(world, world.guilds[GUILD], text, allowed, may_reach_all=True)
    assert (reached.users, reached.roles, reached.everyone) == (users, roles, everyone)
    assert not mentioned(world, world.guilds[GUILD], text, allowed, may_reach_all=False).everyone


def test_allowed_mentions_say_one_thing() -> None:
    for allowed in ({"parse": ["users"], "users": ["1"]}, {"parse": ["nobody"]}):
        problems = Problems()
        check_allowed(allowed, problems)
        with pytest.raises(ApiError, match="50035"):
            problems.settle()


@given(st.lists(st.floats(min_value=1_500_000_000, max_value=2_000_000_000), min_size=1, max_size=60))
def test_ids_grow_and_tell_their_time(times: list[float]) -> None:
    clock = [times[0]]
    world = World(lambda: clock[0])
    last, latest = 0, times[0]
    for each in times:
        clock[0], latest = each, max(latest, each)
        made = world.snowflake()
        assert made > last
        assert abs(moment(made).timestamp() - latest) < 0.1
        last = made


def test_the_bots_token_begins_with_its_id_as_real_ones_do() -> None:
    side = DiscordSide(Faults())
    assert client_id_of(side.settings()["DISCORD_TOKEN"]) is not None


def test_ids_grow_within_one_millisecond() -> None:
    world = World(lambda: 1_700_000_000.0)
    made = [world.snowflake() for _ in range(10_000)]
    assert made == sorted(set(made))


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.time = 1_700_000_000.0

    def __call__(self) -> float:
        return self.time


SENDING = "POST /channels/{channel_id}/messages"


def test_a_bucket_opens_again_when_its_window_ends() -> None:
    clock = Clock()
    rates = RateLimits("real", clock)
    for left in (4, 3, 2, 1, 0):
        headers = rates.pass_through(SENDING, {"channel_id": "1"}, counts_globally=True)
        assert headers["X-RateLimit-Remaining"] == str(left)
    rates.pass_through(SENDING, {"channel_id": "2"}, counts_globally=True)
    clock.time += 2
    with pytest.raises(ApiError) as refused:
        rates.pass_through(SENDING, {"channel_id": "1"}, counts_globally=True)
    assert refused.value.body["retry_after"] == pytest.approx(3, abs=0.01)
    assert refused.value.headers["Retry-After"] in {"3", "4"}
    clock.time += refused.value.body["retry_after"]
    rates.pass_through(SENDING, {"channel_id": "1"}, counts_globally=True)


def test_the_global_rate_slides() -> None:
    clock = Clock()
    rates = RateLimits("real", clock)
    for number in range(50):
        rates.pass_through("GET /users/@me", {"guild_id": str(number)}, counts_globally=True)
        clock.time += 0.01
    with pytest.raises(ApiError) as refused:
        rates.pass_through("GET /users/@me", {}, counts_globally=True)
    assert refused.value.body["global"]
    rates.pass_through("POST /interactions", {}, counts_globally=False)
    clock.time += refused.value.body["retry_after"]
    rates.pass_through("GET /users/@me", {}, counts_globally=True)


def test_buckets_are_named_by_kind_not_by_place() -> None:
    rates = RateLimits("real", Clock())
    names = {
        rates.pass_through(SENDING, {"channel_id": str(number)}, counts_globally=True)["X-RateLimit-Bucket"]
        for number in range(3)
    }
    assert len(names) == 1


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a discord b", "CLYDE"])
def test_names_that_webhooks_may_not_have(name: str) -> None:
    problems = Problems()
    check_webhook_name(name, problems)
    with pytest.raises(ApiError, match="50035"):
        problems.settle()


def test_embeds_are_measured_together() -> None:
    problems = Problems()
    check_embeds([{"description": "x" * 4000}, {"description": "x" * 2001}], problems)
    with pytest.raises(ApiError) as refused:
        problems.settle()
    assert refused.value.body["errors"]["embeds"]["_errors"][0]["code"] == "MAX_EMBED_SIZE_EXCEEDED"


CARD: list[dict[str, Any]] = [
    {
        "type": 17,
        "components": [
            {"type": 10, "content": "title", "id": 3},
            {
                "type": 9,
                "components": [{"type": 10, "content": "body"}],
                "accessory": {"type": 2, "style": 1, "label": "Go", "custom_id": "go"},
            },
            {"type": 12, "items": [{"media": {"url": "https://example.org/i.png"}, "description": "alt"}]},
            {"type": 14},
            {"type": 1, "components": [{"type": 2, "style": 5, "emoji": {"name": "🔗"}, "url": "https://example.org"}]},
        ],
    }
]


def checked(components: list[dict[str, Any]], *, version_2: bool = True) -> list[dict[str, Any]]:
    problems = Problems()
    done = ComponentCheck(problems, lambda url: {"id": "1", "url": url, "proxy_url": url}, version_2=version_2).check(
        components
    )
    problems.settle()
    return done


def test_components_are_read_in_order() -> None:
    done = checked(CARD)
    assert list(texts(done)) == ["title", "body", "alt"]
    assert actions(done) == [{"id": "go", "label": "Go"}, {"id": "https://example.org", "label": "🔗"}]
    ids = [each["id"] for each in walk(done)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("components", "code"),
    [
        ([{"type": 10, "content": " "}], "BASE_TYPE_BAD_LENGTH"),
        ([{"type": 10, "content": "a", "id": 1}, {"type": 10, "content": "b", "id": 1}], "COMPONENT_ID_DUPLICATED"),
        ([{"type": 99}], "BASE_TYPE_CHOICES"),
        ([{"type": 17, "components": []}], "BASE_TYPE_BAD_LENGTH"),
        ([{"type": 17, "components": [{"type": 17, "components": []}]}], "BASE_TYPE_CHOICES"),
        (
            [{"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "x"}]}],
            "BUTTON_COMPONENT_INVALID_LABEL_EMOJI",
        ),
        ([{"type": 12, "items": [{"media": {"url": "ftp://x"}}]}], "URL_TYPE_INVALID_SCHEME"),
        ([{"type": 14, "spacing": 3}], "BASE_TYPE_CHOICES"),
    ],
)
def test_components_that_are_refused(components: list[dict[str, Any]], code: str) -> None:
    with pytest.raises(ApiError) as refused:
        checked(components)
    assert code in str(refused.value.body)


def test_older_messages_take_rows_alone() -> None:
    with pytest.raises(ApiError, match="50035"):
        checked(CARD, version_2=False)


@pytest.mark.parametrize(
    ("name", "asked", "heard"),
    [
        ("MESSAGE_DELETE", intents.MESSAGES, True),
        ("MESSAGE_DELETE", intents.REACTIONS, False),
        ("MESSAGE_REACTION_ADD", intents.REACTIONS, True),
        ("MESSAGE_REACTION_ADD", intents.MESSAGES, False),
        ("THREAD_CREATE", intents.GUILDS, True),
        ("GUILD_MEMBER_REMOVE", intents.GUILDS, False),
        ("WEBHOOKS_UPDATE", intents.WEBHOOKS, True),
    ],
)
def test_events_follow_intents(name: str, asked: int, *, heard: bool) -> None:
    assert (intents.fit(Happening(name, {}), asked, bot_id=1) is not None) is heard


@pytest.mark.parametrize(
    ("asked", "granted", "refused"),
    [
        (intents.MESSAGES, frozenset(), False),
        (intents.CONTENT, frozenset(), True),
        (intents.CONTENT, frozenset({"message_content"}), False),
        (intents.CONTENT | intents.MEMBERS, frozenset({"message_content"}), True),
    ],
)
def test_privileged_intents_are_granted(asked: int, granted: frozenset[str], *, refused: bool) -> None:
    assert intents.refused(asked, granted) is refused
