"""Folders of CSV files for tests, sound and broken."""

from __future__ import annotations

from pathlib import Path

from timelines.problems import Problem

HEADER = (
    "id,kind,date,place,place_id,lon,lat,uncertainty_m,actor,target,status,source,reported,"
    "killed,wounded,weapon,note\n"
)
PLACES = (
    "id,name,name_ar,aliases,lon,lat,uncertainty_m,kind,admin1,population,source\n"
    "marea,Marea,مارع,Mare'|Mari,37.196,36.481,1000,town,Aleppo,16904,GeoNames\n"
    "suran-aleppo,Suran,صوران,,37.21,36.566,700,village,Aleppo,,GeoNames\n"
    "suran-hama,Suran,صوران,,36.74,35.29,700,town,Hama,,GeoNames\n"
)
ACTORS = "id,name,aliases,side\nisil,Islamic State,ISIS|Daesh,isil\nrebels,Rebels,,rebels\n"
SOURCES = "id,publisher,date,url,reliability\nlwj,Long War Journal,2015-10-09,https://a.org/x,B\n"


def write(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        suffix = ".toml" if name == "timeline" else ".csv"
        data = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}{suffix}").write_bytes(data)
    return folder


def full(folder: Path, claims: str) -> Path:
    return write(folder, claims=claims, places=PLACES, actors=ACTORS, sources=SOURCES)


def cells(problems: list[Problem]) -> list[tuple[str, int, str]]:
    return [(p.file, p.row, p.column) for p in problems if p.severity == "error"]
