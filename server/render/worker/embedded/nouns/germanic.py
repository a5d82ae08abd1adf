"""The little words of German, Dutch, Swedish and Danish."""

from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import Grammar, colours, numbers, words

_GERMAN_DETERMINERS: Final = (
    "ein eine einen einem einer eines der die das den dem des mein meine meinen meinem meiner "
    "dein deine sein seine seinen seinem seiner ihr ihre ihren ihrem ihrer unser unsere dieser "
    "diese dieses diesen"
)
_GERMAN_WITHIN: Final = (
    "in im ins auf am an unter uber vor vorm hinter hinterm neben durch zwischen bei beim aus "
    "vom von zum zur um uberm unterm nach gegen zu entlang"
)
_DUTCH_WITHIN: Final = (
    "in op onder boven voor achter naast door tussen bij uit aan naar tegen langs"
)
_SWEDISH_WITHIN: Final = "i pa under over vid bakom framfor bredvid genom bland langs fran till mot"
_DANISH_WITHIN: Final = "i pa under over ved bag foran gennem blandt langs fra til mod hos"

GERMAN: Final = Grammar(
    words(
        f"{_GERMAN_DETERMINERS} {_GERMAN_WITHIN} und mit ist sind war waren wird werden hat "
        "haben oder wie als er es sie wir ich man sich wo wenn wahrend ohne kein keine"
    ),
    never=words(
        "abend morgen mittag nacht tag tage jahr jahre stunde minute sommerabend winterabend "
        "sommertag wintertag sonntag herbsttag regentag sommernacht mitternacht zeit regen wind "
        "nebel sturm gewitter licht schatten wasser luft farbe stimmung leben liebe traum ruhe "
        "stille musik gerausch blick ansicht aufnahme nahaufnahme video film clip szene "
        "hintergrund vordergrund spaziergang reise fahrt ende anfang rand mitte seite hand "
        "hande kopf gesicht augen haar haare bein beine arm arme fuss fusse nase mund ohr ohren "
        "klein kleine kleiner kleines gross grosse grosser alt alte alter altes neu neue jung "
        "junge schon schone schoner susse susser lustig stil gift rat bald hell wand boden loch "
        "locher laune sommer winter herbst fruhling geburtstag weihnachten ostern fest party "
        "familie spiel art sorte menge haufen gruppe paar herde schwarm stuck mal "
        "sonnenuntergang sonnenaufgang dammerung stock arbeit freude nichts etwas alles viel "
        "viele"
    )
    - words("junge familie"),
    containers=words(
        "tasse tassen glas glaser becher kanne flasche flaschen teller schussel schale korb "
        "korbe eimer kiste dose topf pfanne krug tute sack schachtel pack haufen schwarm herde "
        "gruppe stapel rudel familie strauss"
    ),
    media=words("video film clip bild foto zeichnung gemalde portrat animation"),
    within=words(_GERMAN_WITHIN),
    inside=words("in im ins"),
    beyond=words("unter unterm hinter hinterm"),
    without=words("ohne kein keine keinen keinem nicht nie weder noch"),
    determiners=words(_GERMAN_DETERMINERS),
    joining=words("und oder"),
    beside=words("mit samt"),
    asking=words("zeig zeige mach mache erstelle zeichne male bitte"),
    last=True,
    articles=True,
    compounds=True,
    numbers=numbers(
        "zwei beide paar zwillinge",
        "drei mehrere einige",
        "vier gruppe",
        "funf viele schwarm herde",
    ),
    colours=colours(
        "red=rot orange=orange,orangefarben yellow=gelb green=grun blue=blau "
        "purple=lila,violett pink=rosa,pink,rosarot white=weiss black=schwarz brown=braun "
        "grey=grau,silbern "
        "gold=golden,gold turquoise=turkis",
        "e er es en em",
    ),
)
DUTCH: Final = Grammar(
    words(
        f"een de het mijn zijn haar ons onze deze dit die dat {_DUTCH_WITHIN} en van met is was "
        "wordt heeft of als ze hij wij er om te"
    ),
    never=words(
        "avond ochtend middag nacht dag jaar uur tijd regen wind mist storm licht schaduw water "
        "kleur leven liefde droom rust muziek beeld video film clip scene achtergrond wandeling "
        "reis rand midden kant hand handen hoofd gezicht ogen haren been benen arm armen neus "
        "mond klein kleine groot grote oud oude nieuw nieuwe jong jonge mooi mooie lief lieve "
        "muur vloer gat zomer winter herfst lente verjaardag kerst feest soort groep paar kudde "
        "zwerm stuk zonsondergang zonsopgang niets iets alles veel slim brave wild rot stern "
        "houten gouden stenen wollen papieren"
    ),
    containers=words(
        "kop kopje mok glas glazen beker kan fles flessen bord kom schaal mand mandje emmer "
        "doos pot pan kruik zak krat bak"
    ),
    media=words("video film clip foto tekening schilderij portret animatie"),
    within=words(_DUTCH_WITHIN),
    inside=words("in"),
    beyond=words("onder achter"),
    without=words("zonder geen niet nooit"),
    determiners=words("een de het mijn zijn haar ons onze deze dit die dat"),
    joining=words("en of"),
    beside=words("met"),
    last=True,
    articles=True,
    compounds=True,
    numbers=numbers("twee paar beide", "drie enkele", "vier groep", "vijf veel kudde zwerm"),
    colours=colours(
        "red=rood,rode orange=oranje yellow=geel,gele green=groen,groene blue=blauw,blauwe "
        "purple=paars,paarse pink=roze white=wit,witte black=zwart,zwarte brown=bruin,bruine "
        "grey=grijs,grijze gold=gouden turquoise=turquoise"
    ),
)
SWEDISH: Final = Grammar(
    words(
        f"en ett och med av den det som de min mitt sin sitt {_SWEDISH_WITHIN} ar var har blir "
        "eller han hon om"
    ),
    never=words(
        "natt kvall morgon dag ar tid regn vind dimma storm ljus skugga vatten liv karlek drom "
        "musik bild film video scen hand hander huvud ansikte ogon har ben arm liten litet "
        "lilla sma stor stort stora gammal gammalt gamla ny nytt nya ung vacker sot hal sommar "
        "vinter host var fodelsedag jul fest grupp par flock bit solnedgang soluppgang inget "
        "allt bra glad fart star kor lagar sitter ligger"
    )
    - words("ljus scen"),
    containers=words("kopp mugg glas flaska tallrik skal korg hink lada burk gryta kanna"),
    within=words(_SWEDISH_WITHIN),
    inside=words("i"),
    beyond=words("under bakom"),
    without=words("utan ingen inga inte"),
    determiners=words("en ett den det de min mitt"),
    joining=words("och eller"),
    beside=words("med"),
    last=True,
    articles=True,
    compounds=True,
    numbers=numbers("tva par bada", "tre nagra", "fyra grupp", "fem manga flock"),
    colours=colours(
        "red=rod,rott,roda orange=orange yellow=gul,gult,gula green=gron,gront,grona "
        "blue=bla,blatt purple=lila pink=rosa white=vit,vitt,vita black=svart,svarta "
        "brown=brun,brunt,bruna grey=gra,gratt gold=gyllene,guld turquoise=turkos"
    ),
)
DANISH: Final = Grammar(
    words(
        f"en et og med af den det som de min mit sin sit {_DANISH_WITHIN} er var har bliver "
        "eller han hun om der"
    ),
    never=words(
        "nat aften morgen dag ar tid regn vind tage storm lys skygge vand liv karlighed drom "
        "musik film video hand hoved ansigt ojne har ben arm lille sma stor stort store gammel "
        "gammelt gamle ny nyt nye ung smuk sod hul sommer vinter efterar forar fodselsdag jul "
        "fest gruppe par flok stykke solnedgang solopgang intet alt god glad fart lang star"
    )
    - words("lys"),
    containers=words("kop krus glas flaske tallerken skal kurv spand aske krukke gryde kande"),
    within=words(_DANISH_WITHIN),
    inside=words("i"),
    beyond=words("under bag"),
    without=words("uden ingen ikke"),
    determiners=words("en et den det de min mit"),
    joining=words("og eller"),
    beside=words("med"),
    last=True,
    articles=True,
    compounds=True,
    numbers=numbers("to par begge", "tre nogle", "fire gruppe", "fem mange flok"),
    colours=colours(
        "red=rod,rodt,rode orange=orange yellow=gul,gult,gule green=gron,gront,gronne "
        "blue=bla,blat purple=lilla pink=lyserod,pink white=hvid,hvidt,hvide black=sort,sorte "
        "brown=brun,brunt,brune grey=gra,grat gold=gylden,gyldne turquoise=turkis"
    ),
)
