import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.steady_text import SteadyText
from tests.gui.finding import child


class LayoutPasses(QObject):
    """Counts how often a page is asked to lay itself out."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.count = 0
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    page = QWidget()
    QVBoxLayout(page).addWidget(SteadyText())
    page.resize(200, 300)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitExposed(page)
    return page


@pytest.fixture
def text(page: QWidget) -> SteadyText:
    text = child(page, SteadyText)
    text.set_html("one", settle=True)
    return text


def test_another_text_of_the_same_height_lays_nothing_out(qtbot: QtBot, page: QWidget, text: SteadyText) -> None:
    qtbot.wait(1)
    passes = LayoutPasses(page)
    text.set_html("two", settle=False)
    qtbot.wait(1)
    assert text.label.text() == "two"
    assert passes.count == 0


def test_the_height_grows_at_once_and_shrinks_when_it_may(text: SteadyText) -> None:
    one = text.minimumHeight()
    text.set_html("one<br>two<br>three", settle=False)
    three = text.minimumHeight()
    assert three >= 3 * one - 4
    text.set_html("one", settle=False)
    assert text.minimumHeight() == three
    text.set_html("one!", settle=True)
    assert text.minimumHeight() == one


def test_a_narrower_page_wraps_the_text_in_full(qtbot: QtBot, page: QWidget, text: SteadyText) -> None:
    text.set_html("word " * 20, settle=True)
    wide = text.minimumHeight()
    page.resize(100, 300)
    qtbot.waitUntil(lambda: text.minimumHeight() > wide)
    assert text.label.height() >= text.label.heightForWidth(text.width())
