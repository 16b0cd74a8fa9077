"""Each way to disguise a word that is read by rule, next to the innocent text that looks most like it."""

from __future__ import annotations

import pytest

from tests.builders import MASKER


@pytest.mark.parametrize(
    "text",
    [
        # letters drawn with several characters, signs as first and last letters, 6 for b
        "pi|<ey", "\\/\\/anker", "|3itch", "(unt", "sh|+", "fuc|<", "6itch", "vvhore",
        # letters set apart, written twice, with invisible characters or signs among them
        "s-s-h-i-i-t", "b~b~b~o~l~l~o~c~k~s", "c·o·c·k·\u200c·s", "f/u/c/k/w/i/+", "F   A   G", "б л я т ь", "f'uck",
        # hidden letters
        "f***", "bulls***", "s#*t", "f●●k", "@$$", "kiss my a**", "п*здец", "х*й", "sch**ße", "f--- off",
        # whole words of look-alikes
        "a ѕһіт day", "a ᏚᏢᏆᏟ here", "丂卄丨ㄒ", "₣U₵₭", "ꮪhit",
        # marks
        "fạġ", "a̲s̲s̲", "p̲i̲s̲s̲y̲",
        # spelled by ear
        "wankah", "tosserz", "tranniez", "basturd", "aszhole", "retart", "dooshbag", "arsewhole", "bullsheet", "fuqqer",
        # in haste, without vowels, with a vowel crossed out
        "wnaker", "cutn", "fuckign", "bastrd", "shtty", "fxck", "cxnt",
        # compounds with words that no list names, and torn ones
        "fuckbiscuit", "phukwit", "kuntface", "you du mbshit", "hey fuckf ace",
        "5h!+", "ba$+@rd5", "fa990+!", "кnоЬhеαԁ you",
        # pronouns behind a hyphen
        "fodam-se",
        # words written together
        "thisShitIsBananas", "isShitty", "#dontbeadick", "#peakbellend", "xSlutSlayer99x",
    ],
)  # fmt: skip
def test_disguised_words_are_masked(text: str) -> None:
    assert MASKER.findings(text)


@pytest.mark.parametrize(
    "text",
    [
        "Take the AR53 or the TW47-PR1.", "(um, the rapper) (rap) (nut)", "**we** and **who**", "note** and more***",
        "a** + b**",
        "grades A** and B*", "the SPLC report", "P A S S", "a, s, s", "Section 5(h)(i)(t)",
        "C++ and a+ students", "x = a*s*s", "ls *.tmp && rm wan*", "#japan #Assam #rehearse #horseshoes", "getIt isIt",
        # sums, calls, variables, names with a number
        "n+m commits", "if w==x", "a = b = 0", "foo(s, x)", "Message(untrusted-package)", "a put() call",
        "$pic_flag", "ming32",
        "Section F.9.4", "s*%s", "in common.sh at trap", "to allow p0 of size", "and so f...",
        # what sounds like one of ours
        "worksheets", "a beech in Nigeria", "Grand Prix", "Fokker", "fagottist",
        # names with short roots
        "Pissinger", "Shitong Wang", "Philip Cocks", "Tittensor",
        "second-hand job boards", "FAP is inherited",
        "рис и суп", "нос, рот и кот", "ου και μα",
    ],
)  # fmt: skip
def test_what_only_looks_disguised_stays(text: str) -> None:
    assert MASKER.text(text) == text


@pytest.mark.parametrize(
    ("innocent", "profane"),
    [
        ("Filmen är slut nu", "you slut"),
        ("Jag fick ett brev i dag", "fick dich"),
        ("Die Pute ist im Ofen", "sale pute"),
        ("Mon train a du retard ce matin", "stop acting like a retard"),
        ("Il governo porrà la questione domani", "que porra é essa"),
        ("Pinché una rueda", "pinche pendejo"),
        ("Les vitres étaient baissées", "je me suis fait baiser par ce connard"),
        ("A jackass penguin brays", "what a jackass"),
        ("Growth was retarded in the untreated plants", "that is retarded"),
        ("She held the cock of the musket back", "suck my cock"),
        ("the cum_sum column of df.cum", "drinking cum"),
        ("Dick and Jane went up the hill", "eat a dick and log off"),
        ("homo sapiens", "what a homo"),
        ("gone in a poof of smoke", "you poof"),
        ("turn the knob", "you absolute knob"),
        ("Two great tits nested in the garden", "she has great tits"),
        ("The cable car climbs the Wank near Garmisch", "have a wank"),
        ("Fodera di cotone", "non fottere"),
    ],
)
def test_the_sentence_tells_a_word_from_its_twin(innocent: str, profane: str) -> None:
    assert MASKER.text(innocent) == innocent
    assert MASKER.text(profane) != profane
