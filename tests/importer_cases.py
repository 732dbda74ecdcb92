"""What a hostile file for an importer is, and what several of them share."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import NamedTuple

from timelines.importers import FieldMapping

Content = bytes | Callable[[], bytes]


class Case(NamedTuple):
    data: Content
    outcome: str
    says: str = ""
    name: str = ""
    mapping: FieldMapping | None = None

    def content(self) -> bytes:
        """The bytes; large ones are made only now."""
        return self.data() if callable(self.data) else self.data


SAID = FieldMapping(
    constants={"kind": "control", "source": "a-map", "actor": "isis"}, on="2016-02-15"
)
VRT = (
    b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>'
    b"</OGRVRTLayer></OGRVRTDataSource>"
)
GDALG = b'{"type":"gdal_streamed_alg","command_line":"gdal vector read /etc/passwd"}'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "haha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 10))
    + b"]><kml>&a9;</kml>"
)
EXTERNAL = (
    b'<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><Placemark><name>&x;</name>'
    b"</Placemark></kml>"
)
REMOTE_DTD = b'<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/evil.dtd"><kml/>'


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def bomb(name: str, head: bytes = b"") -> Callable[[], bytes]:
    """A zip of a few hundred kilobytes with a member of 150 MB."""

    def make() -> bytes:
        blank = b" " * 1_000_000
        crc = zlib.crc32(head)
        for _ in range(150):
            crc = zlib.crc32(blank, crc)
        # What is packed between two full flushes stands alone: packed once, it is there 150 times.
        packer = zlib.compressobj(wbits=-15)
        begin = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
        middle = packer.compress(blank) + packer.flush(zlib.Z_FULL_FLUSH)
        packed = begin + middle * 150 + packer.flush()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name, packed)
        archive_bytes = bytearray(out.getvalue())
        size = len(head) + 150 * len(blank)
        directory = archive_bytes.rindex(b"PK\x01\x02")
        for at in (8, directory + 10):  # in the member's own header and in the directory
            struct.pack_into("<H", archive_bytes, at, zipfile.ZIP_DEFLATED)
            struct.pack_into("<III", archive_bytes, at + 6, crc, len(packed), size)
        return bytes(archive_bytes)

    return make


def lying_size(archive: bytes) -> bytes:
    """The same archive, its directory claiming that the member is three bytes long."""
    at = archive.rindex(b"PK\x01\x02")
    return archive[: at + 24] + struct.pack("<I", 3) + archive[at + 28 :]


def encrypted(archive: bytes) -> bytes:
    at = archive.rindex(b"PK\x01\x02")
    return archive[: at + 8] + b"\x01\x00" + archive[at + 10 :]
