"""Actions on what is looked at: curves, t, the tables of values, the explanation, and the picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QMenu, QSlider, QSpinBox, QToolButton, QWidget

from ddpm_studio.diffusion.moment import Moment
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.menu import PlotMenu
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.equation.weight_number import WeightNumber
from ddpm_studio.gui.picture.header import Header
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.timeline.time_scales import ROW
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.values.numbers_table import NumbersTable
from ddpm_studio.gui.values.values_panel import ValuesPanel
from ddpm_studio.gui.widgets.switch import Switch
from tests.gui.finding import child
from tests.soak.checks import check_screen, expect
from tests.soak.scene import NO_KEYS, Scene

MOST_PLOTS = 9
"""More of them take long to draw, and are chosen seldom."""


def curves(scene: Scene) -> CurvesPanel:
    """The panel of plots."""
    return scene.window.panel(CurvesPanel)


def in_plots(act: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """An action on plots, which is none where they are folded away."""

    @wraps(act)
    def where_they_are_seen(scene: Scene) -> None:
        if curves(scene).grid.isVisible():
            act(scene)

    return where_they_are_seen


def place_in_plot(scene: Scene) -> QPoint:
    """A place in some plot that is in view."""
    grid = curves(scene).grid
    plot = scene.random.choice(grid.plots())
    box = grid.mapFromScene(plot.box()).boundingRect()
    return QPoint(
        box.left() + scene.random.randrange(max(1, box.width())),
        box.top() + scene.random.randrange(max(1, box.height())),
    )


def toggle_curve(scene: Scene) -> None:
    """Choose a curve, or a set of them, in the menu."""
    menu = curves(scene).chooser.menu()
    offers = [action for action in menu.actions() if not action.isSeparator() and action.menu() is None]
    scene.trigger(scene.random.choice(offers))
    if len(scene.window.studio.state.curves) > MOST_PLOTS and scene.random.random() < 0.9:
        scene.trigger(next(action for action in offers if not action.isCheckable()))


def switch(scene: Scene) -> None:
    """Press a button of a switch: x axis, view, or one plot or all."""
    switches = scene.seen(curves(scene), Switch)
    if not switches:
        return  # The contact sheet is in their place.
    scene.click(scene.random.choice(scene.random.choice(switches).findChildren(QToolButton)))


def choose_axis(scene: Scene) -> None:
    """Plot over one of the scales that are offered, and see that the moment is counted on it."""
    axis = curves(scene).axis
    if not axis.isVisible():
        return
    scale = scene.random.choice(scene.window.studio.state.scales)
    button = next(button for button, value in axis._values.items() if value == scale)
    if scene.click(button):
        state = scene.window.studio.state
        expect((state.axis, state.moment.scale) == (scale, scale), f"{scale} was chosen, and the axis is {state.axis}.")


@in_plots
def hover(scene: Scene) -> None:
    """Point at a curve: the legend then reads there; it goes back to t afterwards."""
    viewport = curves(scene).grid.viewport()
    place = place_in_plot(scene)
    scene.say(f"hover: {place.toTuple()}")
    QTest.mouseMove(viewport, place)
    scene.settle()
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, place, viewport.mapToGlobal(place)))
    QApplication.sendEvent(curves(scene).grid, QEvent(QEvent.Type.Leave))
    scene.settle()


@in_plots
def scrub_plot(scene: Scene) -> None:
    """Drag t in a plot."""
    viewport = curves(scene).grid.viewport()
    first = place_in_plot(scene)
    xs = [scene.random.randrange(viewport.width()) for _ in range(3)]
    scene.drag(viewport, [first, *(QPoint(x, first.y()) for x in xs)])
    QApplication.sendEvent(curves(scene).grid, QEvent(QEvent.Type.Leave))
    scene.settle()


@in_plots
def zoom(scene: Scene) -> None:
    """Turn the wheel over a plot."""
    viewport, place = curves(scene).grid.viewport(), place_in_plot(scene)
    keys = Qt.KeyboardModifier
    held = scene.random.choice((NO_KEYS, keys.ControlModifier, keys.ShiftModifier))
    turn = QPoint(0, scene.random.choice((120, -120, 360)))
    where = QPointF(place), viewport.mapToGlobal(QPointF(place))
    wheel = QWheelEvent(*where, QPoint(), turn, Qt.MouseButton.NoButton, held, Qt.ScrollPhase.NoScrollPhase, False)
    scene.say(f"wheel: {turn.y()} {held.name}")
    QApplication.sendEvent(viewport, wheel)
    scene.settle()


@in_plots
def drag_in_plot(scene: Scene) -> None:
    """Zoom to a box, pan or measure, or give it up; some time later show the whole again."""
    viewport, keys = curves(scene).grid.viewport(), Qt.KeyboardModifier
    button, held = scene.random.choice(
        (
            (Qt.MouseButton.LeftButton, keys.ShiftModifier),
            (Qt.MouseButton.LeftButton, keys.ControlModifier),
            (Qt.MouseButton.LeftButton, keys.AltModifier),
            (Qt.MouseButton.RightButton, NO_KEYS),
            (Qt.MouseButton.MiddleButton, NO_KEYS),
        )
    )
    places = [place_in_plot(scene) for _ in range(3)]
    scene.say(f"drag in a plot: {button.name} {held.name} {[place.toTuple() for place in places]}")
    QTest.mousePress(viewport, button, held, places[0])
    for place in places:
        QTest.mouseMove(viewport, place)
        QApplication.processEvents()
    if scene.random.random() < 0.2:
        scene.key(Qt.Key.Key_Escape, widget=curves(scene).grid)
    QTest.mouseRelease(viewport, button, held, places[-1])
    if scene.random.random() < 0.3:
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, NO_KEYS, place_in_plot(scene))
    QApplication.sendEvent(curves(scene).grid, QEvent(QEvent.Type.Leave))
    scene.settle()


@in_plots
def use_plot_menu(scene: Scene) -> None:
    """Choose something in the menu of a plot."""
    panel = curves(scene)
    name = scene.random.choice(panel.grid.plots()).curve.name
    panel.grid.menu_requested.emit(name, QPoint(0, 0))
    menu = child(panel, PlotMenu)
    offers = [action for action in menu.actions() if action.isEnabled() and not action.isSeparator()]
    action = scene.random.choice(offers)
    with scene.answering(scene.scratch.new_path()):
        menu.hide()
        scene.trigger(action)


@in_plots
def press_in_plots(scene: Scene) -> None:
    """Press a key of the plots."""
    keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_0)
    grid = curves(scene).grid
    if scene.random.random() < 0.3:
        scene.key(scene.random.choice((Qt.Key.Key_L, Qt.Key.Key_M, Qt.Key.Key_Escape)), widget=grid)
    else:
        scene.key(scene.random.choice(keys), Qt.KeyboardModifier.ControlModifier, grid)


# t


def drag_t(scene: Scene) -> None:
    """Drag the slider of t, and look while it is held."""
    slider = child(scene.window.panel(TimeBar), QSlider)
    xs = [scene.random.randrange(slider.width()) for _ in range(3)]
    scene.drag(slider, [QPoint(x, slider.height() // 2) for x in xs])


def type_t(scene: Scene) -> None:
    """Type t."""
    T = scene.window.studio.state.current.schedule.T
    t = scene.random.randint(0, T)
    if scene.type_in(child(scene.window.panel(TimeBar), QSpinBox), str(t)):
        now = scene.window.studio.state.t
        expect(now == t, f"t = {t} was typed, and t is {now}.")


def type_wrong_t(scene: Scene) -> None:
    """Type a t that there is not, and give it up."""
    box, now = child(scene.window.panel(TimeBar), QSpinBox), scene.window.studio.state.t
    if scene.type_in(box, scene.random.choice(("1000000", "-1"))):
        scene.key(Qt.Key.Key_Escape, widget=child(box, QLineEdit))
        expect(scene.window.studio.state.t in (now, 1), "A t that there is not has moved t.")


def move_t(scene: Scene) -> None:
    """Move t with a key."""
    keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)
    scene.key(scene.random.choice(keys), widget=child(scene.window.panel(TimeBar), QSlider))


def play(scene: Scene) -> None:
    """Have t move by itself, or stop it."""
    bar = scene.window.panel(TimeBar)
    scene.click(next(button for button in bar.findChildren(QToolButton) if button.isCheckable()))
    for _ in range(20):
        QApplication.processEvents()
    scene.settle()
    if bar.playing:
        check_screen(scene.window)
        bar.stop()


# values and explanation


def turn_table(scene: Scene) -> None:
    """Turn to the other table of values."""
    scene.bring_up("values")
    tabs = scene.window.panel(ValuesPanel)._tabs
    tabs.setCurrentIndex(1 - tabs.currentIndex())
    scene.settle()


def use_table(scene: Scene) -> None:
    """Choose a row, copy it, scroll."""
    scene.bring_up("values")
    table = next(iter(scene.seen(scene.window.panel(ValuesPanel), NumbersTable)), None)
    if table is None:
        return
    rows, columns = table.model().rowCount(), table.model().columnCount()
    index = table.model().index(scene.random.randrange(rows), scene.random.randrange(columns))
    table.scrollTo(index)
    table.setCurrentIndex(index)
    scene.click(table.viewport(), table.visualRect(index).center(), double=scene.random.random() < 0.5)
    scene.key(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier, table)


def explain(scene: Scene) -> None:
    """Choose what is explained."""
    scene.bring_up("explain")
    box = child(scene.window.panel(ExplainPanel), QComboBox)
    index = scene.random.randrange(box.count())
    scene.say(f"explain: {box.itemData(index)}")
    box.setCurrentIndex(index)
    box.activated.emit(index)
    scene.settle()


# the picture


def header(scene: Scene) -> Header:
    """The header of the picture panel, in view."""
    scene.bring_up("picture")
    return scene.window.panel(PicturePanel).header


def open_picture(scene: Scene) -> None:
    """Open a picture of one's own, or a sample."""
    head = header(scene)
    if scene.random.random() < 0.5:
        with scene.answering(scene.random.choice(scene.scratch.pictures)):
            scene.click(head.open)
        return
    head.samples_menu.aboutToShow.emit()
    button = scene.random.choice(head.samples_menu.buttons)
    scene.say(f"sample: {button.text()}")
    button.click()
    scene.settle()


def choose_frame(scene: Scene) -> None:
    """Choose a frame of an animation, by keys or by its number, or one that it does not have."""
    box = header(scene).frame
    if box.isVisible():
        if scene.random.random() < 0.5:
            box.stepBy(scene.random.choice((-2, -1, 1, 2)))
        else:
            scene.type_in(box, str(scene.random.randrange(5)))
        scene.settle()


def change_noise(scene: Scene) -> None:
    """Draw other noise, by its button or its seed."""
    head = header(scene)
    if scene.random.random() < 0.5:
        scene.click(head.new_noise)
    else:
        scene.type_in(head.seed, str(scene.random.randrange(10**6)))


def toggle_histogram(scene: Scene) -> None:
    """Show or hide the histograms."""
    scene.click(header(scene).histogram)


def toggle_spectrum(scene: Scene) -> None:
    """Show or hide the spectrum of the picture."""
    scene.click(header(scene).spectrum)


def change_background(scene: Scene) -> None:
    """Choose what lies behind a transparent picture."""
    background = header(scene).background
    if background.isVisible():
        scene.trigger(scene.random.choice(child(background, QMenu).actions()))


def use_timeline(scene: Scene) -> None:
    """Press somewhere in the scales or lanes: on a moment, the name of a scale, or a schedule's letter."""
    panel = scene.window.panel(TimelinePanel)
    part = scene.random.choice((panel.scales, panel.lanes))
    place = QPoint(scene.random.randrange(max(1, part.width())), scene.random.randrange(max(1, part.height())))
    scene.click(part, place)


def type_on_scale(scene: Scene) -> None:
    """Type a value of a scale, or one that it does not have, and give that up."""
    scales = scene.window.panel(TimelinePanel).scales
    scale = scene.random.choice(scene.window.studio.state.scales)
    row = ROW * scene.window.studio.state.scales.index(scale) + ROW // 2
    scene.click(scales, QPoint(scene.random.randrange(max(1, scales.width())), row), double=True)
    if scales.box is None or scene.random.random() < 0.2:
        return
    schedule = scene.window.studio.state.current.schedule
    t = scene.random.randint(1, schedule.T)
    value = Moment.at(scale, schedule, t).value if scene.random.random() < 0.8 else 1e9
    scene.type_in(scales.box, repr(value), scene.random.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape)))
    if scales.box is not None:
        expect(scales.sentence != "", f"Nothing says why {value} on {scale} is not taken.")
        scene.key(Qt.Key.Key_Escape, widget=scales.box)
        expect(scales.box is None, "Escape does not close the field of a scale.")


def use_rail(scene: Scene) -> None:
    """Bring a small curve into the large plot."""
    rail = scene.window.panel(CurvesPanel).rail
    if rail.isVisible():
        scene.click(rail, QPoint(rail.width() // 2, scene.random.randrange(max(1, rail.height()))))


def use_weight(scene: Scene) -> None:
    """Drag a number of the equation, press it, or type another."""
    numbers = scene.seen(scene.window.panel(EquationPanel), WeightNumber)
    if not numbers:
        return  # The equation is turned to training.
    number = scene.random.choice(numbers)
    how = scene.random.randrange(3)
    if how == 0:
        xs = [number.width() // 2 + scene.random.randint(-200, 200) for _ in range(3)]
        scene.drag(number, [number.rect().center(), *(QPoint(x, number.height() // 4) for x in xs)])
    elif how == 1:
        scene.click(number)
        scene.wait(lambda: not number.clicked.isActive(), "the curve of the number that was clicked")
    else:
        scene.click(number, double=True)
        if number.box is not None:
            end = scene.random.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape))
            scene.type_in(number.box, scene.random.choice(("0.5", "1e-3", "7", "-")), end)


def tip(scene: Scene) -> None:
    """Rest the mouse on something."""
    widgets = scene.seen(scene.window, QWidget)
    widget = scene.random.choice(widgets)
    place = QPoint(scene.random.randrange(max(1, widget.width())), scene.random.randrange(max(1, widget.height())))
    scene.say(f"tip: {type(widget).__name__}")
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place)))


ACTIONS = (
    (toggle_curve, 3),
    (switch, 4),
    (choose_axis, 3),
    (hover, 2),
    (scrub_plot, 3),
    (zoom, 2),
    (drag_in_plot, 2),
    (use_plot_menu, 2),
    (press_in_plots, 2),
    (drag_t, 3),
    (type_t, 3),
    (type_wrong_t, 1),
    (move_t, 3),
    (play, 1),
    (turn_table, 2),
    (use_table, 2),
    (explain, 3),
    (open_picture, 2),
    (choose_frame, 2),
    (change_noise, 2),
    (toggle_histogram, 1),
    (toggle_spectrum, 1),
    (change_background, 1),
    (use_timeline, 2),
    (type_on_scale, 2),
    (use_rail, 1),
    (use_weight, 2),
    (tip, 1),
)
