"""Files of each format of places, small, with rows that cannot be used."""

from __future__ import annotations

from pathlib import Path

from gazetteer.places import Place
from gazetteer.sources import Report, format_of


def dump_line(id_: int, name: str, lat: str, lon: str, names: str = "", code: str = "PPL") -> str:
    fields = [str(id_), name, name, names, lat, lon, code[0], code, "SY", "", "09", "", "", ""]
    return "\t".join([*fields, "120", "", "400", "Asia/Damascus", "2016-01-01"])


GOOD = dump_line(1, "Dabiq", "36.5371", "37.2680", "Dabeq,دابق")


DUMP = "\n".join(
    [
        GOOD,
        "broken\tline",
        dump_line(2, "Nowhere", "0", "0"),
        dump_line(3, "High", "96.1", "37"),
        dump_line(4, "Letters", "abc", "37"),
        dump_line(5, "Marea", "36.4826", "37.1971", "مارع"),
    ]
)


OCHA_CSV = (
    "admin1Name_en,admin3Name_en,featureName_en,featureName_ar,admin4Pcode,Longitude_x,Latitude_y\n"
    "Aleppo,Suran,Kafr Nuran,كفر نوران,SY020305,36.8305,36.0817\n"
    "Aleppo,Suran,Bad,,SY020306,,\n"
)


WOF = {
    "type": "Feature",
    "id": 1293190621,
    "properties": {
        "wof:id": 1293190621,
        "wof:name": "Dabiq",
        "wof:country": "SY",
        "wof:placetype": "locality",
        "name:ara_x_preferred": ["دابق"],
        "name:eng_x_variant": ["Dabik"],
        "geom:longitude": 37.268,
        "geom:latitude": 36.5371,
    },
    "geometry": {"type": "Point", "coordinates": [37.268, 36.5371]},
}


LPF = {
    "@context": "https://raw.githubusercontent.com/LinkedPasts/linked-places/main/linkedplaces-context-v1.1.jsonld",
    "type": "FeatureCollection",
    "features": [
        {
            "@id": "https://example.org/1",
            "type": "Feature",
            "properties": {"title": "Bakhmut", "ccodes": ["UA"]},
            "names": [
                {"toponym": "Бахмут", "lang": "uk"},
                {
                    "toponym": "Artemivsk",
                    "lang": "en",
                    "when": {"timespans": [{"start": {"in": "1924"}, "end": {"in": "2016"}}]},
                },
            ],
            "geometry": {"type": "Point", "coordinates": [38.0, 48.595]},
        }
    ],
}


OSM = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "node/1",
            "properties": {
                "@id": "node/1",
                "place": "village",
                "name": "دابق",
                "name:en": "Dabiq",
                "name:ar": "دابق",
                "old_name": "Dabek",
            },
            "geometry": {"type": "Point", "coordinates": [37.268, 36.5371]},
        },
        {"type": "Feature", "properties": {"place": "village", "name": "X"}, "geometry": None},
    ],
}


def read(path: Path, **mapping: str) -> tuple[list[Place], Report]:
    report = Report()
    return list(format_of(path).read(path, report, mapping)), report


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path
