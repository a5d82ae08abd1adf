"""The little words of Spanish, Italian and Portuguese."""

from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import Grammar, colours, numbers, words

_SPANISH_DETERMINERS: Final = (
    "un una unos unas el la los las mi mis tu tus su sus nuestro nuestra este esta estos estas "
    "ese esa"
)
_SPANISH_WITHIN: Final = (
    "en sobre bajo por contra entre hacia desde ante tras detras delante dentro encima debajo "
    "junto cerca frente alrededor a al"
)
_ITALIAN_DETERMINERS: Final = (
    "un una uno il lo la i gli le l mio mia miei mie tuo tua suo sua nostro nostra questo "
    "questa quel quella"
)
_ITALIAN_WITHIN: Final = (
    "in nel nello nella nei negli nelle nell su sul sullo sulla sui sugli sulle sull sotto "
    "sopra davanti dietro dentro fra tra contro verso vicino accanto lungo attraverso a al allo "
    "alla ai agli alle all da dal dalla dai per"
)
_PORTUGUESE_DETERMINERS: Final = (
    "um uma uns umas o a os as meu minha meus minhas teu tua seu sua nosso nossa este esta esse "
    "essa"
)
_PORTUGUESE_WITHIN: Final = (
    "em no na nos nas num numa sobre sob entre contra atras frente dentro perto debaixo embaixo "
    "cima ao pelo pela pelos pelas por para ate lado"
)

SPANISH: Final = Grammar(
    words(
        f"{_SPANISH_DETERMINERS} {_SPANISH_WITHIN} y e o con de del que para es esta son se lo "
        "su sin"
    ),
    never=words(
        "male tarde noche manana dia dias ano hora minuto tiempo vida amor sueno luz sombra "
        "lluvia viento agua aire niebla tormenta color estilo musica ruido video pelicula clip "
        "escena imagen vista plano fondo paseo viaje final borde medio lado mano manos cabeza "
        "cara ojos pelo brazo pierna piernas pies boca nariz pequeno pequena pequenos grande "
        "grandes gran nuevo nueva nuevos bonito bonita lindo linda hermoso hermosa suelo pared "
        "techo agujero verano invierno otono primavera cumpleanos navidad fiesta tipo grupo par "
        "monton trozo pedazo vez veces nada algo todo mucho muchos sale once red tuna amanecer "
        "atardecer anochecer medianoche puesta salida poco lleno llena primer primera ultimo "
        "buena buen bueno toma dibujo paso alegria risa juego mitad parte"
    ),
    containers=words(
        "taza tazon vaso copa jarra plato botella cesta canasta caja cubo bolsa lata tarro "
        "frasco bandeja racimo ramo grupo par rebano bandada manada monton trozo pedazo porcion "
        "fila olla cuenco bol puesto familia equipo"
    ),
    media=words("video pelicula clip foto fotografia imagen dibujo retrato pintura cuadro"),
    of=words("de del"),
    within=words(_SPANISH_WITHIN),
    inside=words("en"),
    beyond=words("bajo debajo tras detras"),
    without=words("sin no ningun ninguna ni nunca"),
    determiners=words(_SPANISH_DETERMINERS),
    joining=words("y e o"),
    adjectives=words("viejo vieja viejos viejas joven jovenes anciano anciana"),
    beside=words("con llevando"),
    asking=words("muestra dibuja crea haz anima quiero imagina"),
    articles=True,
    numbers=numbers(
        "dos par pareja ambos", "tres unos unas varios varias algunos", "cuatro grupo",
        "cinco muchos muchas rebano bandada manada"
    ),
    colours=colours(
        "red=roj yellow=amarill white=blanc black=negr gold=dorad purple=morad pink=rosad",
        "o a os as",
    )
    | colours(
        "orange=naranja,anaranjado,anaranjada green=verde,verdes blue=azul,azules "
        "purple=violeta,lila pink=rosa brown=marron,marrones,cafe grey=gris,grises,plateado "
        "turquoise=turquesa"
    ),
)  # fmt: skip
ITALIAN: Final = Grammar(
    words(
        f"{_ITALIAN_DETERMINERS} {_ITALIAN_WITHIN} e ed o con di del dello della dei degli delle "
        "dell d che si sono come mentre senza"
    ),
    never=words(
        "male sera notte mattina giorno giorni anno ora minuto tempo vita amore sogno luce "
        "ombra pioggia vento acqua aria nebbia temporale colore stile musica rumore video film "
        "clip scena immagine vista sfondo passeggiata viaggio fine bordo mezzo lato mano mani "
        "testa viso faccia occhi capelli braccio gamba gambe piedi bocca naso piccolo piccola "
        "piccoli grande grandi gran nuovo nuova nuovi nuove bello bella bel bellissimo carino "
        "pavimento parete soffitto buco estate inverno autunno primavera compleanno natale "
        "festa tipo gruppo paio mucchio pezzo volta niente tutto molti molto alba tramonto "
        "mezzanotte crepuscolo pieno piena primo prima ultimo buono buona disegno passo gioia "
        "gioco meta parte"
    ),
    containers=words(
        "tazza tazzina tazze bicchiere bicchieri calice boccale piatto piatti bottiglia ciotola "
        "cesto cestino cesta scatola secchio sacco sacchetto barattolo vassoio mazzo grappolo "
        "gruppo paio gregge stormo branco mucchio fetta pezzo fila pentola caraffa famiglia "
        "squadra"
    ),
    media=words("video film clip foto fotografia immagine disegno ritratto dipinto quadro"),
    of=words("di del dello della dei degli delle dell d"),
    within=words(_ITALIAN_WITHIN),
    inside=words("in nel nell nella nello"),
    beyond=words("sotto dietro"),
    without=words("senza non nessun nessuna nessuno ne mai"),
    determiners=words(_ITALIAN_DETERMINERS),
    joining=words("e ed o"),
    adjectives=words("vecchio vecchia vecchi vecchie giovane giovani anziano anziana"),
    beside=words("con"),
    asking=words("mostra disegna crea fai anima voglio immagina"),
    articles=True,
    numbers=numbers(
        "due paio coppia entrambi", "tre alcuni alcune", "quattro gruppo",
        "cinque molti molte gregge stormo branco"
    ),
    colours=colours(
        "red=ross yellow=giall black=ner gold=dorat grey=grigi,argentat", "o a i e"
    )
    | colours(
        "orange=arancione,arancioni,arancio green=verde,verdi blue=blu,azzurro,azzurra,azzurri "
        "purple=viola pink=rosa white=bianco,bianca,bianchi,bianche brown=marrone,marroni "
        "turquoise=turchese"
    ),
)  # fmt: skip
PORTUGUESE: Final = Grammar(
    words(
        f"{_PORTUGUESE_DETERMINERS} {_PORTUGUESE_WITHIN} e ou com de do da dos das d que para se "
        "como enquanto sem"
    ),
    never=words(
        "noite chuva tarde manha dia dias ano hora minuto tempo vida amor sonho luz sombra "
        "vento agua ar neblina tempestade cor estilo musica barulho video filme clipe cena "
        "imagem vista fundo passeio viagem fim beira meio lado mao maos cabeca rosto cara olhos "
        "cabelo braco perna pernas pes boca nariz pequeno pequena pequenos grande grandes novo "
        "nova novos bonito bonita lindo linda chao parede teto buraco verao inverno outono "
        "primavera aniversario natal festa tipo grupo par monte pedaco vez nada algo tudo "
        "muitos muito amanhecer entardecer anoitecer meia-noite cheio cheia primeiro primeira "
        "ultimo bom boa desenho passo alegria jogo metade parte por sale"
    ) - words("cara"),
    containers=words(
        "xicara copo copos caneca taca prato pratos garrafa tigela cesta cesto caixa balde saco "
        "sacola lata pote bandeja cacho ramo grupo par rebanho bando manada monte fatia pedaco "
        "fila panela jarra buque familia time"
    ),
    media=words("video filme clipe foto fotografia imagem desenho retrato pintura quadro"),
    of=words("de do da dos das d"),
    within=words(_PORTUGUESE_WITHIN),
    inside=words("em no na"),
    beyond=words("sob debaixo atras"),
    without=words("sem nao nenhum nenhuma nem nunca"),
    determiners=words(_PORTUGUESE_DETERMINERS),
    joining=words("e ou"),
    adjectives=words("velho velha velhos velhas jovem jovens"),
    beside=words("com"),
    asking=words("mostre desenhe crie faca anime quero imagine"),
    articles=True,
    numbers=numbers(
        "dois duas par casal ambos", "tres uns umas varios varias alguns algumas", "quatro grupo",
        "cinco muitos muitas rebanho bando manada"
    ),
    colours=colours(
        "red=vermelh yellow=amarel black=pret purple=rox gold=dourad brown=castanh", "o a os as"
    )
    | colours(
        "orange=laranja,alaranjado green=verde,verdes blue=azul,azuis purple=violeta,lilas "
        "pink=rosa,cor-de-rosa white=branco,branca,brancos,brancas brown=marrom "
        "grey=cinza,cinzento,prateado turquoise=turquesa"
    ),
)  # fmt: skip
