"""Times of day and weathers in languages that the net of words never learned, looked up. Pure."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from phosphene.model import Slot
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.tokens import Token, tokens

Value = tuple[str, str]
"""A slot and its value."""
LONGEST: Final = 6
"""Words of a phrase; signs of one of languages without spaces."""
_NOT: Final = words_of(
    "ohne kein keine sin no senza non sem nao zonder geen utan inte uden ikke bez nie без не"
)
"""Before what is said not to be."""
_SAID: Final[Mapping[str, Mapping[Value, str]]] = {
    "de": {
        ("time", "dawn"): "morgengrauen, sonnenaufgang, morgendämmerung, frühmorgens, am morgen, "
        "am frühen morgen, bei tagesanbruch, im morgenlicht, morgens",
        ("time", "sunset"): "sonnenuntergang, abenddämmerung, dämmerung, abendrot, abends, "
        "am abend, im abendlicht",
        ("time", "night"): "nacht, nachts, mitternacht, mondschein, mondlicht, nächtlich, "
        "nächtlichen, nächtlicher, nächtliche, sternenhimmel",
        ("time", "day"): "mittag, mittags, tagsüber, am tag, nachmittag, sonnig, sonnigen, "
        "sonniger, sonnige, im sonnenschein",
        ("weather", "rain"): "regen, regnet, strömenden regen, regnerisch, regnerischen",
        ("weather", "snow"): "schneit, schneefall, verschneit, verschneite, verschneiten, "
        "verschneiter, verschneites, schneesturm, schneegestöber",
        ("weather", "fog"): "nebel, neblig, nebligen, neblige",
        ("weather", "storm"): "gewitter, sturm, unwetter, blitz und donner",
    },
    "es": {
        ("time", "dawn"): "amanecer, alba, madrugada, aurora, salida del sol, por la mañana, "
        "de mañana, al salir el sol",
        ("time", "sunset"): "atardecer, anochecer, ocaso, crepúsculo, puesta de sol, "
        "puesta del sol, por la tarde, al ponerse el sol",
        ("time", "night"): "noche, medianoche, nocturno, nocturna, luz de la luna",
        ("time", "day"): "mediodía, soleado, soleada, de día, pleno día",
        ("weather", "rain"): "lluvia, lluvioso, lluviosa, llueve, lloviendo, aguacero",
        ("weather", "snow"): "nevando, nieva, nevado, nevada, nevadas, nevados, ventisca",
        ("weather", "fog"): "niebla, neblina, brumoso, bruma",
        ("weather", "storm"): "tormenta, tempestad",
    },
    "it": {
        ("time", "dawn"): "alba, all'alba, aurora, sorgere del sole, al mattino, di mattina",
        ("time", "sunset"): "tramonto, imbrunire, crepuscolo, di sera, la sera",
        ("time", "night"): "notte, di notte, mezzanotte, notturno, notturna, chiaro di luna",
        ("time", "day"): "mezzogiorno, soleggiato, soleggiata, di giorno, pieno giorno",
        ("weather", "rain"): "pioggia, piove, piovoso, piovosa, acquazzone",
        ("weather", "snow"): "nevica, nevicata, innevato, innevata, innevati, bufera di neve",
        ("weather", "fog"): "nebbia, nebbioso, nebbiosa, foschia",
        ("weather", "storm"): "tempesta, temporale",
    },
    "pt": {
        ("time", "dawn"): "amanhecer, madrugada, alvorada, aurora, nascer do sol, de manhã",
        ("time", "sunset"): "entardecer, pôr do sol, pôr-do-sol, anoitecer, fim da tarde",
        ("time", "night"): "noite, meia-noite, noturno, noturna, luar, à noite",
        ("time", "day"): "meio-dia, ensolarado, ensolarada, de dia",
        ("weather", "rain"): "chuva, chuvoso, chuvosa, chove, chovendo",
        ("weather", "snow"): "neva, nevando, nevado, nevada, nevasca",
        ("weather", "fog"): "neblina, nevoeiro, névoa",
        ("weather", "storm"): "tempestade, trovoada, temporal",
    },
    "nl": {
        ("time", "dawn"): "zonsopgang, dageraad, ochtendgloren, in de ochtend, vroege ochtend",
        ("time", "sunset"): "zonsondergang, avondschemering, schemering, in de avond",
        ("time", "night"): "nacht, middernacht, maanlicht, bij nacht",
        ("time", "day"): "middag, overdag, zonnig, zonnige",
        ("weather", "rain"): "regen, regent, regenachtig, regenachtige",
        ("weather", "snow"): "sneeuwt, sneeuwend, besneeuwd, besneeuwde, sneeuwstorm",
        ("weather", "fog"): "mist, mistig, mistige",
        ("weather", "storm"): "onweer, storm",
    },
    "sv": {
        ("time", "dawn"): "soluppgång, gryning, gryningen, på morgonen",
        ("time", "sunset"): "solnedgång, solnedgången, skymning, skymningen, på kvällen",
        ("time", "night"): "natt, natten, midnatt, månsken, månljus",
        ("time", "day"): "mitt på dagen, solig, soligt, på dagen",
        ("weather", "rain"): "regn, regnar, regnet, regnig",
        ("weather", "snow"): "snöar, snöfall, snöig, snöstorm",
        ("weather", "fog"): "dimma, dimman, dimmig",
        ("weather", "storm"): "åska, åskväder, storm, stormen",
    },
    "da": {
        ("time", "dawn"): "solopgang, daggry, morgengry, om morgenen",
        ("time", "sunset"): "solnedgang, solnedgangen, skumring, tusmørke, om aftenen",
        ("time", "night"): "nat, natten, midnat, måneskin",
        ("time", "day"): "middagstid, solrig, solrigt, om dagen",
        ("weather", "rain"): "regn, regner, regnen, regnvejr",
        ("weather", "snow"): "sner, snevejr, snestorm",
        ("weather", "fog"): "tåge, tågen, tåget",
        ("weather", "storm"): "torden, tordenvejr, storm, stormen",
    },
    "pl": {
        ("time", "dawn"): "świt, świtem, świcie, o świcie, wschód słońca, wschodzie słońca, rano, "
        "o poranku, poranek",
        ("time", "sunset"): "zachód słońca, zachodzie słońca, zmierzch, zmierzchu, wieczorem, "
        "wieczór",
        ("time", "night"): "noc, nocą, nocy, północ, północy",
        ("time", "day"): "południe, południu, słoneczny, słoneczna, w dzień",
        ("weather", "rain"): "deszcz, deszczu, pada, deszczowy, ulewa, ulewie",
        ("weather", "snow"): "pada śnieg, śnieżyca, zaśnieżony, zaśnieżona, zaśnieżonym",
        ("weather", "fog"): "mgła, mgle, mglisty, mglista",
        ("weather", "storm"): "burza, burzy, burze, burzę",
    },
    "ru": {
        ("time", "dawn"): "рассвет, рассвете, рассветом, восход солнца, на восходе, утром, утро",
        ("time", "sunset"): "закат, закате, закатом, заката, сумерки, сумерках, вечером, вечер",
        ("time", "night"): "ночь, ночью, ночи, ночной, ночная, ночное, ночном, полночь",
        ("time", "day"): "полдень, днём, солнечный, солнечная, солнечном",
        ("weather", "rain"): "дождь, дождём, дождем, дождя, под дождём, дождливый, ливень",
        ("weather", "snow"): "снегопад, идёт снег, идет снег, заснеженный, заснеженная, метель",
        ("weather", "fog"): "туман, тумане, туманный, туманное",
        ("weather", "storm"): "гроза, грозу, грозы, буря, бурю, шторм",
    },
    "uk": {
        ("time", "dawn"): "світанок, світанку, світанні, схід сонця, вранці, ранок",
        ("time", "sunset"): "захід сонця, заході сонця, сутінки, сутінках, ввечері, увечері",
        ("time", "night"): "ніч, вночі, уночі, ночі, нічний, нічна, нічне, нічному, опівночі",
        ("time", "day"): "опівдні, вдень, сонячний, сонячна",
        ("weather", "rain"): "дощ, дощем, дощу, під дощем, дощовий, злива",
        ("weather", "snow"): "снігопад, йде сніг, засніжений, засніжена, хуртовина",
        ("weather", "fog"): "туман, тумані, туманний",
        ("weather", "storm"): "гроза, грозу, буря, бурю, шторм",
    },
    "ja": {
        ("time", "dawn"): "夜明け, 朝, 早朝, 日の出, 朝焼け, 明け方",
        ("time", "sunset"): "夕焼け, 夕方, 夕暮れ, 夕日, 日没, 黄昏",
        ("time", "night"): "夜, 夜中, 真夜中, 深夜, 月夜, 夜空",
        ("time", "day"): "昼, 昼間, 真昼, 晴れた日",
        ("weather", "rain"): "雨, 大雨, 雨の日",
        ("weather", "snow"): "雪が降, 吹雪, 雪の日, 雪の中",
        ("weather", "fog"): "霧, 霧の中",
        ("weather", "storm"): "嵐, 雷雨, 雷",
    },
    "zh": {
        ("time", "dawn"): "黎明, 日出, 清晨, 早晨, 早上, 拂晓",
        ("time", "sunset"): "日落, 黄昏, 傍晚, 夕阳, 晚霞",
        ("time", "night"): "夜, 夜晚, 晚上, 深夜, 午夜, 夜里, 月光",
        ("time", "day"): "中午, 白天, 正午, 晴天",
        ("weather", "rain"): "雨, 下雨, 雨中, 大雨",
        ("weather", "snow"): "下雪, 雪中, 大雪, 暴风雪",
        ("weather", "fog"): "雾, 雾中, 大雾",
        ("weather", "storm"): "暴风雨, 雷雨, 雷暴",
    },
}


def told_in(language: str, text: str) -> dict[str, Slot]:
    """The time and the weather that a text in a language tells, by slot; the longest phrase
    counts."""
    words = tokens(text)
    found: dict[str, Slot] = {}
    for length in range(LONGEST, 0, -1):
        for start in range(len(words) - length + 1):
            said = words[start : start + length]
            value = _phrases(language).get(tuple(w.folded for w in said))
            if value and value[0] not in found and not _denied(words, start):
                written = text[said[0].start : said[-1].end]
                found[value[0]] = Slot(*value, 1.0, tuple(written.split()))
    return found


@cache
def _phrases(language: str) -> dict[tuple[str, ...], Value]:
    """By their words, folded."""
    return {
        tuple(word.folded for word in tokens(phrase)): value
        for value, said in _SAID.get(language, {}).items()
        for phrase in said.split(", ")
    }


def _denied(words: Sequence[Token], start: int) -> bool:
    return bool(_NOT & {w.folded for w in words[max(0, start - 2) : start]})
