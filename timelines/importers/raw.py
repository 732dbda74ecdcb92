"""Bytes of strangers: read up to a bound, told apart, unpacked without trusting names or sizes."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from timelines.errors import DataError
from timelines.importers.limits import (
    MAX_FILE_BYTES,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_UNPACKED,
    MAX_WHOLE_BYTES,
)
from timelines.problems import shown

Data = bytes | bytearray | memoryview | BinaryIO
ZIP_HEAD = b"PK\x03\x04"
_CHUNK = 1 << 20
# Codecs that are alphabets. Python also has codecs that unpack, evaluate escapes or change names.
_ALPHABET = re.compile(
    r"utf-8(-sig)?|utf-(16|32)(-(le|be))?|ascii|cp\d{3,5}|iso8859-\d{1,2}|koi8-[rtu]|mac-[a-z]+"
    r"|gbk|gb2312|gb18030|big5|shift_jis|euc_(jp|kr)|kz1048|ptcp154"
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def stream_of(data: Data) -> BinaryIO:
    """Bytes or an open binary file as a stream.

    Raises:
        TypeError: a text stream or a path; files are opened by the caller.
    """
    if isinstance(data, bytes | bytearray | memoryview):
        return io.BytesIO(data)
    if not hasattr(data, "read") or hasattr(data, "encoding"):
        raise TypeError("give bytes or a file opened in binary mode")
    return data


def read_all(data: Data, name: str, limit: int = MAX_WHOLE_BYTES) -> bytes:
    """The whole content, at most `limit` bytes.

    Raises:
        DataError: there is more, or nothing.
    """
    if isinstance(data, bytes | bytearray | memoryview):
        content = bytes(data)
    else:
        content = stream_of(data).read(limit + 1)
    if len(content) > limit:
        raise DataError(f"{shown(name)} is larger than {limit // 1_000_000:,} MB. Split it.")
    if not content:
        raise DataError(f"{shown(name)} is empty.")
    return content


class Bounded(io.RawIOBase):
    """A stream that ends in an error where it goes on past its allowance."""

    def __init__(self, stream: BinaryIO, name: str, limit: int = MAX_FILE_BYTES) -> None:
        self._stream, self._name, self._left = stream, name, limit
        self.done = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            chunk = self._stream.read(len(buffer))
        except (zlib.error, EOFError, zipfile.BadZipFile, NotImplementedError) as error:
            raise DataError(f"{shown(self._name)} cannot be unpacked: {error}.") from error
        self._left -= len(chunk)
        self.done += len(chunk)
        if self._left < 0:
            raise DataError(f"{shown(self._name)} is larger than this program reads. Split it.")
        buffer[: len(chunk)] = chunk
        return len(chunk)


def encoding_of(head: bytes, said: str) -> str:
    """The codec: the byte order mark's, else the one said, else UTF-8.

    Raises:
        DataError: no such alphabet.
    """
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec
    if not said:
        return "utf-8"
    try:
        codec = codecs.lookup(said).name
    except (LookupError, ValueError):
        codec = ""
    if not _ALPHABET.fullmatch(codec):
        raise DataError(
            f"{shown(said)} is no text encoding. Say one as cp1256 (Arabic), cp1251 (Cyrillic), "
            "latin-1 or utf-8."
        )
    return codec


def not_text(name: str, head: bytes, error: UnicodeDecodeError) -> DataError:
    """The error for bytes that are not in the encoding."""
    row = head[: error.start].count(b"\n") + 1
    byte = error.object[error.start]
    return DataError(
        f"{shown(name)} is not {error.encoding.upper()}: byte 0x{byte:02x} near line {row}. "
        "Save it as UTF-8, or say encoding, as cp1256 (Arabic) or cp1251 (Cyrillic)."
    )


def decode(content: bytes, name: str, said: str = "") -> str:
    """The text of a whole file.

    Raises:
        DataError: it is not text in that encoding.
    """
    try:
        return content.decode(encoding_of(content[:4], said))
    except UnicodeDecodeError as error:
        raise not_text(name, content, error) from error


def open_zip(content: bytes, name: str, limit: int = MAX_UNPACKED) -> zipfile.ZipFile:
    """An archive whose table of contents is believable.

    Raises:
        DataError: damaged, encrypted, too many members, or unpacking to too much.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise DataError(f"{shown(name)} is no readable zip file ({error}).") from error
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise DataError(f"{shown(name)} holds more than {MAX_MEMBERS:,} files.")
    if sum(member.file_size for member in members) > limit:
        raise DataError(f"{shown(name)} unpacks to more than {limit // 10**6:,} MB.")
    if any(member.flag_bits & 1 for member in members):
        raise DataError(f"{shown(name)} is encrypted. Unpack it yourself first.")
    return archive


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> Bounded:
    """One member as a bounded stream: what it says about its own size is not believed."""
    allowed = min(limit, max(member.compress_size, 1024) * MAX_RATIO)
    try:
        return Bounded(archive.open(member), member.filename, allowed)  # type: ignore[arg-type]
    except (zipfile.BadZipFile, ValueError, RuntimeError, OSError, EOFError) as error:
        # ValueError: a start before the file's own; RuntimeError: a method that zipfile lacks, too
        raise DataError(f"{shown(member.filename)} cannot be unpacked: {error}.") from error


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    """The bytes of one member, at most `limit`."""
    with open_member(archive, member, limit) as stream:
        return stream.read()


def members(
    archive: zipfile.ZipFile, wanted: Callable[[str], bool]
) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Members by the last part of their name, in order of name. Paths are never used as paths."""
    for member in sorted(archive.infolist(), key=lambda m: m.filename):
        base = member.filename.replace("\\", "/").rsplit("/", 1)[-1]
        hidden = base.startswith(".") or member.filename.startswith("__MACOSX")
        if base and not member.is_dir() and not hidden and wanted(base.lower()):
            yield base, member


def unpacked(data: Data, name: str, ending: tuple[str, ...]) -> tuple[BinaryIO, str]:
    """The stream itself, or where it is a zip the one member with that ending.

    Raises:
        DataError: a zip with none, or with several.
    """
    stream = stream_of(data)
    head = stream.read(4)
    if head != ZIP_HEAD:
        return rejoined(head, stream), name
    archive = open_zip(head + read_rest(stream, name), name, MAX_FILE_BYTES)
    found = list(members(archive, lambda base: base.endswith(ending)))
    if len(found) != 1:
        raise DataError(
            f"{shown(name)} holds {len(found)} files of {', '.join(ending)}; give one of them."
        )
    base, member = found[0]
    return io.BufferedReader(open_member(archive, member, MAX_FILE_BYTES)), base


def read_rest(stream: BinaryIO, name: str) -> bytes:
    """What is left of a stream that has to be held in memory."""
    rest = stream.read(MAX_WHOLE_BYTES + 1)
    if len(rest) > MAX_WHOLE_BYTES:
        raise DataError(f"{shown(name)} is larger than {MAX_WHOLE_BYTES // 10**6} MB. Split it.")
    return rest


def rejoined(head: bytes, stream: BinaryIO) -> BinaryIO:
    """A stream of which `head` was looked at, as if it had not been."""
    if stream.seekable():
        stream.seek(-len(head), io.SEEK_CUR)
        return stream
    return io.BufferedReader(_Joined(head, stream))


class _Joined(io.RawIOBase):
    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._head[: len(buffer)] or self._stream.read(len(buffer))
        self._head = self._head[len(chunk) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)
