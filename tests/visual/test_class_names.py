from nnviz.visual.class_names import cut, names_beside


def test_digits_fit_into_their_discs_and_long_names_stand_beside() -> None:
    assert names_beside(("0", "9", "A")) == ("", "", "")
    assert names_beside(("A", "Ankle boot with laces")) == ("A", "Ankle boot…")
    assert names_beside(()) == ()


def test_a_name_is_cut_only_where_it_is_too_long() -> None:
    assert cut("T-shirt/top", 11) == "T-shirt/top"
    assert cut("T-shirt/tops", 11) == "T-shirt/to…"
