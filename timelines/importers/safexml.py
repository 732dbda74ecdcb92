"""XML of strangers: no document type, no entities, no files; bounded in depth, number and text.

Every attack on XML readers that matters here (external entities, a billion laughs, quadratic
blow-up) needs a document type declaration, and no format of ours has one: it is refused at sight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, NoReturn
from xml.parsers import expat

from timelines.errors import DataError
from timelines.importers.limits import MAX_XML_DEPTH, MAX_XML_EVENTS, MAX_XML_TEXT
from timelines.problems import shown

_CHUNK = 1 << 16
Attributes = dict[str, str]
_NONE: Attributes = {}


class Node:
    """A finished element: its local name, attributes, text and children."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: Attributes) -> None:
        self.name, self.attributes = name, attributes
        self.text = ""
        self.children: Sequence[Node] = ()

    def child(self, name: str) -> Node | None:
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def text_of(self, name: str) -> str:
        """The trimmed text of the first child of that name; empty where there is none."""
        found = self.child(name)
        return found.text.strip() if found else ""

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in order of the document."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


class Reader:
    """Feeds a document through expat; hands out the elements that are asked for, one by one."""

    def __init__(
        self,
        name: str,
        wanted: frozenset[str],
        *,
        opened: Callable[[str, Attributes], None] | None = None,
        closed: Callable[[str], None] | None = None,
        finished: Callable[[Node], None] | None = None,
        max_events: int = MAX_XML_EVENTS,
    ) -> None:
        """`wanted` are local names of elements to be built whole; `opened` and `closed` are
        called for every element outside of those. With `finished` the wanted elements go there
        at once, in step with the others, and are not handed out."""
        self._name, self._wanted = name, wanted
        self._opened, self._closed, self._finished = opened, closed, finished
        self._max_events = max_events
        self._stack: list[Node] = []
        self._ready: list[Node] = []
        self._depth = self._events = self._text = 0
        self._names: dict[str, str] = {}
        parser = expat.ParserCreate(namespace_separator="\n")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.ExternalEntityRefHandler = self._doctype
        self._parser = parser

    def nodes(self, stream: BinaryIO) -> Iterator[Node]:
        """The wanted elements in order.

        Raises:
            DataError: no XML, with a document type, or past a bound.
        """
        try:
            while chunk := stream.read(_CHUNK):
                self._parser.Parse(chunk, False)
                yield from self._drain()
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise DataError(f"{shown(self._name)} is not XML: {error}.") from error
        except (ValueError, LookupError, UnicodeError) as error:
            if isinstance(error, DataError):
                raise
            raise DataError(f"{shown(self._name)} cannot be read as XML: {error}.") from error
        yield from self._drain()

    def _drain(self) -> Iterator[Node]:
        ready, self._ready = self._ready, []
        yield from ready

    def _start(self, name: str, attributes: Attributes) -> None:
        local = self._names.get(name) or self._local(name)
        self._depth += 1
        self._events += 1
        if self._depth > MAX_XML_DEPTH:
            raise DataError(f"{shown(self._name)} is nested deeper than {MAX_XML_DEPTH}.")
        if self._events > self._max_events:
            raise DataError(
                f"{shown(self._name)} has more than {self._max_events:,} elements. Split it."
            )
        if self._stack or local in self._wanted:
            node = Node(local, _plain(attributes))
            if self._stack:
                above = self._stack[-1]
                above.children = above.children or []
                above.children.append(node)  # type: ignore[attr-defined]
            else:
                self._text = 0
            self._stack.append(node)
        elif self._opened:
            self._opened(local, _plain(attributes))

    def _local(self, name: str) -> str:
        local = name.rsplit("\n", 1)[-1]
        if len(self._names) < 1000:
            self._names[name] = local
        return local

    def _characters(self, text: str) -> None:
        if self._stack:
            self._text += len(text)
            if self._text > MAX_XML_TEXT * 10:
                raise DataError(f"{shown(self._name)} has an element with too much text.")
            self._stack[-1].text += text

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._stack:
            node = self._stack.pop()
            if not self._stack and self._finished:
                self._finished(node)
            elif not self._stack:
                self._ready.append(node)
        elif self._closed:
            self._closed(name.rsplit("\n", 1)[-1])

    def _doctype(self, *_: object) -> NoReturn:
        raise DataError(
            f"{shown(self._name)} declares a document type or entities; no map needs them, and "
            "attacks do. Export it again."
        )


def _plain(attributes: Attributes) -> Attributes:
    if not attributes:
        return _NONE
    return {key.rsplit("\n", 1)[-1]: value for key, value in attributes.items()}
