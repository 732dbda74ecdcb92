"""The Compare page as Streamlit runs it: two dates, two dates of knowledge, the address, files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from timelines.screens import session

LIMIT_S = 300
PAGE = "from timelines.screens import compare\ncompare.page()\n"


def opened(**params: str) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=LIMIT_S)
    for key, value in params.items():
        app.query_params[key] = value
    return app.run()


def said(app: AppTest) -> str:
    return " ".join(block.value for block in app.markdown)


def date_inputs(app: AppTest) -> dict[str, object]:
    return {one.label: one.value for one in app.date_input}


def test_it_opens_and_says_what_changed() -> None:
    app = opened()
    assert not app.exception and not app.error
    assert app.header[0].value == "Compare"
    assert "changed hands" in said(app)
    assert app.dataframe[0].value["Side"].tolist()
    assert app.query_params["from"] < app.query_params["to"]


def test_the_address_names_the_days() -> None:
    app = opened(**{"from": "2015-10-08", "to": "2016-02-20"})
    assert "8 October 2015 → 20 February 2016" in said(app)
    assert "Syrian Democratic Forces, 15 February 2016" in said(app)
    assert date_inputs(app)["From"] == dt.date(2015, 10, 8)
    assert app.query_params["from"] == "2015-10-08"


def test_two_dates_of_knowledge() -> None:
    app = opened(on="2016-02-20", known_from="2016-02-14", known_to="2016-02-18")
    assert not app.exception
    assert "as known on 14 February 2016" in said(app)
    assert "in other hands" in said(app)
    assert "**\u2068Ayn Daqnah\u2069** on 20 February 2016" in said(app)
    assert app.query_params["known_to"] == "2016-02-18"


def test_the_hands_change_the_question() -> None:
    app = opened(**{"from": "2015-10-08", "to": "2015-10-10"})
    app.date_input[1].set_value(dt.date(2016, 2, 20)).run()
    assert "20 February 2016" in said(app)
    assert app.query_params["to"] == "2016-02-20"
    app.segmented_control[0].set_value("Two dates of knowledge").run()
    assert not app.exception
    assert "On" in date_inputs(app)


def test_days_in_the_wrong_order_are_told() -> None:
    app = opened(**{"from": "2016-02-20", "to": "2015-10-08"})
    assert not app.exception
    assert "earlier one first" in app.info[0].value


@pytest.mark.parametrize(
    "params",
    [
        {"from": "<script>", "to": "9999-99-99"},
        {"on": "2016-02-31", "known_from": "x" * 5000},
        {"from": "0001-01-01"},
        {"t": "../../etc"},
    ],
)
def test_a_hostile_address_falls_back(params: dict[str, str]) -> None:
    app = opened(**params)
    assert not app.exception
    assert app.header


def test_what_is_no_day_is_told() -> None:
    app = opened(**{"from": "31-31-31"})
    assert "is not a day" in app.warning[0].value


def test_no_change_says_so() -> None:
    app = opened(**{"from": "2015-10-08", "to": "2015-10-08"})
    assert not app.exception
    assert any("No place has another holder" in info.value for info in app.info)


def test_what_did_not_change_can_be_searched() -> None:
    app = opened(**{"from": "2015-10-08", "to": "2016-02-20"})
    app.text_input[0].set_value("marea").run()
    assert "held throughout by Opposition" in said(app)
    app.text_input[0].set_value("'anzaw").run()  # an isolate outside the stars: no bold
    assert "- **\u2068'Anzawiyah\u2069**" in said(app)


def test_strangers_names_are_letters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(
        "kind,date,place,actor,source,lon,lat\n"
        "control,2015-01-01,:red[x] **b** $a$,x,s,37,36\n"
        "control,2015-05-01,:red[x] **b** $a$,y,s,37,36\n",
        encoding="utf-8",
    )
    monkeypatch.setenv(session.GIVEN, str(tmp_path))
    app = opened(**{"from": "2015-02-01", "to": "2015-06-01"})
    assert not app.exception
    assert r"\:red\[x\] \*\*b\*\* \$a\$" in said(app)


def test_an_empty_timeline_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text("kind,date,place,actor,source\n", encoding="utf-8")
    monkeypatch.setenv(session.GIVEN, str(tmp_path))
    app = opened()
    assert not app.exception
    assert "nothing to compare" in app.info[0].value
