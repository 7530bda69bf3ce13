"""The equation in the whole window: its numbers, what can be done with them, and its pictures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QDrag, QFontMetrics, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import draw_noise, weights_at
from ddpm_studio.diffusion.noising import Noising
from ddpm_studio.gui.equation import weight_number
from ddpm_studio.gui.equation.equation_panel import LOW, MARGINS, TALL, EquationPanel
from ddpm_studio.gui.equation.formula import Thumbnail
from ddpm_studio.gui.equation.weight_number import WeightNumber
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.state.picture_at import PictureAt, Pictured
from ddpm_studio.gui.state.window import Side
from ddpm_studio.gui.widgets.qimages import to_qimage
from ddpm_studio.numerals import brief, numeral
from tests.gui.windows import active_window, settle, show_change

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SCHEDULES = [Schedule("linear", 300), Schedule("cosine", 1000), Schedule("sigmoid", 1000)]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1440, 900), SCHEDULES) as window:
        window.studio.set_t(100)
        show_change(window, qtbot)
        yield window


@pytest.fixture
def panel(window: MainWindow) -> EquationPanel:
    return window.panel(EquationPanel)


def number(panel: EquationPanel, curve: str) -> WeightNumber:
    return next(number for number in panel.numbers() if number.weight.curve == curve)


def drag(of: WeightNumber, pixels: int, held: Qt.KeyboardModifier = NONE) -> None:
    start = of.rect().center()
    QTest.mousePress(of, LEFT, held, start)
    for part in (1, 2, 3):
        place = QPointF(start + QPoint(pixels * part // 3, 0))
        moved = QMouseEvent(QEvent.Type.MouseMove, place, of.mapToGlobal(place), Qt.MouseButton.NoButton, LEFT, held)
        QApplication.sendEvent(of, moved)
        QApplication.processEvents()


def release(of: WeightNumber) -> None:
    QTest.mouseRelease(of, LEFT, NONE, of.rect().center())


def test_each_schedule_has_its_numbers_at_its_own_t(window: MainWindow, panel: EquationPanel) -> None:
    state = window.studio.state
    assert [state.t_of(entry) for entry in state.entries] == [100, 333, 333]
    for shown in panel.forward.numbers:
        for entry in state.entries:
            value = entry.schedule.coefficients[shown.weight.curve][state.t_of(entry) - 1]
            assert shown.text(entry) == numeral(value, 3)
            assert (
                f"{state.letter(entry)} {shown.text(entry)}, t = {state.t_of(entry)}" in shown.accessibleDescription()
            )
    assert panel.subject.accessibleName().count("t = 333") == 2


def test_a_move_of_t_writes_each_number_once(
    window: MainWindow, panel: EquationPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = list[float | None]()

    def note(value: float | None) -> str:
        written.append(value)
        return brief(value)

    monkeypatch.setattr(weight_number, "brief", note)
    window.studio.set_t(150)
    show_change(window, qtbot)
    panel.grab()
    shown = sum(len(each.accessibleDescription().split("; ")) for each in panel.numbers())
    assert len(written) == shown == 2 * 3 + 5


def test_the_way_back_has_the_posterior_of_ddpm(window: MainWindow, panel: EquationPanel) -> None:
    betas = SCHEDULES[0].betas
    alpha_bar = np.cumprod(1 - betas)
    beta, now, before = betas[99], alpha_bar[99], alpha_bar[98]
    expected = {
        "sqrt_recip_alphas_cumprod": now**-0.5,
        "sqrt_recipm1_alphas_cumprod": (1 / now - 1) ** 0.5,
        "posterior_mean_coef1": before**0.5 * beta / (1 - now),
        "posterior_mean_coef2": (1 - beta) ** 0.5 * (1 - before) / (1 - now),
        "posterior_variance": (beta * (1 - before) / (1 - now)) ** 0.5,
    }
    current = window.studio.state.current
    shown = {each.weight.curve: each.text(current) for formula in panel.backward for each in formula.numbers}
    assert shown == {name: numeral(value, 3) for name, value in expected.items()}


def test_before_the_first_step_nothing_leads_back(window: MainWindow, panel: EquationPanel, qtbot: QtBot) -> None:
    window.studio.set_t(0)
    show_change(window, qtbot)
    current = window.studio.state.current
    assert [each.text(current) for each in panel.numbers()] == ["1", "0", "1", "0", "–", "–", "–"]


def test_t_follows_a_number_that_is_dragged(window: MainWindow, panel: EquationPanel, qtbot: QtBot) -> None:
    weight = number(panel, "sqrt_alphas_cumprod")
    signal = SCHEDULES[0].coefficients.sqrt_alphas_cumprod
    before = signal[99]
    drag(weight, -80)
    assert window.studio.state.t > 100
    whole = 1 - signal[-1]
    assert signal[window.studio.state.t - 1] == pytest.approx(before - whole * 80 / 400, abs=0.005)
    release(weight)
    assert window.studio.state.curve == "alphas_cumprod", "a drag is no press"
    assert window.studio.state.undo is None, "where one looks is no step"


def test_a_number_stops_where_the_schedule_ends_and_says_so(window: MainWindow, panel: EquationPanel) -> None:
    weight = number(panel, "sqrt_alphas_cumprod")
    drag(weight, -900)
    assert window.studio.state.t == 300
    assert panel.subject.sentence == "A never goes below 0.219."
    release(weight)
    assert panel.subject.sentence == ""
    weight = number(panel, "sqrt_one_minus_alphas_cumprod")
    drag(weight, 900)
    assert panel.subject.sentence == "A never goes above 0.976."
    release(weight)


def test_fine_and_coarse_drags(window: MainWindow, panel: EquationPanel, qtbot: QtBot) -> None:
    weight, moved = number(panel, "sqrt_one_minus_alphas_cumprod"), []
    for held in (Qt.KeyboardModifier.AltModifier, NONE, Qt.KeyboardModifier.ShiftModifier):
        window.studio.set_t(100)
        show_change(window, qtbot)
        drag(weight, 30, held)
        moved.append(window.studio.state.t - 100)
        release(weight)
    assert 0 < moved[0] < moved[1] < moved[2]


def test_a_press_shows_the_curve(window: MainWindow, panel: EquationPanel, qtbot: QtBot) -> None:
    for shown in panel.numbers():
        with qtbot.waitSignal(shown.curve_chosen):
            qtbot.mouseClick(shown, LEFT)
        assert window.studio.state.curve == shown.weight.curve
        assert window.studio.state.t == 100


def test_a_number_is_typed(window: MainWindow, panel: EquationPanel, qtbot: QtBot) -> None:
    weight, chosen = number(panel, "sqrt_alphas_cumprod"), list[str]()
    weight.curve_chosen.connect(chosen.append)
    qtbot.mouseDClick(weight, LEFT)
    assert weight.box is not None
    assert not weight.clicked.isActive()
    qtbot.keyClicks(weight.box.lineEdit(), "0.5")
    qtbot.keyClick(weight.box, Qt.Key.Key_Return)
    signal = SCHEDULES[0].coefficients.sqrt_alphas_cumprod
    assert window.studio.state.t == np.abs(signal - 0.5).argmin() + 1
    assert weight.box is None
    assert weight.hasFocus()
    assert chosen == []
    assert window.studio.state.curve == "alphas_cumprod", "the first click of two is no press"


def test_a_number_that_cannot_be_is_kept_with_the_reason(
    panel: EquationPanel, window: MainWindow, qtbot: QtBot
) -> None:
    weight = number(panel, "sqrt_alphas_cumprod")
    weight.setFocus()
    qtbot.keyClick(weight, Qt.Key.Key_Return)
    assert weight.box is not None
    qtbot.keyClicks(weight.box.lineEdit(), "7")
    qtbot.keyClick(weight.box, Qt.Key.Key_Return)
    assert weight.box is not None
    assert weight.box.lineEdit().text() == "7"
    assert "7 is out of range; choose" in panel.subject.sentence
    qtbot.keyClick(weight.box, Qt.Key.Key_Escape)
    left: tuple[object, ...] = (weight.box, panel.subject.sentence, window.studio.state.t)
    assert left == (None, "", 100)


def test_a_refused_number_that_was_left_goes_as_t_goes_on(
    panel: EquationPanel, window: MainWindow, qtbot: QtBot
) -> None:
    weight, other = number(panel, "sqrt_alphas_cumprod"), number(panel, "sqrt_one_minus_alphas_cumprod")
    weight.setFocus()
    qtbot.keyClick(weight, Qt.Key.Key_Return)
    assert weight.box is not None
    qtbot.keyClicks(weight.box.lineEdit(), "7")
    qtbot.keyClick(weight.box, Qt.Key.Key_Return)
    other.setFocus()
    QTest.mouseClick(other, LEFT, NONE, other.rect().center())
    assert weight.box is not None, "nothing else is there yet"
    assert "7 is out of range; choose" in panel.subject.sentence
    window.studio.set_t(150)
    show_change(window, qtbot)
    left: tuple[object, ...] = (weight.box, panel.subject.sentence)
    assert left == (None, "")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "spec", ["cosine:T=2", "linear:T=10,zero_snr=1", "sqrt:T=100000", "linear:T=100,snr_shift=1e6"]
)
def test_a_number_that_is_shown_can_be_typed(panel: EquationPanel, window: MainWindow, qtbot: QtBot, spec: str) -> None:
    window.studio.set_schedule(Schedule.parse(spec))
    for t in (1, window.studio.state.current.schedule.T - 1, window.studio.state.current.schedule.T):
        for weight in panel.numbers():
            window.studio.set_t(t)
            show_change(window, qtbot)
            shown = weight.text(window.studio.state.current)
            for key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                qtbot.keyClick(weight, key)
            window.studio.set_t(t)
            show_change(window, qtbot)
            if shown in ("∞", "–"):
                continue
            weight.edit()
            assert weight.box is not None
            qtbot.keyClicks(weight.box.lineEdit(), shown.replace("−", "-"))
            qtbot.keyClick(weight.box, Qt.Key.Key_Return)
            show_change(window, qtbot)
            assert weight.box is None
            now = weight.weight.value(window.studio.state.current.schedule, window.studio.state.t)
            assert now == pytest.approx(float(shown.replace("−", "-")), rel=0.005)


@pytest.mark.parametrize("text", ["7", "0.5", ""])
def test_a_number_is_typed_for_the_schedule_that_was_there(
    panel: EquationPanel, window: MainWindow, qtbot: QtBot, text: str
) -> None:
    weight = number(panel, "sqrt_alphas_cumprod")
    weight.edit()
    assert weight.box is not None
    qtbot.keyClicks(weight.box.lineEdit(), text)
    qtbot.keyClick(weight.box, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    show_change(window, qtbot)
    t = np.abs(SCHEDULES[0].coefficients.sqrt_alphas_cumprod - 0.5).argmin() + 1 if text == "0.5" else 100
    assert window.studio.state.current.schedule.kind == "cosine"
    assert window.studio.state.t_of(window.studio.state.entries[0]) == t
    assert weight.box is None
    assert window.toast.isVisible() == (text == "7")


@pytest.mark.parametrize("size", [QSize(1440, 900), QSize(1024, 700), QSize(960, 560)], ids=str)
def test_a_sentence_has_room_for_the_whole_of_it(
    window: MainWindow, panel: EquationPanel, qtbot: QtBot, size: QSize
) -> None:
    window.share_out(size)
    show_change(window, qtbot)
    weight = number(panel, "sqrt_alphas_cumprod")
    weight.edit()
    assert weight.box is not None
    qtbot.keyClicks(weight.box.lineEdit(), "7")
    qtbot.keyClick(weight.box, Qt.Key.Key_Return)
    subject, wrapped = panel.subject, Qt.TextFlag.TextWordWrap
    assert panel.subject.toolTip() == subject.sentence
    needed = QFontMetrics(subject._small).boundingRect(subject.rect(), wrapped, subject.sentence)
    assert needed.height() <= subject.height()
    assert needed.width() <= subject.width()


def test_the_keys_and_the_wheel_of_a_number(window: MainWindow, panel: EquationPanel, qtbot: QtBot) -> None:
    noise = number(panel, "sqrt_one_minus_alphas_cumprod")
    noise.setFocus()
    for key, t in ((Qt.Key.Key_Up, 101), (Qt.Key.Key_Down, 100), (Qt.Key.Key_Down, 99), (Qt.Key.Key_Right, 100)):
        qtbot.keyClick(noise, key)
        show_change(window, qtbot)
        assert window.studio.state.t == t
    qtbot.keyClick(noise, Qt.Key.Key_Space)
    assert window.studio.state.curve == noise.weight.curve
    signal = number(panel, "sqrt_alphas_cumprod")
    signal.setFocus()
    turn(signal, 120)
    assert window.studio.state.t == 99, "more of the picture is earlier"
    turn(noise, 120)
    assert window.studio.state.t == 99, "the wheel is for what has the focus"


def turn(of: WeightNumber, angle: int) -> None:
    centre = QPointF(of.rect().center())
    none = Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False
    QApplication.sendEvent(of, QWheelEvent(centre, of.mapToGlobal(centre), QPoint(), QPoint(0, angle), *none))


def test_the_pictures_are_the_addends(window: MainWindow, panel: EquationPanel) -> None:
    state = window.studio.state
    assert state.picture is not None
    pixels = state.picture.pixels
    reduction = min(pixels.shape[:2]) // TALL
    c = SCHEDULES[0].coefficients
    signal, noise = float(c.sqrt_alphas_cumprod[99]), float(c.sqrt_one_minus_alphas_cumprod[99])
    noising = Noising(pixels, draw_noise(pixels.shape, state.seed), reduction)
    images = noising.images([(signal, noise), (signal, 0.0), (0.0, noise)])
    for role, image in zip(Pictured, images, strict=True):
        thumbnail = panel.forward.thumbnails[role]
        assert thumbnail.image == to_qimage(image)
        assert thumbnail.isVisible()
        assert max(thumbnail.width(), thumbnail.height()) == TALL


def ask(thumbnail: Thumbnail) -> None:
    centre = thumbnail.rect().center()
    mouse = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(thumbnail, QContextMenuEvent(mouse, centre, thumbnail.mapToGlobal(centre)))


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
@pytest.mark.parametrize("shows", Pictured)
def test_each_picture_has_a_menu_and_is_copied_as_it_enters(
    window: MainWindow, panel: EquationPanel, shows: Pictured
) -> None:
    menu, state = panel.pictures.menu, window.studio.state
    assert state.picture is not None
    ask(panel.forward.thumbnails[shows])
    assert menu.isVisible()
    assert menu.enlarge.isVisible()
    menu.copy_picture.trigger()
    menu.close()
    pixels = state.picture.pixels
    signal, noise = weights_at(SCHEDULES[0], 100)
    weights = {
        Pictured.NOISED: (signal, noise),
        Pictured.PICTURE: (signal, 0.0),
        Pictured.NOISE: (0.0, noise),
    }
    expected = Noising(pixels, draw_noise(pixels.shape, state.seed)).images([weights[shows]])[0]
    copied = QApplication.clipboard().image().convertToFormat(QImage.Format.Format_RGB32)
    assert copied == to_qimage(expected)


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_the_key_for_menus_opens_that_of_a_picture(window: MainWindow, panel: EquationPanel, qtbot: QtBot) -> None:
    panel.sides.choose(Side.FORWARD)
    for thumbnail in panel.forward.thumbnails.values():
        quiet = thumbnail.grab().toImage()
        thumbnail.setFocus(Qt.FocusReason.TabFocusReason)
        assert thumbnail.hasFocus()
        assert thumbnail.accessibleName()
        assert thumbnail.grab().toImage() != quiet
        by_key, corner = QContextMenuEvent.Reason.Keyboard, QPoint()
        with qtbot.waitSignal(thumbnail.asked) as asked:
            QApplication.sendEvent(thumbnail, QContextMenuEvent(by_key, corner, thumbnail.mapToGlobal(corner)))
        assert asked.args == [thumbnail.mapToGlobal(thumbnail.rect().center())]
        assert panel.pictures.menu.isVisible()
        panel.pictures.menu.close()
    assert {each.focusPolicy() for each in panel.run.thumbnails} == {Qt.FocusPolicy.TabFocus}


@pytest.mark.parametrize("shows", Pictured)
def test_each_picture_is_dragged_out(
    window: MainWindow, panel: EquationPanel, shows: Pictured, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = list[str]()
    monkeypatch.setattr(QDrag, "exec", lambda drag, actions: offered.append(drag.mimeData().urls()[0].fileName()))
    thumbnail, start = panel.forward.thumbnails[shows], QPoint(10, 10)
    QTest.mousePress(thumbnail, LEFT, NONE, start)
    for part in (2, 15, 30):
        QTest.mouseMove(thumbnail, start + QPoint(part, 0))
    QTest.mouseRelease(thumbnail, LEFT, NONE, start)
    assert offered == ["still-life-A-t100" + {"x_t": "", "x_0": "-x0", "ε": "-noise"}[shows.value] + ".png"]


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
@pytest.mark.parametrize(
    ("shows", "title"),
    [(Pictured.NOISED, "A  linear T=300"), (Pictured.PICTURE, "A  0.844·x₀"), (Pictured.NOISE, "A  0.537·ε")],
)
def test_each_picture_is_enlarged_among_the_pictures(
    window: MainWindow, panel: EquationPanel, qtbot: QtBot, shows: Pictured, title: str
) -> None:
    window.bring_up("values")
    ask(panel.forward.thumbnails[shows])
    with qtbot.waitSignal(window.studio.changed):
        panel.pictures.menu.enlarge.trigger()
    panel.pictures.menu.close()
    gallery = window.panel(PicturePanel).gallery
    assert window.panel_in_front() == "picture"
    assert gallery.enlarged == 1
    show_change(window, qtbot)
    tile, whole = gallery.tiles[1], gallery.pictures[1]
    assert whole == PictureAt(window.studio.state.current, 100, shows)
    assert tile.accessibleName().startswith(title)
    assert gallery._painted[1] == whole.weights
    gallery.toggle_enlarged(whole)
    assert gallery.enlarged is None
    assert gallery.pictures[1].shows is Pictured.NOISED
    assert tile.accessibleName().startswith("A  linear T=300")


def test_the_hat_of_an_estimate_is_seen(window: MainWindow, panel: EquationPanel) -> None:
    panel.show_row("x_0 = 1·x_0")
    plain = panel.row.grab().toImage()
    panel.show_row("x_0 = 1·x̂_0")
    assert panel.row.grab().toImage() != plain


class LaidOut(QObject):
    """Counts how often something is to be laid out again."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.count += event.type() is QEvent.Type.LayoutRequest
        return False


def test_only_a_row_of_another_width_has_the_window_laid_out_again(window: MainWindow, panel: EquationPanel) -> None:
    panel.show_row("x_0 = 1·x_0")
    settle()
    laid_out = LaidOut()
    window.installEventFilter(laid_out)
    panel.show_row("x_0 = 1·x_0")
    settle()
    assert laid_out.count == 0
    panel.show_row("x_0 = 1·x_0 + 1·x̂_0")
    settle()
    assert laid_out.count > 0


def test_a_family_is_named_by_the_member_whose_numbers_are_shown(
    window: MainWindow, panel: EquationPanel, qtbot: QtBot
) -> None:
    window.desk.schedules.enter_new("cosine:T=300,s=0.005..0.03,n=3")
    qtbot.waitUntil(lambda: len(window.studio.state.entries) == len(SCHEDULES) + 1)
    show_change(window, qtbot)
    assert panel.subject.accessibleName().startswith("D  cosine T=300, s=0.0175")


def test_without_a_picture_there_are_only_the_symbols(window: MainWindow, panel: EquationPanel, qtbot: QtBot) -> None:
    window.studio.set_picture(None)
    show_change(window, qtbot)
    assert not any(each.isVisible() for each in panel.forward.thumbnails.values())
    assert all(each.isVisible() for each in panel.forward.numbers)


def test_a_small_window_shows_one_side_at_a_time(window: MainWindow, panel: EquationPanel, qtbot: QtBot) -> None:
    assert panel.forward.isVisible()
    assert panel.backward[1].isVisible()
    reverse = panel.sides.buttons[Side.REVERSE]
    assert not reverse.isVisible()
    window.share_out(QSize(1024, 700))
    qtbot.waitUntil(reverse.isVisible)
    show_change(window, qtbot)
    assert panel.forward.thumbnails[Pictured.NOISED].height() == LOW
    assert (panel.forward.isVisible(), panel.backward[0].isVisible()) == (True, False)
    qtbot.mouseClick(reverse, LEFT)
    assert (panel.forward.isVisible(), panel.backward[0].isVisible()) == (False, True)
    rights = [each.mapTo(panel, each.rect().topRight()).x() for each in panel.numbers() if each.isVisible()]
    assert max(rights) < panel.width()


def test_nothing_moves_while_a_number_is_dragged(window: MainWindow, panel: EquationPanel, qtbot: QtBot) -> None:
    places = [each.geometry() for each in panel.numbers()]
    for t in (0, 1, 37, 299, 300):
        window.studio.set_t(t)
        show_change(window, qtbot)
        assert [each.geometry() for each in panel.numbers()] == places


@pytest.mark.parametrize("spec", ["linear:T=1", "sqrt:T=100000", "cosine:T=1000,zero_snr=1", "const:T=50000"])
def test_every_number_of_every_schedule_can_be_shown_and_dragged(
    window: MainWindow, panel: EquationPanel, qtbot: QtBot, spec: str
) -> None:
    window.studio.set_schedule(Schedule.parse(spec))
    for t in sorted({0, 1, window.studio.state.current.schedule.T}):
        window.studio.set_t(t)
        show_change(window, qtbot)
        for shown in panel.numbers():
            assert shown.grab().width() > 0
            drag(shown, 40)
            drag(shown, -80)
            release(shown)


def crowd(window: MainWindow, count: int, qtbot: QtBot) -> None:
    for place in range(count):
        window.studio.add(Schedule("cosine", 500 + place))
    window.studio.select(window.studio.state.entries[0].key)
    show_change(window, qtbot)


@pytest.mark.parametrize(("size", "listed"), [(QSize(1440, 900), 3), (QSize(1024, 700), 1), (QSize(960, 600), 0)])
def test_schedules_without_a_line_are_counted_and_their_numbers_open(
    window: MainWindow, panel: EquationPanel, qtbot: QtBot, size: QSize, listed: int
) -> None:
    window.share_out(size)
    crowd(window, 9, qtbot)
    more, others = panel.subject.more, window.studio.state.visible[1:]
    assert more.isVisible()
    assert str(len(others) - listed) in more.text()
    assert panel.subject.rect().contains(more.geometry())
    assert more.fontMetrics().horizontalAdvance(more.text()) <= more.width()
    more.menu().aboutToShow.emit()
    for action, entry in zip(more.menu().actions(), others[listed:], strict=True):
        t = window.studio.state.t_of(entry)
        signal, noise = (
            brief(float(entry.schedule.coefficients[name][t - 1]))
            for name in ("sqrt_alphas_cumprod", "sqrt_one_minus_alphas_cumprod")
        )
        assert action.text().endswith(f"\tt = {t}:  {signal}·x₀ + {noise}·ε")
    more.menu().actions()[-1].trigger()
    show_change(window, qtbot)
    assert window.studio.state.current is window.studio.state.visible[-1]


def test_no_count_is_there_where_every_schedule_has_a_line(window: MainWindow, panel: EquationPanel) -> None:
    assert panel.subject.more.isHidden()


def test_a_count_covers_no_number(window: MainWindow, panel: EquationPanel, qtbot: QtBot) -> None:
    window.studio.set_schedule(Schedule("linear", 100_000))
    window.studio.set_t(99_999)
    crowd(window, 9, qtbot)
    subject = panel.subject
    shown = subject._short_moment(99_999, "−88.8")
    assert QFontMetrics(subject._small).horizontalAdvance(shown) < subject.more.x()
    assert not subject._has_room


def test_what_is_below_the_estimate_is_clear_of_the_step_back(panel: EquationPanel) -> None:
    for _ in range(2):
        estimate, step = (way.geometry() for way in panel.backward)
        assert step.top() - estimate.bottom() > 6
        assert panel.backward[1].height() == panel.backward[1].sizeHint().height()
        assert step.bottom() <= panel.height() - MARGINS
        panel.show_row("x_t = x_0")
        panel.show_row("")
        QApplication.processEvents()


def test_the_row_of_a_run_is_clear_of_what_is_below_the_estimate(window: MainWindow, panel: EquationPanel) -> None:
    panel._choose(Side.REVERSE)
    for height in (700, 900):
        panel.set_window_height(height)
        panel.show_row("x_t = 0.5·x + 0.5·x̂_0")
        window.show()
        QApplication.processEvents()
        estimate = panel.backward[0]
        assert estimate.height() >= estimate.sizeHint().height(), "What is below the numbers is seen."
        row = panel.row.geometry()
        assert row.top() - estimate.geometry().bottom() > 4
        assert panel.row.height() >= panel.row.sizeHint().height()
        assert panel._back.geometry().top() + row.bottom() < panel.height()


def test_what_is_above_the_letter_of_a_name_is_clear_of_the_dots_over_it(panel: EquationPanel) -> None:
    for shown in panel.numbers():
        image = shown.grab().toImage()
        ratio = image.devicePixelRatio()
        dots = round((shown._foot - 0.5) * ratio)
        middle = range(image.width() // 3, 2 * image.width() // 3)
        ground = image.pixel(0, image.height() - 1)
        assert any(image.pixel(x, y) != ground for x in middle for y in (dots - 1, dots)), "the dots"
        assert all(image.pixel(x, dots + 1) == ground for x in middle), shown.weight.symbol


@pytest.mark.parametrize("size", [QSize(960, 600), QSize(1024, 700), QSize(1440, 900)])
def test_the_moment_is_whole_and_clear_of_the_count_however_long_its_numbers_are(
    window: MainWindow, panel: EquationPanel, qtbot: QtBot, size: QSize
) -> None:
    for _ in range(7):
        window.studio.add(Schedule("cosine", 100))
    window.studio.add(Schedule("linear", 300))
    window.share_out(size)
    subject, metrics = panel.subject, QFontMetrics(panel.subject._small)
    for T in (300, 1000, 100_000):
        window.studio.set_schedule(Schedule("linear", T))
        for t in (0, T // 2, T):
            window.studio.set_t(t)
            show_change(window, qtbot)
            assert subject.more.isVisible(), (T, t)
            for decibels in ("−2.17e−6", "−301030", "0", "∞"):
                text = subject._fitting(t, T, decibels)
                assert metrics.horizontalAdvance(text) < subject.more.x(), (T, t, decibels)
                assert text.startswith(f"t = {t}"), (T, decibels)
            assert decibels in text or not text.endswith("dB")
