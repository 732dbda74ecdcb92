"""The editing tab as Streamlit runs it, for tests: opened, pressed, read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from timelines import open_timeline
from timelines.claims import Claims
from timelines.stores import store_at

LIMIT_S = 300
PAGE = "from timelines.screens import data\ndata.page()\n"
HEADER = "id,kind,date,place,actor,source,reported,lon,lat\n"
ROWS = (
    "m1,control,2015-10-09,Marea,isil,lwj,2015-10-09,37.2,36.5\n"
    "a1,control,2015-10-10,Azaz,rebels,lwj,2015-10-10,37.05,36.59\n"
)
NEW = {"kind": "control", "date": "2015-10-12", "place": "Dabiq", "actor": "isil", "source": "lwj"}


def opened() -> AppTest:
    return AppTest.from_string(PAGE, default_timeout=LIMIT_S).run()


def said(app: AppTest) -> str:
    blocks = [*app.markdown, *app.success, *app.warning, *app.info, *app.error, *app.caption]
    return " ".join(str(block.value) for block in blocks)


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [one for one in app.button if label in one.label]
    assert not button.disabled, f"{label} cannot be pressed: {said(app)}"
    return button.click().run()


def uploaded(text: str) -> AppTest:
    """The page with a file of claims chosen for import."""
    app = opened()
    (upload,) = [one for one in app.get("file_uploader") if "XLSX" in one.label]
    app = upload.upload("new.csv", text.encode()).run()
    assert not app.exception
    return app


def claims_of(where: Path) -> Claims:
    table = store_at(where).read().claims
    return Claims(table.columns, len(table))


def holder(where: Path, place: str) -> str | None:
    return open_timeline(where).why(place, on="2015-10-20").controller


def field(app: AppTest, kind: str, label: str) -> Any:
    (found,) = [one for one in app.get(kind) if one.label.startswith(label)]
    return found
