"""Names in other letters than Latin ones."""

import unicodedata

import pytest

from phosphene.trust.other_scripts import ScriptNames, has_other_script, is_too_short
from phosphene.trust.policy import decide
from tests.trust.shipped import RULES


@pytest.mark.parametrize(
    ("text", "rule", "matched"),
    [
        ("Тейлору Свифту подарили кота", "person/taylor-swift", "Тейлору Свифту"),
        ("ТЕЙЛОР СВИФТ на сцене", "person/taylor-swift", "ТЕЙЛОР СВИФТ"),
        ("портрет Владимира Путина", "person/vladimir-putin", "Владимира Путина"),
        ("дом Симпсонов", "character/the-simpsons", "Симпсонов"),
        ("бэтмен летит над городом", "character/batman", "бэтмен"),
        ("Винни-Пух ест мёд", "character/winnie-the-pooh", "Винни-Пух"),
        ("με τον Ντόναλντ Τραμπ", "person/donald-trump", "Ντόναλντ Τραμπ"),
        ("泰勒·斯威夫特在唱歌", "person/taylor-swift", "泰勒·斯威夫特"),
        ("習近平在海邊", "person/xi-jinping", "習近平"),
        ("蜘蛛侠跳舞", "character/spider-man", "蜘蛛侠"),
        ("テイラー・スウィフトが歌う", "person/taylor-swift", "テイラー・スウィフト"),
        ("ｺﾞｼﾞﾗが東京を襲う", "character/godzilla", "ｺﾞｼﾞﾗ"),
        ("테일러 스위프트가 노래한다", "person/taylor-swift", "테일러 스위프트가"),
        ("테일러스위프트의 고양이", "person/taylor-swift", "테일러스위프트의"),
        ("تايلور سويفت تغني", "person/taylor-swift", "تايلور سويفت"),
        ("قطة لتايلور سويفت", "person/taylor-swift", "لتايلور سويفت"),
        ("قطة وباتمان", "character/batman", "وباتمان"),
        ("مع وكريستيانو رونالدو", "person/cristiano-ronaldo", "وكريستيانو رونالدو"),
        ("ميكى ماوس يرقص", "character/mickey-mouse", "ميكى ماوس"),
        ("مِيكي مَاوس", "character/mickey-mouse", "مِيكي مَاوس"),
        ("टेलर स्विफ्ट गा रही है", "person/taylor-swift", "टेलर स्विफ्ट"),
        ("a cat and 哥斯拉 in Tokyo", "character/godzilla", "哥斯拉"),
    ],
)
def test_a_name_is_found_in_the_letters_of_its_language(text: str, rule: str, matched: str) -> None:
    refusal = decide(text, RULES)
    assert refusal is not None
    assert refusal.rule == f"names/{rule}"
    assert refusal.matched == (matched,)
    assert refusal.allowed is None


@pytest.mark.parametrize(
    "text",
    [
        "кот по имени Тейлор",
        "стриж летит, портной шьёт",
        "красная лисица в лесу ночью",
        "γάτα στη θάλασσα",
        "泰勒的猫在睡觉",
        "一只猫和一只狗",
        "マリオネットが踊る",
        "新しいスパイダーマンションの屋上",
        "小さな猫が海で泳ぐ",
        "강아지가 바다에서 뛴다",
        "قطة في البحر",
        "एक बिल्ली समुद्र में",
        "חתול בים",
        "แมวในทะเล",
        "ένα αστέρι πάνω από το σουπερμάρκετ",
        "φροντίζω τις τέντες στο Ριάντ",
        "هواپیما در فرودگاه",
        "واحة الأمينية",
        "श्रेष्ठ बिल्ली",
        "스파이더 한 마리",
        "消灭霸凌的海报",
        "蝉鸣人静的夏夜",
    ],
)
def test_other_words_are_nobody(text: str) -> None:
    assert decide(text, RULES) is None


def test_names_of_letters_with_and_without_spaces() -> None:
    names = ScriptNames([("Иван Зорбл", 1), ("ゾルブル", 2), ("佐鲁布", 3)])
    text = "Ивана Зорбла, ゾルブルと佐 鲁 布。ゾルブルズ"
    assert [(what, text[start:end]) for what, start, end in names.find(text)] == [
        (2, "ゾルブル"),
        (3, "佐 鲁 布"),
        (1, "Ивана Зорбла"),
    ]
    assert list(names.find("佐，鲁布")) == []


@pytest.mark.parametrize("text", ["זורבלוקס", "חתול לזורבלוקס", "והזורבלוקס רוקד"])
def test_prepositions_of_hebrew_are_written_onto_a_name(text: str) -> None:
    names = ScriptNames([("זורבלוקס", 1)])
    assert [what for what, _, _ in names.find(text)] == [1]


def test_a_listed_name_may_be_in_parts() -> None:
    listed = ("조르블", "ドルブル")
    names = ScriptNames([(unicodedata.normalize("NFD", one), one) for one in listed])
    assert [what for what, _, _ in names.find("조르블이 ドルブル")] == ["ドルブル", "조르블"]


@pytest.mark.parametrize(
    ("name", "other", "short"),
    [
        ("Taylor", False, True),
        ("C罗纳", False, False),
        ("灭霸", True, True),
        ("哥斯拉", True, False),
        ("Том", True, True),
        ("Шрек", True, False),
        ("헐크", True, False),
        ("★", False, True),
    ],
)
def test_what_is_looked_for_in_other_letters(name: str, other: bool, short: bool) -> None:
    assert has_other_script(name) is other
    assert not other or is_too_short(name) is short
