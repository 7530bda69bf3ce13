"""Pages as a browser's parser sees them, checked on the way: every element is ended in its place, and none acts."""

from __future__ import annotations

import base64
import io
from html.parser import HTMLParser

from PIL import Image

DRAWING, NAMESPACE = "data:image/svg+xml;base64,", ' xmlns="http://www.w3.org/2000/svg"'

VOID = {"img", "meta"}
ACTING = {
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "link",
    "base",
    "a",
    "foreignobject",
    "use",
    "animate",
}
"""Elements that run something, fetch something or lead somewhere."""

FETCHING = {"href", "src", "srcset", "action", "xlink:href", "style", "id", "background", "poster"}


class ParsedPage(HTMLParser):
    """The texts, elements and pictures of a page. AssertionError for one that is not well-formed, or not harmless."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.pictures: list[Image.Image] = []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ACTING
        told = {key: value or "" for key, value in attrs}
        assert len(told) == len(attrs)
        assert not [key for key in told if key.startswith("on")]
        assert FETCHING & told.keys() <= ({"src"} if tag == "img" else set())
        self.elements.append((tag, told))
        if tag == "img" and told["src"].startswith(DRAWING):
            drawing = base64.b64decode(told["src"].removeprefix(DRAWING), validate=True).decode("utf-8")
            self.elements += ParsedPage(drawing.replace(NAMESPACE, "")).elements
            assert told["alt"]
        elif tag == "img":
            self.pictures.append(embedded(told["src"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert "svg" in self.open, f"<{tag}/> has no end in HTML"
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def texts_in(self, *tags: str) -> list[str]:
        """All that stands directly in elements of these names."""
        return [text for tag, text in self.texts if tag in tags]

    @property
    def said(self) -> str:
        """All of its text but the style sheet."""
        return "".join(text for tag, text in self.texts if tag != "style")


def embedded(source: str) -> Image.Image:
    """The picture of a data: address."""
    kind, _, content = source.partition(";base64,")
    assert kind in ("data:image/jpeg", "data:image/png")
    return Image.open(io.BytesIO(base64.b64decode(content, validate=True)))
