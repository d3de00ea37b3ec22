"""Phone numbers as offices type them."""

import pytest

from halokop_sheets.core.typed.contacts import chat_link, mobile_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0812-0000-1101", "6281200001101"),
        ("+62 812 0000 1102", "6281200001102"),
        ("62812-0000-1105", "6281200001105"),
        ("0812 0000 1104 / 0813 0000 1104", "6281200001104"),
        ("(0812) 0000 1106", "6281200001106"),
        ("+62 (0812) 0000.1107", "6281200001107"),
        ("+62812-00001108 (WA)", "6281200001108"),
        ("81200001109", "6281200001109"),  # a sheet took it for a number and dropped the zero
        ("Bu Rina 0857 1234 567", "628571234567"),
        ("021-87929919, 0812 0000 1103", "6281200001103"),  # the landline has no WhatsApp
        ("0812 0000 1104 atau 0813 0000 1104", "6281200001104"),
        ("https://wa.me/6281200001110", "6281200001110"),
    ],
)
def test_understood(typed: str, number: str) -> None:
    assert mobile_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "@koperasi.melati",
        "021-87929919",
        "0812",
        "0812 0000 1104 0813 0000 1105",  # two numbers run together: which digits belong to which?
        "+65 8123 4567",
        "rina@example.go.id",
        "menyusul",
        "0912-3456-7890",
        "8" * 5000,
    ],
)
def test_unclear_is_none(typed: str) -> None:
    assert mobile_number(typed) is None
    assert chat_link(typed, "Halo") is None


def test_the_text_cannot_leave_its_place_in_the_link() -> None:
    link = chat_link("0812-0000-1101", 'Halo & selamat? #1 "x"\n+62')
    assert link == "https://wa.me/6281200001101?text=Halo%20%26%20selamat%3F%20%231%20%22x%22%0A%2B62"
