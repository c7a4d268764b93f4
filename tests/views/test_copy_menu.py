"""Right-click and copy: what is on the clipboard afterwards, from every widget that offers it."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from nnviz.formatting import number
from nnviz.stores.workspace import Workspace
from nnviz.trace.copying import Numbers, Offers
from nnviz.trace.notation import ErrorSymbol, Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.views.copy_menu import CopyMenu
from nnviz.views.panels.neuron_images import NeuronImages
from nnviz.views.panels.neuron_terms import IncomingTerms, OutgoingTerms
from nnviz.views.panels.values import entries_of
from nnviz.views.panels.weight_images import WeightImages
from nnviz.views.scene.network_view import NetworkView
from nnviz.views.widgets.value_cell import ValueCell
from nnviz.views.widgets.weight_image import TITLE_PX
from nnviz.visual.palette import DARK

THIRD = 1 / 3


@pytest.fixture
def primer(workspace: Workspace) -> Workspace:
    """The primer at the end of its pass."""
    workspace.open_preset("primer-2-3-2")
    workspace.stepper.to_end()
    return workspace


@pytest.fixture
def widget(qtbot: QtBot) -> Iterator[QWidget]:
    """Where menus belong."""
    widget = QWidget()
    qtbot.addWidget(widget)
    yield widget
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def trace_of(workspace: Workspace) -> PassTrace:
    trace = workspace.stepper.trace
    assert trace is not None
    return trace


def right_click(widget: QWidget, place: QPoint) -> CopyMenu | None:
    """Ask for the context menu at a place of a widget."""
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    return widget.findChild(CopyMenu) or widget.parentWidget().findChild(CopyMenu)


def paths(menu: QMenu, before: tuple[str, ...] = ()) -> dict[tuple[str, ...], QAction]:
    """The entries that do something, by the texts that lead to them."""
    found: dict[tuple[str, ...], QAction] = {}
    for action in menu.actions():
        inner, path = action.menu(), (*before, action.text())
        if isinstance(inner, QMenu):
            found |= paths(inner, path)
        else:
            found[path] = action
    return found


def copied(menu: CopyMenu | None, *path: str) -> str:
    """Choose an entry, and return what is on the clipboard then."""
    assert menu is not None
    paths(menu)[path].trigger()
    menu.close()
    return QGuiApplication.clipboard().text()


def test_one_thing_needs_no_submenu(widget: QWidget) -> None:
    offers = Offers((("w", THIRD),), (Numbers("w", np.array([THIRD, 2.0]), lying=True),))
    menu = CopyMenu(offers, Notation(), widget)

    assert list(paths(menu)) == [
        ("Copy Value",),
        ("Copy Row as", "numpy"),
        ("Copy Row as", "LaTeX"),
        ("Copy Row as", "CSV"),
    ]
    assert copied(menu, "Copy Value") == repr(THIRD)
    assert copied(menu, "Copy Row as", "numpy") == "np.array([0.3333333333333333, 2.0])"
    assert copied(menu, "Copy Row as", "CSV") == "0.3333333333333333,2.0\n"


def test_latex_has_the_notations_digits(widget: QWidget) -> None:
    offers = Offers(rows=(Numbers("w", np.array([THIRD, 2.0]), lying=True),))
    menu = CopyMenu(offers, Notation(digits=2), widget)

    text = copied(menu, "Copy Row as", "LaTeX")

    assert text == "\\begin{pmatrix}\n0.33 & 2.0\n\\end{pmatrix}"


def test_several_things_are_named_with_their_shapes(widget: QWidget) -> None:
    things = (Numbers("W", np.eye(2, 3)), Numbers("z", np.array([1.5, 2.5])))
    menu = CopyMenu(Offers((("z", 1.5), ("a", 2.5)), (), things), Notation(), widget)

    assert copied(menu, "Copy Value", "a = 2.500") == "2.5"
    assert copied(menu, "Copy Matrix as", "CSV", "z  (2 × 1)") == "1.5\n2.5\n"
    assert ("Copy Matrix as", "numpy", "W  (2 × 3)") in paths(menu)


def test_a_cell_copies_its_number_and_its_layer(primer: Workspace, qtbot: QtBot) -> None:
    trace, timeline = trace_of(primer), primer.stepper.timeline
    entries = {e.key: e for e in entries_of(trace, timeline.reveal(), NodeRef(1, 1))}
    entry = entries["bias_gradient"]
    cell = ValueCell()
    qtbot.addWidget(cell)
    cell.set_value(
        entry.symbol, entry.meaning, entry.value, entry.scale, DARK, Notation(), entry.offers
    )

    menu = right_click(cell, QPoint(5, 5))

    gradient = trace.backward.gradients.biases[0]
    assert copied(menu, "Copy Value") == repr(float(gradient[1]))
    text = copied(menu, "Copy Matrix as", "numpy")
    np.testing.assert_array_equal(eval(text, {"np": np}), gradient)


def test_an_unknown_cell_has_no_menu(qtbot: QtBot, primer: Workspace) -> None:
    cell = ValueCell()
    qtbot.addWidget(cell)
    parent = QWidget()
    qtbot.addWidget(parent)
    cell.setParent(parent)
    cell.set_value("z", "Preactivation", None, None, DARK)

    assert right_click(cell, QPoint(5, 5)) is None


def test_a_cell_shows_the_notations_digits_and_copies_all(qtbot: QtBot, primer: Workspace) -> None:
    cell = ValueCell()
    qtbot.addWidget(cell)
    cell.set_value("a", "Activation", THIRD, None, DARK, Notation(digits=7))
    shown = cell.text()
    cell.set_value("a", "Activation", THIRD, None, DARK, Notation(digits=2))

    cell.copy_value()

    assert (shown, cell.text()) == ("0.3333333", "0.33")
    assert QGuiApplication.clipboard().text() == repr(THIRD)


@pytest.fixture
def canvas(primer: Workspace, qtbot: QtBot) -> Iterator[NetworkView]:
    canvas = NetworkView(primer)
    qtbot.addWidget(canvas)
    canvas.resize(900, 600)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.settle()
    yield canvas
    canvas.shutdown()


def place_of(canvas: NetworkView, node: NodeRef) -> QPoint:
    """Where a neuron is on the canvas: the middle of all points that show it."""
    scene = canvas.scene
    assert scene is not None
    points = [
        (x, y)
        for x in range(0, canvas.width(), 6)
        for y in range(0, canvas.height(), 6)
        if scene.ref_at(x, y) == node
    ]
    return QPoint(*np.mean(points, axis=0).astype(int).tolist())


def test_a_neuron_of_the_canvas_copies_its_weights(canvas: NetworkView, primer: Workspace) -> None:
    trace = trace_of(primer)

    menu = right_click(canvas, place_of(canvas, NodeRef(1, 2)))

    weights = trace.before.weights[0]
    row = eval(copied(menu, "Copy Row as", "numpy", "w  (1 × 2)"), {"np": np})
    np.testing.assert_array_equal(row, weights[2])
    text = copied(menu, "Copy Matrix as", "CSV", "W  (3 × 2)")
    np.testing.assert_array_equal(np.loadtxt(text.splitlines(), delimiter=","), weights)
    after = copied(menu, "Copy Matrix as", "numpy", "W after  (3 × 2)")
    np.testing.assert_array_equal(eval(after, {"np": np}), trace.after.weights[0])


def test_beside_the_network_the_menu_copies_the_picture_at_twice_its_size(
    canvas: NetworkView,
) -> None:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(2, 2), QPoint(2, 2))

    QApplication.sendEvent(canvas, event)

    assert canvas.findChild(CopyMenu) is None
    menu = canvas.findChild(QMenu, "menu.copy-picture")
    assert menu is not None
    (action,) = menu.actions()
    action.trigger()
    menu.close()
    image = QGuiApplication.clipboard().image()
    assert image.size() == canvas.size() * 2
    assert image.pixelColor(1, 1).getRgb()[:3] == DARK.surface


def test_the_menu_key_asks_for_the_selected_edge(canvas: NetworkView, primer: Workspace) -> None:
    edge = EdgeRef(2, 1, 0)
    primer.selection.select(edge)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(2, 2), QPoint(2, 2))

    QApplication.sendEvent(canvas, event)

    value = trace_of(primer).value(Quantity.WEIGHT, edge)
    assert copied(canvas.findChild(CopyMenu), "Copy Value", f"w = {number(value)}") == repr(value)


def test_the_terms_copy_a_number_a_term_and_the_whole_sum(primer: Workspace, qtbot: QtBot) -> None:
    trace, reveal = trace_of(primer), primer.stepper.timeline.reveal()
    table = IncomingTerms()
    qtbot.addWidget(table)
    assert table.show_neuron(trace, reveal, NodeRef(1, 0), None, Notation(), DARK)
    table.resize(360, 300)
    table.show()
    view = table.view
    place = view.visualRect(table.model.index(0, 1)).center()

    QApplication.sendEvent(
        view.viewport(),
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place)),
    )

    menu = view.findChild(CopyMenu)
    terms = table.model.terms
    assert terms is not None
    assert copied(menu, "Copy Value") == repr(float(terms.weights[0]))
    w, a = trace.before.weights[0][0], trace.inputs[0]
    row = eval(copied(menu, "Copy Row as", "numpy"), {"np": np})
    first = int(terms.indices[0])
    np.testing.assert_array_equal(row, [w[first], a[first], w[first] * a[first]])
    whole = eval(copied(menu, "Copy Matrix as", "numpy"), {"np": np})
    np.testing.assert_array_equal(whole, np.stack([w, a, w * a], axis=1))


def test_the_terms_are_written_in_the_readers_notation(primer: Workspace, qtbot: QtBot) -> None:
    trace, reveal = trace_of(primer), primer.stepper.timeline.reveal()
    notation = Notation(ErrorSymbol.DELTA, first_index=1, digits=6)
    incoming, outgoing = IncomingTerms(), OutgoingTerms()
    for table in (incoming, outgoing):
        qtbot.addWidget(table)

    incoming.show_neuron(trace, reveal, NodeRef(1, 0), None, notation, DARK)
    outgoing.show_neuron(trace, reveal, NodeRef(1, 0), notation, DARK)

    assert {incoming.model.text(row, 0) for row in range(2)} == {"1", "2"}
    assert incoming.sum.text().endswith("= 0.538947 =\u00a0z")
    headers = [column.header for column in outgoing.model.columns]
    assert headers == ["k", "w", "δ", "w·δ", ""]
    texts = {outgoing.model.text(row, 2) for row in range(2)}
    assert texts == {"0.0554000", "−0.146574"}


def test_a_term_under_the_pointer_is_told(primer: Workspace, qtbot: QtBot) -> None:
    trace, reveal = trace_of(primer), primer.stepper.timeline.reveal()
    table = IncomingTerms()
    qtbot.addWidget(table)
    table.show_neuron(trace, reveal, NodeRef(1, 0), None, Notation(), DARK)
    terms = table.model.terms
    assert terms is not None

    with qtbot.waitSignal(table.edge_hovered) as hovered:
        table.view.entered.emit(table.model.index(1, 0))
    with qtbot.waitSignal(table.edge_hovered) as left:
        QApplication.sendEvent(table.view, QEvent(QEvent.Type.Leave))

    assert hovered.args == [terms.edge(1)]
    assert left.args == [None]


def test_unknown_terms_are_not_shown(primer: Workspace, qtbot: QtBot) -> None:
    primer.stepper.to_start()
    table = OutgoingTerms()
    qtbot.addWidget(table)
    reveal = primer.stepper.timeline.reveal()

    assert not table.show_neuron(trace_of(primer), reveal, NodeRef(1, 0), Notation(), DARK)


def test_a_pixel_copies_its_weight_its_neuron_and_the_image(
    image_workspace: Workspace, qtbot: QtBot
) -> None:
    workspace = image_workspace
    trace = trace_of(workspace)
    images = NeuronImages()
    qtbot.addWidget(images)
    images.resize(400, 240)
    reveal = workspace.stepper.timeline.reveal()
    images.show_neuron(trace, reveal, NodeRef(1, 4), (28, 28), DARK, Notation())
    images.show()
    row = trace.before.weights[0][4]

    menu = right_click(images.weights, QPoint(2, int(TITLE_PX) + 2))

    assert copied(menu, "Copy Value") == repr(float(row[0]))
    np.testing.assert_array_equal(eval(copied(menu, "Copy Row as", "numpy"), {"np": np}), row)
    name = "incoming weights w, as an image  (28 × 28)"
    image = eval(copied(menu, "Copy Matrix as", "numpy", name), {"np": np})
    np.testing.assert_array_equal(image, row.reshape(28, 28))


def test_an_image_that_is_not_known_has_no_menu(image_workspace: Workspace, qtbot: QtBot) -> None:
    images = NeuronImages()
    qtbot.addWidget(images)
    reveal = image_workspace.stepper.timeline.reveal()
    trace = trace_of(image_workspace)
    images.show_neuron(trace, reveal, NodeRef(1, 4), (28, 28), DARK, Notation())

    assert images.gradients.values is None
    assert right_click(images.gradients, QPoint(20, 40)) is None


def test_the_gallery_copies_the_weights_of_the_image_under_the_pointer(
    image_workspace: Workspace, qtbot: QtBot
) -> None:
    panel = WeightImages(image_workspace)
    qtbot.addWidget(panel)
    panel.resize(600, 300)
    with qtbot.waitExposed(panel):
        panel.show()

    menu = right_click(panel.gallery, panel.gallery.rectangle(3).center())

    row = eval(copied(menu, "Copy Row as", "numpy"), {"np": np})
    np.testing.assert_array_equal(row, image_workspace.state.parameters.weights[0][3])


def test_a_narrow_cell_paints_fewer_digits_and_copies_all(qtbot: QtBot) -> None:
    cell = ValueCell()
    qtbot.addWidget(cell)
    cell.resize(300, 24)
    with qtbot.waitExposed(cell):
        cell.show()
    cell.set_value("∂C/∂b", "Error signal", -THIRD / 100, None, DARK, Notation(digits=12))
    wide = cell.fitted_text

    cell.resize(cell.minimumSizeHint().width(), 24)
    cell.copy_value()

    assert (wide, cell.text()) == ("−0.00333333333333", "−0.00333333333333")
    assert cell.fitted_text == "−0.003333"
    assert QGuiApplication.clipboard().text() == repr(-THIRD / 100)


def test_a_narrow_table_has_fewer_digits_and_room_for_its_bars(
    primer: Workspace, qtbot: QtBot
) -> None:
    trace, reveal = trace_of(primer), primer.stepper.timeline.reveal()
    table = IncomingTerms()
    qtbot.addWidget(table)
    table.resize(290, 300)
    with qtbot.waitExposed(table):
        table.show()

    table.show_neuron(trace, reveal, NodeRef(2, 0), None, Notation(digits=12), DARK)
    narrow = table.model.digits
    table.resize(700, 300)

    assert 4 <= narrow < 12
    assert table.model.digits == 12
    header = table.view.horizontalHeader()
    assert header.length() <= table.view.viewport().width()


def test_the_copy_key_takes_the_number_of_the_current_cell(primer: Workspace, qtbot: QtBot) -> None:
    trace, reveal = trace_of(primer), primer.stepper.timeline.reveal()
    table = IncomingTerms()
    qtbot.addWidget(table)
    table.show_neuron(trace, reveal, NodeRef(2, 0), None, Notation(), DARK)
    table.view.setCurrentIndex(table.model.index(0, 3))

    qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    terms = table.model.terms
    assert terms is not None
    assert QGuiApplication.clipboard().text() == repr(float(terms.products[0]))
