"""What the masker promises to those who call it."""

from __future__ import annotations

import asyncio

import pytest

from bot.markup.tree import Code, Document, Link, Mention, Paragraph, Styled, Text, plain_document
from bot.masking import Masker, MaskSettings
from tests.builders import MASKER


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("what the fuck is this", "what the **** is this"),
        ("unfuckingbelievable", "*******************"),
        ("f u c k this", "* * * * this"),
        ("bit-ch", "******"),
        ("этот**еблан**перепутал**педали", "этот*********перепутал**педали"),
        ("you fuck er", "you **** **"),
        ("fuck ed off", "**** ** off"),
        ("b\u0308\u0302i\u0308t\u0301c\u0302h\u0302!", "*****!"),
        ("f\u200buck", "*\u200b***"),
        ("Блядь, опять", "*****, опять"),
        ("ｆｕｃｋ", "****"),
        ("fuck\r\nshit\tass", "****\r\n****\t***"),
        ("@sshole and $hit", "******* and ****"),
        ("é it\x08shit", "é it\x08****"),  # a control character parts words, in whatever alphabet the rest is
        ("RA and lupus, says the RAs' leaflet", "RA and lupus, says the RAs' leaflet"),
    ],
)
def test_whole_words_are_masked_and_nothing_else(text: str, masked: str) -> None:
    assert MASKER.text(text) == masked


@pytest.mark.parametrize(
    ("innocent", "meant"),
    [
        ("Dick Cheney spoke.", "he is such a dick to interns"),
        ("Moby-Dick is long", "don't be a dick"),
        ("Philip K. Dick wrote it.", "you dick"),
        ("he rode in on an ass, a donkey's foal", "you bet your ass"),
        ("a cock and bull story", "suck my cock"),
        ("the cock crowed at dawn", "what a cock"),
        ("a great tit at the feeder", "you tit"),
        ("a Maine coon cat", "that coon"),
        ("Das Buch ist dick.", "what a dick"),
        ("Film slut, sa publiken.", "you slut"),
        ("summa cum laude", "cum on it"),
        ("the bitch had six puppies, said the breeder", "hey bitch"),
        ("Saya suka makan nasi", "suka blyad"),
        ("Le train est en retard", "what a retard"),
        ("a chink in the armour", "that chink"),
        ("spick and span", "that spick"),
    ],
)
def test_words_around_decide_ambiguous_ones(innocent: str, meant: str) -> None:
    assert MASKER.text(innocent) == innocent
    assert MASKER.text(meant) != meant


def test_findings_tell_place_word_and_severity() -> None:
    found = MASKER.findings("damn, that f4gg0t said shit")
    assert [(one.start, one.end, one.word, one.severity) for one in found] == [
        (0, 4, "damn", "mild"),
        (11, 17, "faggot", "slur"),
        (23, 27, "shit", "strong"),
    ]


def test_masking_starts_where_the_settings_say() -> None:
    text = "damn shit nigger"
    assert Masker(MaskSettings(starts_at="mild")).text(text) == "**** **** ******"
    assert Masker(MaskSettings(starts_at="strong")).text(text) == "damn **** ******"
    assert Masker(MaskSettings(starts_at="slur")).text(text) == "damn shit ******"


def test_styles() -> None:
    text = "holy shit, f\u0308uck"
    assert Masker(MaskSettings(style="first")).text(text) == "holy s***, f\u0308***"
    assert Masker(MaskSettings(style="token", token="[beep]")).text(text) == "holy [beep], [beep]"
    assert Masker(MaskSettings(mask="■")).text(text) == "holy ■■■■, ■■■■"


def test_languages_can_be_left_out() -> None:
    english = Masker(MaskSettings(languages=("en",)))
    assert english.text("fuck la mierda, блядь") == "**** la mierda, блядь"


def test_boards_add_words_phrases_and_exceptions() -> None:
    masker = Masker(
        MaskSettings(
            words=("Banana", "zork*", "*frob", "傻逼", "C++", "мандарин"),
            phrases=("nice day",),
            exceptions=("crap", "bull*", "zorkmid"),
        )
    )
    assert masker.text("b4nana b a n a n a BANANAS") == "****** * * * * * * BANANAS"
    assert masker.text("zorking zorkmid unfrob frobs") == "******* zorkmid ****** frobs"
    assert masker.text("你傻逼了 C++ мандарин") == "你**了 *** ********"
    assert masker.text("learn C++ now") == "learn *** now"
    assert masker.text("have a nice day") == "have a **** ***"
    assert masker.text("crap, bullshit, shit") == "crap, bullshit, ****"


async def test_twenty_thousand_words_are_built_beside_the_loop() -> None:
    words = tuple(f"w{number:05}x" for number in range(20_000))
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    ticking = asyncio.create_task(tick())
    masker = await Masker.build(MaskSettings(words=words))
    ticking.cancel()
    assert masker.text("w00042x, w19999x") == "*******, *******"
    assert ticks > 3


def test_documents_are_masked_across_their_spans() -> None:
    document = Document(
        (
            Paragraph(
                (
                    Text("oh "),
                    Styled("bold", (Text("fu"),)),
                    Text("ck, "),
                    Text("shi"),
                    Link("https://example.com/shit", (Text("t"),)),
                    Text(" "),
                    Code("fuck"),
                    Text(" "),
                    Mention("user", "shithead"),
                )
            ),
        )
    )
    masked = MASKER.document(document)
    assert masked.changed
    assert masked.document == Document(
        (
            Paragraph(
                (
                    Text("oh "),
                    Styled("bold", (Text("**"),)),
                    Text("**, "),
                    Text("***"),
                    Link("https://example.com/shit", (Text("*"),)),
                    Text(" "),
                    Code("fuck"),
                    Text(" "),
                    Mention("user", "shithead"),
                )
            ),
        )
    )


def test_words_never_reach_from_block_to_block() -> None:
    document = Document((Paragraph((Text("a bull"),)), Paragraph((Text("shi"),))))
    assert not MASKER.document(document).changed


def test_a_handle_in_a_document_is_text_and_is_masked() -> None:
    assert MASKER.document(plain_document("@shithead `fuck`")).document == plain_document("@******** `****`")


def test_clean_documents_come_back_as_they_are() -> None:
    document = plain_document("Scunthorpe United, class of 1899")
    masked = MASKER.document(document)
    assert masked.document is document
    assert not masked.changed


def test_lines_tell_whether_they_changed() -> None:
    assert str(MASKER.line("shit happens")) == "**** happens"
    assert MASKER.line("shit happens").changed
    assert not MASKER.line("nothing happens").changed


_NOTHING = ("", "*", "**", " ", "\u200b", "*\u200b*", "\u200b \u200b", "\u0301*", '"', '""', '" *"')


@pytest.mark.parametrize(
    "settings",
    [MaskSettings(words=_NOTHING), MaskSettings(phrases=_NOTHING), MaskSettings(exceptions=_NOTHING)],
    ids=["words", "phrases", "exceptions"],
)
def test_a_boards_words_without_a_visible_letter_say_nothing(settings: MaskSettings) -> None:
    masker = Masker(settings._replace(languages=("en",)))
    assert masker.text("well fuck you, f**k") == "well **** you, ****"
    for text in ("", '"hello!"', '"hi  there"', "... !!    ?? a b c d"):
        assert masker.text(text) == text


def test_a_boards_word_may_have_a_sharp_s() -> None:
    masker = Masker(MaskSettings(words=("Straße", "Größe*")))
    assert (
        masker.text("die STRASSE, die Straße, der Größenwahn, vergaß")
        == "die STRASSE, die ******, der **********, vergaß"
    )


def test_exceptions_have_the_last_word_over_phrases_too() -> None:
    masker = Masker(MaskSettings(exceptions=("hell", "green devil"), phrases=("green devil", "what the [hell] ever")))
    assert masker.text("go to hell, green devil, what the hell ever") == "go to hell, green devil, what the hell ever"


@pytest.mark.parametrize("exception", ["*日*", "*—*", "*\ud800*", "*\u2019s*", "*s\u2019*", "*й—*"])
def test_an_exception_in_no_latin_letters_clears_no_others(exception: str) -> None:
    text = "fuck you shitty bitches, f.u.c.k a$$hole f**k хуй"
    assert Masker(MaskSettings(exceptions=(exception,))).text(text) == MASKER.text(text)


@pytest.mark.parametrize("word", ['"frob"', "*frob\u00a0*", "*frob\t*", ' "frob '])
def test_what_stands_around_a_boards_word_is_no_part_of_it(word: str) -> None:
    assert Masker(MaskSettings(languages=("en",), words=(word,))).text("a frob, a b c d") == "a ****, a b c d"


def test_each_flag_is_hidden_as_one_cluster() -> None:
    """Flags are two halves each; a long run of halves is gone through once."""
    half = "\U0001f1eb"
    assert MASKER.text(f"shit{half * 50_001}") == "*" * (4 + 25_001)
