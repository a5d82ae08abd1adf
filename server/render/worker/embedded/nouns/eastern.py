"""The little words of Polish, Russian, Ukrainian, Japanese and Chinese: none of them has articles,
and a noun's case, or the sign after it, says what a preposition says elsewhere."""

from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import Grammar, colours, numbers, words

_RUSSIAN: Final = "ая ое ые ого ой ому ом ую ыи ых ыми"
_SOFT: Final = "яя ее ие его еи ем юю ии их"

POLISH: Final = Grammar(
    words(
        "i oraz w we na z ze do pod nad przy jest sie ktory ktora o u za przez po od obok "
        "miedzy przed jak to"
    ),
    never=words(
        "noc wieczor ranek poranek dzien rok czas deszcz wiatr woda mgla burza swiatlo cien "
        "zycie milosc sen muzyka film wideo obraz scena tlo reka rece glowa twarz oczy wlosy "
        "noga nogi maly mala male duzy duza duze stary stara stare nowy nowa piekny piekna lato "
        "zima jesien wiosna urodziny swieta para grupa stado kawalek pada"
    )
    - words("obraz scena"),
    containers=words(
        "filizanka filizanke kubek szklanka szklanke kieliszek kufel talerz butelka butelke "
        "miska miske koszyk kosz wiadro pudelko sloik garnek kawalek stado grupa bukiet dzban "
        "dzbanek lyzka"
    ),
    inside=words("w we"),
    beyond=words("pod za"),
    within=words("w we na pod nad przy za przez przed obok miedzy po od do u"),
    without=words("bez nie ani"),
    joining=words("i oraz lub"),
    beside=words("z ze"),
    numbers=numbers("dwa dwie dwoch para", "trzy kilka trzech", "cztery grupa", "piec wiele stado"),
    colours=colours(
        "red=czerwon orange=pomaranczow yellow=zolt green=zielon purple=fioletow pink=rozow "
        "white=bial black=czarn brown=brazow grey=szar gold=zlot turquoise=turkusow",
        "y a e ego ej ym ych",
    )
    | colours("blue=niebieski,niebieska,niebieskie,niebieskiego,niebieskiej"),
)
RUSSIAN: Final = Grammar(
    words(
        "и или в во на с со по под над у к из за который которая от до через перед о об это как не"
    ),
    never=words(
        "ночь вечер утро день год время дождь ветер вода туман буря гроза свет тень жизнь "
        "любовь сон фильм видео сцена фон рука руки голова лицо глаза волосы нога ноги "
        "маленькии маленькая большои большая старыи старая новыи новая красивыи красивая лето "
        "зима осень весна пара группа стая кусок идет закат рассвет"
    )
    - words("сцена"),
    containers=words(
        "чашка чашку кружка кружку стакан бокал бутылка бутылку тарелка тарелку миска миску "
        "корзина корзину ведро коробка коробку банка банку кастрюля кусок стая стадо группа "
        "букет"
    ),
    inside=words("в во"),
    beyond=words("под за"),
    within=words("в во на под над у за перед через по к из от до около возле между среди"),
    without=words("без нет не"),
    joining=words("и или"),
    beside=words("с со"),
    numbers=numbers(
        "два две двое пара", "три трое несколько", "четыре группа", "пять много стая стадо"
    ),
    colours=colours(
        "red=красн orange=оранжев yellow=желт green=зелен purple=фиолетов pink=розов white=бел "
        "black=черн brown=коричнев grey=сер gold=золот turquoise=бирюзов blue=голуб",
        _RUSSIAN,
    )
    | colours("blue=син", _SOFT),
)
UKRAINIAN: Final = Grammar(
    words("і та або в у на з із зі по під над до за якии яка від через перед про це як не и"),
    never=words(
        "ніч вечір ранок день рік час дощ вітер вода туман буря гроза світло тінь життя любов "
        "сон фільм відео рука руки голова обличчя очі волосся нога ноги маленькии маленька "
        "великии велика старии стара новии нова гарнии гарна літо зима осінь весна пара група "
        "зграя шматок захід схід"
    ),
    containers=words(
        "чашка чашку кухоль склянка склянку келих пляшка пляшку тарілка тарілку миска миску "
        "кошик відро коробка коробку банка банку шматок зграя стадо група букет горнятко глечик"
    ),
    inside=words("в у"),
    beyond=words("під за"),
    within=words("в у на під над за перед через по з із до біля між серед"),
    without=words("без не немає"),
    joining=words("і та або"),
    beside=words("з із зі"),
    numbers=numbers(
        "два дві двоє пара", "три троє кілька", "чотири група", "п ять багато зграя стадо"
    ),
    colours=colours(
        "red=червон orange=помаранчев yellow=жовт green=зелен purple=фіолетов pink=рожев "
        "white=біл "
        "black=чорн brown=коричнев grey=сір gold=золот turquoise=бірюзов blue=блакитн",
        "ии а е ого оі ому ою у их",
    )
    | colours("blue=син", "іи я є ього"),
)
JAPANESE: Final = Grammar(
    words("の を が は に で と も へ や から まで"),
    last=True,
    articles=True,
    after=words("で に を の へ から まで"),
    numbers=numbers("二 二匹 両", "三 三匹", "四 四匹", "五 五匹"),
)
CHINESE: Final = Grammar(
    words("的 在 一 只 个 和 着 了 是 条 张 把 朵 辆 头 位 名 座 杯 与"),
    last=True,
    articles=True,
    after=words("上 里 中 下 旁 边 的 前 后"),
    numbers=numbers("二 两", "三", "四", "五"),
)
