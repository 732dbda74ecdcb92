"""The pages as Streamlit runs them, without a browser: what they say, and that nothing breaks."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.hostile import HOSTILE
from timelines.screens import session
from timelines.screens.session import chosen_name
from timelines.screens.text import plain

ROOT = Path(__file__).resolve().parent.parent
LIMIT_S = 300


def run(module: str) -> AppTest:
    """One page on its own, as `app.py` would call it."""
    source = f"from timelines.screens import {module}\n{module}.page()\n"
    return AppTest.from_string(source, default_timeout=LIMIT_S).run()


@pytest.mark.parametrize("module", ["data", "names", "about"])
def test_page_runs(module: str) -> None:
    app = run(module)
    assert not app.exception
    assert app.header


def test_names_answers_and_asks() -> None:
    app = run("names")
    app.text_area[0].set_value("Kuweris\nSuran\nqqxxzzqq")
    app.button[0].click().run()
    said = " ".join(block.value for block in app.markdown)
    assert "resolved" in said and "ambiguous" in said and "unknown" in said
    assert not app.exception


def test_names_says_why_and_what_lies_elsewhere() -> None:
    app = run("names")
    app.text_area[0].set_value("Dabiq")
    app.text_input[0].set_value("Hama")
    app.button[0].click().run()
    said = " ".join(block.value for block in app.markdown).replace("\\", "")
    assert "“Dabiq” is on record elsewhere: Dabiq (Aleppo, SY; 37.2680, 36.5371)" in said


@pytest.mark.parametrize("whole", [False, True])
def test_names_shows_hostile_text_as_text(whole: bool) -> None:
    app = run("names")
    app.radio[0].set_value(app.radio[0].options[whole])
    app.text_area[0].set_value("\n".join(" ".join(text.split()) for text in HOSTILE[:60]))
    app.button[0].click().run()
    assert not app.exception


def test_names_are_found_in_a_report() -> None:
    app = run("names")
    app.radio[0].set_value("A whole report")
    app.text_area[0].set_value(
        "Shelling hit Dabiq and Marea on Monday. قصفت الطائرات مارع وتل رفعت بريف حلب الشمالي."
    )
    app.button[0].click().run()
    asked = [b.value.split("**")[1] for b in app.markdown if b.value.startswith("**")]
    assert [name.strip("\u2068\u2069") for name in asked] == [
        *("Dabiq", "Marea", "مارع", "تل رفعت", "ريف حلب الشمالي"),
    ]
    app.text_area[0].set_value("Nothing was said on Monday.")
    app.button[0].click().run()
    assert "No place that is known here" in app.info[0].value


def test_names_empty_state_says_what_to_do() -> None:
    app = run("names")
    app.text_area[0].set_value("   ")
    app.button[0].click().run()
    assert "type a name" in app.info[0].value


def test_data_of_the_bundled_timeline_is_in_order() -> None:
    app = run("data")
    assert "in order" in app.success[0].value
    assert not app.error


def test_data_lists_every_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(
        "kind,date,place,actor,source\ncontrol,2015-13-01,Dabiq,isil,x\nwar,2015-01-01,Dabiq,isil,x\n",
        encoding="utf-8",
    )
    monkeypatch.setenv(session.GIVEN, str(tmp_path))
    app = run("data")
    assert "2 error(s)" in app.error[0].value
    assert not app.exception


def test_data_without_rows_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text("kind,date,place,actor,source\n", encoding="utf-8")
    monkeypatch.setenv(session.GIVEN, str(tmp_path))
    app = run("data")
    assert not app.exception
    assert app.info


@pytest.mark.parametrize(
    "names",
    [["../../etc/passwd"], ["claims.csv.exe"], ["C:\\x\\evil.py"], [""], ["\x00claims.csv"]],
)
def test_uploads_take_only_the_five_names(names: list[str]) -> None:
    folder, problems = session.keep_upload([(name, b"x") for name in names])
    assert folder is None
    assert problems


def test_an_upload_keeps_to_its_own_folder() -> None:
    folder, problems = session.keep_upload([("../../x/claims.csv", b"kind\n")])
    assert folder is not None and not problems
    assert [p.name for p in folder.iterdir()] == ["claims.csv"]


@pytest.mark.parametrize("text", HOSTILE)
def test_plain_leaves_nothing_for_markdown_to_act_on(text: str) -> None:
    shown = plain(text)
    bare = shown.replace("\\\\", "").replace("\n", " ")
    for index, char in enumerate(bare):
        if char in "`*_[]<>$:{}":
            assert bare[index - 1] == "\\", f"{char} acts in {shown!r}"


@pytest.mark.parametrize(
    ("choice", "name"),
    [("aleppo", "aleppo"), ("/tmp/../x y", "x-y"), ("..", "timeline"), ("/", "timeline")],
)
def test_file_names_are_plain(choice: str, name: str) -> None:
    assert chosen_name(choice) == name
