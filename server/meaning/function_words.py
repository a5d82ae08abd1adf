"""The small words of English and French, which say how others hang together and not what a text is
about: two texts do not share "avec"."""

from typing import Final

# Folded, and of three letters or more: shorter ones are no words here.
_WRITTEN: Final = (
    "about above across after again all almost along already also although always among and "
    "another any anybody anyone anything are around because been before behind being below "
    "beneath beside besides between beyond both but can cannot could did does doing done down "
    "during each either else enough even ever every everybody everyone everything few for "
    "from had has have having her here hers herself him himself his how however into its "
    "itself just least less like made make makes many may might more most much must near "
    "neither never nobody none nor not nothing now off often once one ones only onto other "
    "others our out over own per quite rather same several shall she should since some "
    "somebody someone something sometimes somewhere soon still such than that the their "
    "theirs them themselves then there these they this those though through throughout thus "
    "till together too toward towards under unless until upon very was well were what "
    "whatever when whenever where wherever whether which while who whom whose why will with "
    "within without would yet you your yours afin ainsi alors apres assez aucun aucune aupres "
    "auquel aura aussi autant autour autre autres aux auxquels avaient avait avant avec avoir "
    "ayant beaucoup bien ceci cela celle celles celui cependant certains ces cet cette ceux "
    "chacun chacune chaque chez chose comme comment contre dans davantage deja depuis "
    "derriere des desormais desquels dessous dessus deux devant doit dont donc duquel durant "
    "elle elles encore enfin entre envers est etait etaient etant ete etre eux fait faire "
    "font furent fut hors ici ils jamais jusqu jusque laquelle lequel les lesquels leur leurs "
    "lors lorsqu lorsque lui maintenant mais malgre meme memes mes moins mon nos notre nous "
    "ont par parce parfois parmi partout pas pendant peu peut peuvent plus plusieurs plutot "
    "pour pourquoi pourtant pres presque puis puisque quand que quel quelle quelles quelqu "
    "quelque quelques quels qui quoi quoique rien sans sauf selon sera seront ses seulement "
    "sien sienne siens soi soit son sont souvent sous suis sur surtout tandis tant tel telle "
    "telles tels tes toi ton toujours tous tout toute toutes tres trop une uns vers voici "
    "voila voient vos votre vous "
)
FUNCTION_WORDS: Final = frozenset(_WRITTEN.split())
