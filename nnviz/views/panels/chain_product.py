"""∂C by the chosen quantity as a product, with braces under what an earlier step has multiplied.

Apart from the graph because it is an equation: it reads from left to right, without branches.
"""

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF

from nnviz.formatting import UNKNOWN
from nnviz.trace.chain import (
    Link,
    Need,
    gradient_need,
    gradient_value,
    has_penalty,
    is_outer,
    link_symbol,
    term_shape,
    term_symbol,
)
from nnviz.trace.chain_factors import factor_numbers
from nnviz.trace.chain_graph import Brace, Product
from nnviz.trace.chain_paths import Path, path_count
from nnviz.trace.expressions import Expression, Fraction, Tag, letter, operator, row, text
from nnviz.trace.notation import derivative
from nnviz.trace.quantities import Quantity
from nnviz.views.panels.chain_drawing import Amount, ChainScene, Drawing, Hit, Pencil
from nnviz.views.panels.chain_picture import link_tag
from nnviz.visual.palette import RGB

__all__ = ["PRODUCT_HEIGHT", "draw_product"]

PRODUCT_HEIGHT = 88.0
WITH_NUMBERS = 106.0
"""From this height on each factor has its number below it."""
PX = 15.0
LABEL_PX = 11.5
MARGIN = 10.0
BRACE_DEPTH = 3.5
BRACE_ROOM = 25.0


def draw_product(
    scene: ChainScene, product: Product, path: Path | None, width: float, height: float, top: float
) -> Drawing:
    """Lay the product out below ``top``: of the whole derivative, or of one path of many."""
    drawing = Drawing()
    pencil = Pencil(scene, drawing)
    palette = scene.palette
    numbers = height >= WITH_NUMBERS
    factors = [
        pencil.box(link_symbol(scene.notation, each), PX, palette.text) for each in product.links
    ]
    ascent = max(box.ascent for box in factors)
    descent = max(box.descent for box in factors)
    total = ascent + descent + (15 if numbers else 0) + BRACE_ROOM * len(product.braces)
    baseline = top + ascent + max((height - total) / 2, 2.0)
    head = pencil.box(_head(scene, product, path), PX, palette.text)
    area = pencil.put(head, MARGIN, baseline)
    _add_target_hit(drawing, scene, product, area)
    x = MARGIN + head.width
    dot, outer = (pencil.box(operator(sign), PX, palette.muted) for sign in "·⊗")
    cells: list[QRectF] = []
    amounts = _amounts(scene, product, path)
    for index, (link, shown) in enumerate(zip(product.links, amounts, strict=True)):
        if index:
            times = outer if is_outer(link) else dot
            pencil.put(times, x, baseline)
            x += times.width
        cells.append(_put_factor(pencil, link, shown, QPointF(x, baseline), descent, numbers))
        x = cells[-1].right()
    if path is None and has_penalty(scene.trace, product.target):
        penalty = pencil.box(_penalty(scene, product), PX, palette.text)
        pencil.put(penalty, x, baseline)
        x += penalty.width
    x = _put_value(pencil, product, path, x, baseline)
    bottom = baseline + descent + (16 if numbers else 3)
    for brace in product.braces:
        _put_brace(pencil, brace, cells, bottom + brace.level * BRACE_ROOM)
    drawing.width = max(x + MARGIN, width)
    drawing.height = max(baseline - top + descent + BRACE_ROOM * len(product.braces), height)
    return drawing


def _head(scene: ChainScene, product: Product, path: Path | None) -> Expression:
    """Return the left side; one path of several is only a part of the derivative."""
    if path is not None and path_count(scene.trace.spec, path.start) > 1:
        return text("this path: ")
    symbol = derivative(term_symbol(scene.notation, product.target))
    return row(symbol, operator("="))


def _penalty(scene: ChainScene, product: Product) -> Expression:
    """Return + (λ/n) w: the L2 term is no factor of any path."""
    weight = term_symbol(scene.notation, product.target)
    return row(operator("+"), Fraction(letter("λ"), letter("n")), weight)


def _add_target_hit(drawing: Drawing, scene: ChainScene, product: Product, area: QRectF) -> None:
    target = product.target
    hint = "What the current step computes" if scene.is_fresh(gradient_need(target)) else (
        "Click for the step that computes it"
    )  # fmt: skip
    drawing.hits.append(Hit(area, gradient_need(target), target.ref, f"{hint}.", hint))


def _put_factor(
    pencil: Pencil,
    link: Link,
    shown: Amount,
    place: QPointF,
    descent: float,
    numbers: bool,
) -> QRectF:
    """Write a factor, with its number below it where there is room; return its area."""
    scene, palette = pencil.scene, pencil.scene.palette
    symbol = pencil.box(link_symbol(scene.notation, link), PX, palette.text)
    width, x, baseline = symbol.width, place.x(), place.y()
    if numbers:
        number = pencil.number(shown, palette.muted, link_tag(link, shown.value))
        width = max(width, number.width)
        pencil.centre(number, x + width / 2, baseline + descent + 12)
    pencil.centre(symbol, x + width / 2, baseline)
    bottom = baseline + descent + (14 if numbers else 0)
    area = QRectF(x, baseline - symbol.ascent, width, bottom - baseline + symbol.ascent)
    spoken = f"∂{link.above.quantity.symbol}/∂{link.below.quantity.symbol} = {shown.text}"
    pencil.drawing.hits.append(
        Hit(area, scene.link_goal(link), link.ref, scene.link_hint(link), spoken)
    )
    return area


def _amounts(scene: ChainScene, product: Product, path: Path | None) -> list[Amount]:
    """Return what stands below each factor; numbers have the digits that multiply to the value.

    The shape of ∂z/∂W is said to be that of the activations, which lie as a row.
    """
    amounts = [scene.link_amount(link) for link in product.links]
    if is_outer(product.links[-1]) and amounts[-1].text != UNKNOWN:
        amounts[-1] = replace(amounts[-1], text=f"aᵀ {amounts[-1].text}")
    value = _value(scene, product, path)
    whole = path is None and has_penalty(scene.trace, product.target)
    values = [each.value for each in amounts]
    if value is None or whole or None in values:
        return amounts
    texts = factor_numbers(values, value, scene.notation).split(" · ")
    return [replace(each, text=text.strip("()")) for each, text in zip(amounts, texts, strict=True)]


def _value(scene: ChainScene, product: Product, path: Path | None) -> float | None:
    """Return what the product comes to, None while that is unknown and for a whole layer."""
    if path is not None:
        return path.product
    if not scene.gradient_known(product.target):
        return None
    return gradient_value(scene.trace, product.target, scene.example)


def _put_value(
    pencil: Pencil, product: Product, path: Path | None, x: float, baseline: float
) -> float:
    """Write what the product comes to, a dash while that is unknown; return the right end."""
    scene, target = pencil.scene, product.target
    known = path is None and scene.gradient_known(target)
    shape = term_shape(scene.trace.spec, target) if known else ""
    shown = scene.amount(_value(scene, product, path), shape)
    color: RGB = scene.palette.text
    tag = Tag(gradient_need(target).quantity, target.ref, shown.value)
    for box in (pencil.box(operator("="), PX, color), pencil.number(shown, color, tag)):
        pencil.put(box, x, baseline)
        x += box.width
    return x


def _put_brace(pencil: Pencil, brace: Brace, cells: list[QRectF], top: float) -> None:
    """Draw a brace under its factors and write what they are."""
    scene, palette = pencil.scene, pencil.scene.palette
    left, right = cells[brace.first].left(), cells[brace.last].right()
    need = Need(Quantity.BIAS_GRADIENT, brace.layer)
    known = scene.knows(need) and not scene.is_fresh(need)
    color = palette.text if known else palette.muted
    pencil.brace(left, right, top, BRACE_DEPTH, color)
    label = pencil.box(brace.label, LABEL_PX, color)
    area = pencil.centre(label, (left + right) / 2, top + 2 * BRACE_DEPTH + label.ascent)
    hint = scene.reuse_hint(need)
    pencil.drawing.hits.append(Hit(area, need, None, f"{hint}.", hint))
