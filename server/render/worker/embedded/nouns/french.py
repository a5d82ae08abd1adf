"""The little words of French."""

from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import Grammar, words

FRENCH: Final = Grammar(
    # Without accents, as tokens are folded: many type none.
    little=words(
        "un une le la les l des du de d au aux et en dans sur sous a avec qui que pour "
        "par son sa ses mon ma mes notre est sont ce cette ces se il elle ils elles "
        "je tu nous vous devant derriere vers chez pendant"
    ),
    never=words(
        "plateau vue plan scene image photo film video fond style temps jour annee heure fin cote "
        "main mains tete visage yeux cheveux bras jambe jambes corps groupe lumiere "
        "couleur art monde sens pair plein pleine petit petite grand grande vieux beau "
        "belle chaud froid doux douce nouveau jeune haut bas gauche droite milieu centre "
        "moment long pied pieds bout coin creux flanc ras truc trucs machin bidule "
        "chose choses quelque "
        "vie amour paix espoir reve ombre ombres son bruit air personnage dessin "
        "ralenti gros tout toute tous toutes plus moins tres trop bien comme "
        "vieille vieil vieilles entre contre apres avant depuis jusque pres loin autour "
        "dessus dessous travers bord ete hiver automne printemps matin soir midi soiree "
        "journee nuit aube pas ne non sans vent pluie brume brouillard bruine averse "
        "mais ou donc or ni car si on y a ai as ont eu "
        "coins marine souffle cire retraite rate mineure mineures generale generales "
        "routiere routieres devine "
        "fait faire est sont sera etait etaient avait avaient serait fut fois descente "
        "grave graves plate plates meme memes malgre grace oh ah"
    ),
    containers=words(
        "tasse verre bol assiette morceau tranche part groupe troupeau paire pile boite "
        "bouteille foule champ seau pot panier paquet sac botte tas vol banc meute nuee "
        "plat pichet cruche poignee couple carafe coupe chope barquette cornet "
        "equipe bande famille horde armee colonie duo trio caravane file rangee portee collection "
        "nuage mer montagne pluie riviere tapis mur procession"
    ),
    media=words(
        "video film clip photo image tableau dessin portrait peinture plan scene vue "
        "croquis animation gros-plan histoire"
    ),
    of=words("de d du des"),
    within=words(
        "dans sur sous en au aux chez devant derriere pres vers a au-dessus au-dessous par-dessus "
        "en-dessous au-dela"
    ),
    when=words("quand lorsque pendant tandis alors des apres avant depuis comme"),
    reaching=words(
        "jusqu jusque ode attention merci bravo hommage gloire salut bonjour adieu place bienvenue"
    ),
    inside=words("dans en"),
    beyond=words("sous derriere"),
    without=words("sans lieu remplace pas aucun aucune ni jamais sauf"),
    owners=words("il elle ils elles qui on nous vous je j tu"),
    camera=words(
        "plan plans travelling vue vues contre-plongee plongee panoramique plan-sequence "
        "zoom gros-plan prise timelapse hyperlapse macro"
    ),
    determiners=words(
        "un une des le la les l du de d mon ma mes ton ta tes son sa ses notre nos leur leurs ce "
        "cet cette ces deux trois quatre cinq plusieurs"
    ),
    asking=words(
        "imagine cree genere montre dessine anime publicite pub spot bande annonce bande-annonce "
        "fais fais-moi montre-moi dessine-moi combat bataille "
        "course rencontre match duel danse histoire aventure ambiance style version mode facon "
        "voyage balade promenade visite "
        "naissance evolution depart arrivee debut gros grosse ancien ancienne bel gentil dernier "
        "derniere premier premiere meilleur meilleure espece sorte genre bout coup"
    ),
    joining=words("et ou contre"),
    between=words("entre"),
    manner=words("style ambiance vibe version esthetique facon maniere univers inspiration"),
    beside=words("avec portant"),
    pronouns={"il": "man", "elle": "woman", "moi": "person"},
    impersonal=words(
        "y pleut neige fait faut est etait etaient gele grele tonne vente s reste manque existe "
        "suffit semble parait devient commence arrive"
    ),
    adjectives=words("blonde blond brune rousse blondes blonds brunes rousses"),
    by=words("pres devant face longeant cote derriere dehors exterieur"),
    full=words("plein pleine pleins pleines rempli remplie remplis remplies"),
    songs=words(
        "chanson chansons berceuse comptine poeme hymne recette documentaire reportage conte fable"
    ),
    plurals=words("des les ces mes tes ses nos vos leurs quelques plusieurs"),
    numbers={
        "deux": 2,
        "trois": 3,
        "quatre": 4,
        "cinq": 5,
        "couple": 2,
        "paire": 2,
        "plusieurs": 3,
        "des": 3,
        "groupe": 4,
        "troupeau": 5,
        "foule": 5,
        "quelques": 3,
        "amoureux": 2,
        "amants": 2,
        "parents": 2,
        "grands-parents": 2,
        "jumeaux": 2,
    },
    irregular={
        "yeux": "oeil",
        "court": "courir",
        "courent": "courir",
        "courant": "courir",
        "dort": "dormir",
        "dorment": "dormir",
        "dormant": "dormir",
        "lisant": "lire",
        "lisent": "lire",
        "boit": "boire",
        "boivent": "boire",
        "buvant": "boire",
        "ecrit": "ecrire",
        "ecrivant": "ecrire",
        "conduit": "conduire",
        "conduisant": "conduire",
        "peint": "peindre",
        "peignant": "peindre",
        "assis": "asseoir",
        "assise": "asseoir",
        "assises": "asseoir",
        "endormi": "dormir",
        "endormie": "dormir",
        "chevaux": "cheval",
        "messieurs": "monsieur",
        "bonshommes": "bonhomme",
        "mesdames": "dame",
        "travaux": "travail",
        "plongeant": "plonger",
        "mangeant": "manger",
        "nageant": "nager",
        "assoit": "asseoir",
        "assied": "asseoir",
    },
    colours={
        "rouge": "red",
        "rouges": "red",
        "orange": "orange",
        "jaune": "yellow",
        "jaunes": "yellow",
        "vert": "green",
        "verte": "green",
        "verts": "green",
        "vertes": "green",
        "bleu": "blue",
        "bleue": "blue",
        "bleus": "blue",
        "bleues": "blue",
        "violet": "purple",
        "violette": "purple",
        "rose": "pink",
        "roses": "pink",
        "blanc": "white",
        "blanche": "white",
        "blancs": "white",
        "blanches": "white",
        "noir": "black",
        "noire": "black",
        "noirs": "black",
        "noires": "black",
        "marron": "brown",
        "brun": "brown",
        "brune": "brown",
        "gris": "grey",
        "grise": "grey",
        "grises": "grey",
        "dore": "gold",
        "doree": "gold",
        "turquoise": "turquoise",
    },
)
