"""What QSvgGenerator writes, put in order: sizes in px, clips, faces to fall back on, no repeats.

Its document is a flat list of groups, one for each change of a pen. Elements get what their group
says, groups go; texts get their length, so that another face takes the same room.
"""

import re
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath

from nnviz.views.figures.vector_painter import CLIP_MARK
from nnviz.views.theme import MONO_FAMILY, TEXT_FAMILY, mono_font, text_font

__all__ = ["tidied"]

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
FALLBACKS = {
    TEXT_FAMILY: "Inter, 'Helvetica Neue', Arial, sans-serif",
    MONO_FAMILY: "'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace",
}
FEATURES = {
    TEXT_FAMILY: 'font-feature-settings: "tnum"',
    MONO_FAMILY: 'font-feature-settings: "calt" 0',
}
UNMOVED = "matrix(1,0,0,1,0,0)"
OF_STROKES = ("stroke", "stroke-opacity", "stroke-width", "stroke-linecap", "stroke-linejoin",
              "stroke-dasharray", "stroke-dashoffset", "stroke-miterlimit")  # fmt: skip
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")

Element = ElementTree.Element

ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)


def tidied(document: bytes, clips: Sequence[QPainterPath | None]) -> bytes:
    """Return the document in order; ``clips`` are the paths of its marks."""
    root = ElementTree.fromstring(document)
    width, height = root.attrib["viewBox"].split()[2:]
    root.attrib |= {"width": width, "height": height, "version": "1.1"}
    root.attrib.pop("baseProfile", None)
    definitions = root.find(_tag("defs"))
    body = root.find(_tag("g"))
    if definitions is None or body is None:
        raise ValueError("The picture holds neither definitions nor a body.")
    renamed = _share_gradients(definitions)
    elements = list(_elements(body, renamed))
    body[:] = []
    body.text = "\n"
    current: Element | None = body
    for element in elements:
        number = _clip_number(element)
        if number is None:
            (body if current is None else current).append(element)
        else:
            current = _clip_group(clips[number], number, definitions, body)
    for empty in [each for each in body if each.tag == _tag("g") and not len(each)]:
        body.remove(empty)
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _tag(name: str) -> str:
    return f"{{{SVG}}}{name}"


def _share_gradients(definitions: Element) -> dict[str, str]:
    """Keep one of equal gradients; return which name stands for which."""
    kept: dict[bytes, str] = {}
    renamed: dict[str, str] = {}
    for gradient in list(definitions):
        name = gradient.attrib.pop("id")
        content = ElementTree.tostring(gradient)
        if content in kept:
            definitions.remove(gradient)
        else:
            kept[content] = f"gradient{len(kept) + 1}"
            gradient.attrib["id"] = kept[content]
        renamed[f"url(#{name})"] = f"url(#{kept[content]})"
    return renamed


def _elements(body: Element, renamed: dict[str, str]) -> Iterator[Element]:
    """Yield what is drawn, each with the attributes of its group."""
    for group in body:
        shared = {
            name: renamed.get(value, value)
            for name, value in group.attrib.items()
            if not name.startswith("font-") and value != UNMOVED
        }
        if shared.get("stroke") == "none":
            shared = {name: value for name, value in shared.items() if name not in OF_STROKES[1:]}
        for element in group:
            element.tail = None
            if element.tag == _tag("text"):
                _amend_text(element, shared)
            elif element.tag != _tag("image"):
                element.attrib = {**shared, **element.attrib}
            elif "transform" in shared:
                element.attrib["transform"] = shared["transform"]
            _shorten(element)
            yield element


def _amend_text(element: Element, shared: dict[str, str]) -> None:
    """Give a text its length in its own face, and the faces that may stand in for it."""
    attributes = element.attrib
    family = attributes["font-family"]
    size = round(float(attributes["font-size"]))
    bold = int(attributes["font-weight"]) > QFont.Weight.Normal
    font = mono_font(size, bold) if family == MONO_FAMILY else text_font(size, bold)
    length = QFontMetricsF(font).horizontalAdvance(element.text or "")
    if length > 0:
        attributes |= {"textLength": f"{length:.2f}", "lengthAdjust": "spacingAndGlyphs"}
    attributes["font-family"] = FALLBACKS.get(family, family)
    if family in FEATURES:
        attributes["style"] = FEATURES[family]
    if attributes.get("fill-opacity") == "1":
        del attributes["fill-opacity"]
    if attributes.get("font-style") == "normal":
        del attributes["font-style"]
    if "transform" in shared:
        attributes["transform"] = shared["transform"]


def _shorten(element: Element) -> None:
    """Write places with two decimals: a hundredth of a px is less than anybody can see."""
    for name in ("points", "d", "x", "y", "cx", "cy", "r", "rx", "ry", "width", "height"):
        if name in element.attrib:
            element.attrib[name] = _LONG_NUMBER.sub(_two_decimals, element.attrib[name])


def _two_decimals(match: re.Match[str]) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _clip_number(element: Element) -> int | None:
    """Return the number of the clip that begins here, None if this is no mark."""
    text = element.text or ""
    return int(text.removeprefix(CLIP_MARK)) if text.startswith(CLIP_MARK) else None


def _clip_group(
    clip: QPainterPath | None, number: int, definitions: Element, body: Element
) -> Element | None:
    """Return the group that is clipped, None where nothing is."""
    if clip is None:
        return None
    name = f"clip{number}"
    definition = ElementTree.SubElement(definitions, _tag("clipPath"), {"id": name})
    odd = "evenodd" if clip.fillRule().name == "OddEvenFill" else "nonzero"
    ElementTree.SubElement(definition, _tag("path"), {"d": _path_data(clip), "clip-rule": odd})
    return ElementTree.SubElement(body, _tag("g"), {"clip-path": f"url(#{name})"})


def _path_data(path: QPainterPath) -> str:
    """Return a path in SVG's letters."""
    letters = {
        QPainterPath.ElementType.MoveToElement: "M",
        QPainterPath.ElementType.LineToElement: "L",
        QPainterPath.ElementType.CurveToElement: "C",
        QPainterPath.ElementType.CurveToDataElement: "",
    }
    parts = []
    for index in range(path.elementCount()):
        element = path.elementAt(index)
        x, y = (f"{value:.2f}" for value in (element.x, element.y))
        parts.append(f"{letters[element.type]}{x} {y}")
    return " ".join(parts)
