"""The little words of English."""

from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import Grammar, words

ENGLISH: Final = Grammar(
    little=words(
        "a an the of in on at and with to by from for as is are be it its his her their "
        "this that some into over under behind through while who which when there or my "
        "your our he she they"
    ),
    # Many have a first sense that is a thing (spring, fall): "kind of" must not be the subject.
    never=words(
        "kind view fall spring shot close lapse motion slow time back front side top "
        "bottom hand hands face head eye eyes hair arm arms leg legs body group style "
        "video footage background frame effect focus zoom pan tilt camera-shot light "
        "lights color colour art film movie scene image picture photo photograph clip "
        "animation model world day year hour minute second way end part set line look "
        "number pair lot piece bunch pile stack row field-of-view cinematic aesthetic "
        "palette illustration concept cartoon character it one thing things stuff something "
        "anything everything nothing surprise me person's left right middle center centre sense "
        "mood feeling golden can will may might must do does did was were been being have "
        "has had not no very just only so too also then than more most much many few all "
        "each every both other another same such like up down out off away around about "
        "between among against during before after since until near next beside above "
        "below across along inside outside onto upon toward towards big small large "
        "little tiny huge old young new beautiful pretty cute happy sad floating shining "
        "shadow shadows sound noise silence air water-level texture pattern cover fog "
        "mist haze rain drizzle storm sunset sunrise dawn dusk wind breeze weather summer "
        "winter autumn vintage retro rest turn show play test run start "
        "vibe vibes sunlight moonlight daylight candlelight lamplight "
        "foot edge outskirts snowstorm snowstorms blizzard blizzards "
        "petal petals stop past present moment life love peace hope dream "
        "what if because how why where could would should about whose whom giant "
        "cyberpunk steampunk bro dude yo hey hi hello please lol omg irl sunray sunrays sunbeam "
        "sunbeams ray rays someday today tonight yesterday "
        "tomorrow although though whenever despite thanks straight oh wow ah"
    ),
    containers=words(
        "cup glass bowl plate piece slice bunch group herd flock pair kind type pile "
        "stack box bottle crowd field bucket jar mug pot basket pack school team line row "
        "set bag can tray couple number lot dish stream cluster swarm pride pod tin jug "
        "pint loaf handful heap scoop gang crew army family colony horde parade caravan litter "
        "vase carton packet tub sack crate barrel punnet "
        "troop bowlful chorus trio duo collection train "
        "orchestra choir procession cloud sea carpet wall mountain river kaleidoscope flight"
    ),
    media=words(
        "video footage clip film movie picture photo photograph painting drawing portrait "
        "image animation sketch illustration cartoon scene shot view closeup timelapse "
        "story montage compilation sequence recap"
    ),
    of=words("of"),
    within=words(
        "in on at inside near under behind over above through across onto into along by beneath "
        "underneath below amid amidst among beyond"
    ),
    when=words("when while whilst as before after once since"),
    inside=words("in into inside"),
    beyond=words("under beneath underneath below behind"),
    without=words("no not without instead replace never neither nor except"),
    owners=words("he she they it who we you i people"),
    # The lexicon takes these in a sense that is mostly not meant: a plant is a factory to it.
    vague=words(
        "strand strands family building buildings plant plants toy toys machine army "
        "horde gang crew colony party swarm parade rendition costume festival "
        "tournament competition contest championship exhibition"
    ),
    # A crane shot is no crane.
    camera=words(
        "shot shots footage angle view views dolly-in push-in pull-out pull-back dolly lens "
        "flyover flyovers flythrough fpv pov close-up closeup closeups zoom take aerial "
        "hyperlapse timelapse time-lapse lapse "
        "tracking perspective render rendering macro steadicam gimbal dashcam gopro"
    ),
    determiners=words(
        "a an the my your his her its our their this that these those some another one two three "
        "four five several many"
    ),
    asking=words(
        "imagine create make generate show draw animate render give please want picture depict "
        "ultra hyper realistic photorealistic cinematic trailer teaser"
    ),
    joining=words("and or plus versus vs"),
    between=words("between"),
    manner=words("vibe vibes style aesthetic edit energy mood feel look theme inspired"),
    beside=words("with wearing"),
    pronouns={"he": "man", "she": "woman", "me": "person", "dude": "man", "bro": "man"},
    by=words("by near beside next overlooking facing along outside past front opposite behind"),
    full=words("full"),
    songs=words("song songs lullaby poem tale anthem recipe documentary report story fable"),
    last=True,
    # Five at most, which is what a stage holds (cast.MOST).
    numbers={
        "two": 2,
        "three": 3,
        "four": 4,
        "five": 5,
        "couple": 2,
        "pair": 2,
        "twins": 2,
        "lovers": 2,
        "parents": 2,
        "grandparents": 2,
        "trio": 3,
        "several": 3,
        "many": 5,
        "lots": 5,
        "loads": 5,
        "dozens": 5,
        "hundreds": 5,
        "thousands": 5,
        "swarm": 5,
        "some": 3,
        "group": 4,
        "flock": 5,
        "herd": 5,
        "crowd": 5,
        "few": 3,
    },
    irregular={
        "men": "man",
        "women": "woman",
        "children": "child",
        "people": "person",
        "mice": "mouse",
        "geese": "goose",
        "oxen": "ox",
        "wolves": "wolf",
        "leaves": "leaf",
        "knives": "knife",
        "loaves": "loaf",
        "wives": "wife",
        "calves": "calf",
        "policemen": "policeman",
        "feet": "foot",
        "firemen": "fireman",
        "fishermen": "fisherman",
        "businessmen": "businessman",
        "thieves": "thief",
        "teeth": "tooth",
        "elves": "elf",
        "shelves": "shelf",
        "scarves": "scarf",
        "lice": "louse",
        "cacti": "cactus",
        "fungi": "fungus",
        "octopi": "octopus",
        "ran": "run",
        "swam": "swim",
        "rode": "ride",
        "sang": "sing",
        "ate": "eat",
        "drank": "drink",
        "slept": "sleep",
        "sat": "sit",
        "wrote": "write",
        "drove": "drive",
        "flew": "fly",
        "lying": "sleep",
        "buses": "bus",
    },
    colours={
        "red": "red",
        "orange": "orange",
        "yellow": "yellow",
        "green": "green",
        "blue": "blue",
        "purple": "purple",
        "violet": "purple",
        "pink": "pink",
        "white": "white",
        "black": "black",
        "brown": "brown",
        "grey": "grey",
        "gray": "grey",
        "golden": "gold",
        "gold": "gold",
        "silver": "grey",
        "turquoise": "turquoise",
        "teal": "turquoise",
        "cyan": "turquoise",
        "rose": "pink",
    },
)
