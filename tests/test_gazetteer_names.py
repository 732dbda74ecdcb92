"""Forms of names: what may be compared must become equal, and nothing may break on any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gazetteer.names import clean, fold, forms, script_of, skeletons

SAME_FOLD = [
    ("Ḩuraytān", "huraytan"),
    ("Tell Rif'at", "tell rifat"),
    ("Kafr‑Nouran", "kafr nouran"),
    ("أعزاز", "اعزاز"),
    ("مدرسة", "مدرسه"),
    ("حـلـب", "حلب"),
    ("Харків", "Харкiв".replace("i", "і")),
    ("\u202eAleppo\u202c", "aleppo"),
]
SAME_SKELETON = [
    ("Kuweris", "Kweires"),
    ("Kuweris", "كويرس"),
    ("Az-Zerbah", "الزربة"),
    ("Jesr Shoghour", "Jisr ash-Shughur"),
    ("Jisr ash Shughur", "جسر الشغور"),
    ("Deir Ezzor", "Deir ez-Zor"),
    ("Dabeq", "دابق"),
    ("Manbej", "Menbidj"),
    ("Khan Cheikhoun", "خان شيخون"),
    ("Харьков", "Kharkiv"),
    ("Ḩawāşīd", "حواصيد"),
    ("Şerqî", "Sharqi"),
    ("Szpikołosy", "Shpykolosy"),
    ("Daszawa", "Дашава"),
    ("Nowy Staw", "Novyy Stav"),
    ("Borszczów", "Борщів"),
    ("Aleksandrowka", "Aleksandrovka"),
]


def test_only_names_with_a_slavic_sign_are_read_as_polish() -> None:
    """The w of Arabic and Kurdish names is one, beside a Kurdish ł too; c alone tells nothing."""
    kurdish, plain, arabic, other = forms(["Gułê Sewran", "Gulê Sewran", "Tawil", "Tavil"]).flat
    assert kurdish == plain and arabic != other
    assert forms(["Cerablus\nDaszawa", "Cerablus"]).flat[1] == "cerablus"


@pytest.mark.parametrize(("one", "other"), SAME_FOLD)
def test_fold_hides_what_the_eye_overlooks(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(("one", "other"), SAME_SKELETON)
def test_spellings_share_a_skeleton(one: str, other: str) -> None:
    first, second = skeletons(forms([one, other]).flat)
    assert first == second != ""


def test_generic_words_leave_the_core_but_never_empty_it() -> None:
    made = forms(["Tell Rifat", "Kafarnoran", "Khirbat al-Qasr", "Tal", "Aleppo city"])
    assert made.core == ["rifat", "noran", "qasr", "tal", "alepo"]


def test_english_qualifier_goes_where_arabic_puts_it() -> None:
    english, arabic = forms(["Western Mafkar", "Mafkar Gharbi"]).flat
    assert english == arabic


@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
@settings(max_examples=400, deadline=None)
def test_batch_equals_one_by_one(names: list[str]) -> None:
    made = forms(names)
    singles = [forms([name]) for name in names]
    assert made.fold == [f.fold[0] for f in singles]
    assert made.flat == [f.flat[0] for f in singles]
    assert made.core == [f.core[0] for f in singles]
    assert made.rough == [f.rough[0] for f in singles]


@given(st.text(max_size=60))
@settings(max_examples=400, deadline=None)
def test_clean_leaves_one_visible_line(name: str) -> None:
    text = clean(name)
    assert "\n" not in text and "\x00" not in text and "\u202e" not in text
    assert text == clean(text)


def test_clean_bounds_length() -> None:
    assert len(clean("x" * 10_000)) == 200


@pytest.mark.parametrize(
    ("text", "script"), [("Aleppo", "Latn"), ("حلب", "Arab"), ("Харків", "Cyrl"), ("12", "")]
)
def test_script(text: str, script: str) -> None:
    assert script_of(text) == script


def test_ayn_is_kept_where_it_is_written() -> None:
    made = forms(["`Ayn al Bum", "Aaïn el Boûm", "‘Ayn al Būm", "Ayn al Bum"])
    assert made.flat[0] == made.flat[1] == made.flat[2] != made.flat[3]
    assert len(set(made.core)) == len(set(made.rough)) == 1
