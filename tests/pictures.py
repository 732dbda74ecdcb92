"""The picture of a day for tests: drawn once, and read again."""

from __future__ import annotations

import io
from functools import cache
from xml.etree import ElementTree

from PIL import Image

from geo.image import image_bytes
from tests.scenes import moving_front

SCENE = moving_front()
DAY = SCENE.first_day + 200
SVG = "{http://www.w3.org/2000/svg}"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@cache
def drawn(format: str = "svg", lang: str = "en") -> bytes:
    """The picture of `DAY`, drawn once for all who only look at it."""
    return image_bytes(SCENE, DAY, format=format, lang=lang)


def texts(svg: bytes) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]
