"""Characters that look like Latin letters, where no Unicode table says so."""

from __future__ import annotations

from string import ascii_lowercase
from typing import Final

# A character and what it looks like, in turn.
_LOOKALIKES: Final = (
    # Cyrillic
    "аaвbсcеeнhіiјjкkмmоoрpѕsтtуyхxԁdԛqԝwһhӏlзeбbгrпnиnшwѡwѵvґrғrқkҝkңhҫcүyұyҳxєeїiёeйnўyьbяrцuфo"
    "АAВBСCЕEНHІIЈJКKМMОOРPЅSТTУYХXԀDԚQԜWҺHӀIЗEБBГRПNИNШWѠWѴVҐRҒRҚKҢHҪCҮYҰYҲXЄEЇIЁEЙNЎYЯRФOЦU"
    # Greek
    "αaβbεeζzηnιiκkμmνvοoρpςcσsτtυuχxωwγyλaπnδdθoϲcϳjϝfϐbϑoϕoΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXΣEΛAΔAΘOϹCͿJ"
    # Armenian, Cherokee, Hebrew and others by shape
    "օoսuոnհhցgԼLՏSՕOզqյjսuᎪAᏴBᏟCᎠDᎬEᎻHᎥiᏦKᏞLᎷMᏢPᏚSᎢTᏌUᏙVᎳWᎩYᏃZᏀGꓮAꓐBꓚCꓓDꓰEꓝFꓖGꓧHꓲIꓙJꓗKꓡLꓟMꓠNꓳOꓑPꓣRꓢSꓔTꓴUꓦVꓪWꓫXꓬYꓜZ"
    # small capitals and phonetic letters
    "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpꞯqʀrꜱsᴛtᴜuᴠvᴡwʏyᴢzɑaɐaƅbɓbƀbƃbɕcƈcȼcɖdɗdđdƌdɘeəeɛeɜeɇeƒfɡgɠgǥgɦhħhɨiıi"
    "ɩiȷjɉjʝjƙkʞkⱪkɭlɫlłlƚlɬlɱmɯmɲnɳnŋnƞnøoɵoɔoƥpɋqʠqɾrɽrɍrʂsȿsƨsʃsŧtƭtʈtȶtʉuʊuʋvɣyƴyɏyƶzʐzȥzʑzßsðdæaœo"
    "ÆAŒOØOĐDĦHŁLŦTƁBƇCƊDƐEƑFƓGƘKƝNƤPƬTƲVƳYȺAɃBȻCɆEɈJɌRɎYƵZƎEƆOⱭAꞬGⱧHⱩKⱢLⱮMꞋIƖIⱤRẞS"
    # signs
    "¢c€e£l¥y§sµu°o¡!†+©c®rªaºo℃c₵cℓl℮e∂d∩n∪u∫s√v∅o×x¦|ǀlǁl∣|│|❘|ⅼl⊂c∈e฿bʳrƽsᏏb₿b₴s₮t₦n₳aσo"
    # apostrophes
    "’'‘'ʼ'＇'"
    # dashes that are as short as a hyphen: others part words
    "‐-‑-‒-–-−-"
    "ⱥaƛlᗩaꭺaᗷbⲥcժdҽeҿeǝeբfғfſfԍgҟkպn"
    "ƿpþpեt⊥tμuաwɯwщwᏆiᏙvᎶgᎡr"
    "ⲀaⲂbⲈeⲘmⲚnⲞoⲢpⲤcⲦtⲨyⲬxⲔkⲒiⲎhⲁaⲉeⲓiⲕkⲟoⲣpⲧtⲩyⲭx"
    "ЬbЪbъb"
    "ɔcɥhɹrʇtʌvʍwʎyɾjןiסoוiטuϛsϟlϦbᶆl"
    # what hides a letter
    "●*•*█*▇*■*◼*⬛*∗*✱*✲*٭*⁎*∙*⋆*★*☆*▪*◾*╳*✖*✗*✘*▒*▓*░*"
)
# Whole alphabets that people put together by shape, from a to z; a dot for letters that are somewhere else already.
_ALPHABETS: Final = (
    "卂乃匚ᗪ乇千Ꮆ卄丨ﾌҜㄥ爪几ㄖ卩Ɋ尺丂ㄒㄩᐯ山乂ㄚ乙",
    "ᗩᗷᑕᗪ.ᖴ.ᕼ.ᒍᐠᒪᗰᑎ.ᑭᑫᖇᔕ.ᑌᐯᗯ᙭..",
    "ꍏꃃꉓꀸꍟꎇꁅꁃꀤꀭꀘ꒒ꎍꈤꂦꖈꆰꋫꌗ꓄ꀎ.ꅅꊼꌩꁴ",
    "ค๒ς๔єŦﻮђเןкɭ๓ภ๏קợгรՇยשฬאץչ",
    "ąҍçժҽƒցհìʝҡӀʍղօքզɾʂէմѵա×՞Հ",
    "αႪƈԃҽϝɠԩιʝƙʅɱɳσρϙɾʂƚυʋɯχყȥ",
    "ǟɮƈɖɛʄɢɦɨʝӄʟʍռօքզʀֆȶʊʋաӼʏʐ",
    "₳฿₵ĐɆ₣₲Ⱨł.₭Ⱡ₥₦.₱.Ɽ₴₮Ʉ.₩ӾɎⱫ",
)


_CHEROKEE: Final = range(0xAB70, 0xABC0)


def _shapes() -> dict[int, str]:
    found = {
        ord(shape): letter
        for alphabet in _ALPHABETS
        for shape, letter in zip(alphabet, ascii_lowercase, strict=True)
        if shape != "."
    }
    found |= {ord(shape): letter for shape, letter in zip(_LOOKALIKES[::2], _LOOKALIKES[1::2], strict=True)}
    # Small Cherokee letters have the shapes of the capital ones.
    return found | {
        code: found[ord(chr(code).upper())].lower() for code in _CHEROKEE if ord(chr(code).upper()) in found
    }


SHAPES: Final = _shapes()
"""By code point: one letter or sign of ASCII each."""
