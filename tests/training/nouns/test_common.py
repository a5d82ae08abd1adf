from training.nouns.common import no_slips


def test_common_words_that_are_one_slip_from_a_name_are_no_misspellings_of_it() -> None:
    assert {"colin", "comin"} <= no_slips({"coin"}, least=5)
    assert "coin" not in no_slips({"coin"}, least=4)
    assert not no_slips({"coin"})
