"""Actions on pages over the window and files of them: the figure for print, the report, the help, the full screen."""

from __future__ import annotations

import ast
from html.parser import HTMLParser
from pathlib import Path

from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from ddpm_studio.files.filetypes import PDF, PNG, SVG
from ddpm_studio.gui.help_windows.about_dialog import AboutDialog
from ddpm_studio.gui.help_windows.glossary_window import GlossaryWindow
from ddpm_studio.gui.printing.figure_dialog import FigureDialog
from ddpm_studio.report.markup import foreign
from tests.gui.finding import child
from tests.soak.checks import expect
from tests.soak.keeping import finish_typing, keeping
from tests.soak.on_files import MOST_EXPORTED
from tests.soak.on_sampling import save
from tests.soak.scene import Scene

BEGINNINGS = {PDF: b"%PDF-", SVG: b"<", PNG: b"\x89PNG"}
"""How a file of a figure begins; the others are scripts."""

FOUND_IN_GLOSSARY = ("snr", "alphas_cumprod", "clipping", "zzqx", "β", "")
FORBIDDEN = {"script", "b", "link", "iframe", "object"}
"""What would run or fetch something, and what only a name has."""
TITLES = ("", "A title", "<b>$x_t$</b>", "=1+1", "y" * 300)


def open_figure(scene: Scene) -> FigureDialog:
    """The page of figures, which changes nothing in the window."""
    finish_typing(scene)
    with keeping(scene, "The page of figures was opened"):
        scene.trigger(scene.action("show_figure"))
    page = child(scene.window, FigureDialog)
    expect(page.isVisible(), "The page of figures was opened, and is not there.")
    return page


def set_figure(scene: Scene) -> None:
    """Set something on the page, and see the figure follow; the window keeps what it has."""
    page = open_figure(scene)
    fields = page.fields
    boxes = (fields.column, fields.names, fields.curves, page.vision)
    numbers = (fields.width_mm, fields.height_mm, fields.font_pt, fields.line_pt, fields.dpi)
    with keeping(scene, "The page of figures was set"):
        _set(scene, scene.random.choice((*boxes, *numbers, fields.title, fields.grey)))
    if page.figure is not None:
        settings = fields.settings
        now = (page.figure.width_mm, page.figure.font_pt, page.figure.grey, page.figure.title)
        wanted = (settings.width_mm, settings.font_pt, settings.grey, settings.title)
        expect(now == wanted, f"The page says {wanted}, and the figure is {now}.")


def _set(scene: Scene, field: QWidget) -> None:
    scene.say(f"figure: {field.accessibleName()}")
    if isinstance(field, QComboBox):
        field.setCurrentIndex(scene.random.randrange(field.count()))
        field.activated.emit(field.currentIndex())
    elif isinstance(field, QSpinBox | QDoubleSpinBox):
        low, high = field.minimum(), field.maximum()
        scene.type_in(field, f"{low + scene.random.random() * (high - low):.0f}")
    elif isinstance(field, QLineEdit):
        scene.type_in(field, scene.random.choice(TITLES), None)
    else:
        scene.click(field)
    scene.settle()


def take_figure(scene: Scene) -> None:
    """Save the figure, or copy it as a picture or a script, and close its page or leave it."""
    page = open_figure(scene)
    with keeping(scene, "The figure was taken away"):
        scene.random.choice((_save_figure, _copy_picture, _copy_script))(scene, page)
        if scene.random.random() < 0.5:
            scene.click(page.leave)
            expect(not page.isVisible(), "The page of figures was closed, and is there.")


def _save_figure(scene: Scene, page: FigureDialog) -> None:
    if not page.save.isEnabled():
        return
    path = save(scene, lambda: scene.click(page.save))
    for written in Path(path).parent.iterdir():
        begins, content = BEGINNINGS.get(written.suffix), written.read_bytes()
        right = content.startswith(begins) if begins else bool(ast.parse(content).body)
        expect(right, f"{written} is no such file.")


def _copy_picture(scene: Scene, page: FigureDialog) -> None:
    QApplication.clipboard().clear()
    if scene.click(page.copy):
        copied = not QApplication.clipboard().image().isNull()
        expect(copied or bool(page.status.text()), "The figure was copied; there is neither a picture nor a reason.")


def _copy_script(scene: Scene, page: FigureDialog) -> None:
    QApplication.clipboard().clear()
    if scene.click(page.copy_script):
        script = ast.parse(QApplication.clipboard().text())
        expect(bool(script.body), "The figure was copied as a script, and the clipboard has none.")


class _Page(HTMLParser):
    """The elements of a page, by their names, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


def export_report(scene: Scene) -> None:
    """Export a report: it has what is ticked by its names, and nothing in it that runs or that is left open."""
    state = scene.window.studio.state
    if sum(entry.schedule.T * len(entry.members) for entry in state.entries) > MOST_EXPORTED:
        return
    finish_typing(scene)
    with keeping(scene, "A report was exported"):
        path = save(scene, lambda: scene.trigger(scene.action("export_report")))
    for written in Path(path).parent.iterdir():
        page = written.read_text("utf-8")
        read = _Page(page)
        expect(not read.tags & FORBIDDEN, f"The report has {read.tags & FORBIDDEN} in it.")
        expect(str(written.parent) not in page, "The report says where it was written.")
        for entry in state.visible:
            named = entry.family is not None or foreign(entry.name) in read.text
            expect(named, f"The report does not name {entry.name!r}.")


def look_up(scene: Scene) -> None:
    """Find a word in the glossary."""
    finish_typing(scene)
    with keeping(scene, "The glossary was opened"):
        scene.trigger(scene.action("show_glossary"))
        glossary, word = child(scene.window, GlossaryWindow), scene.random.choice(FOUND_IN_GLOSSARY)
        scene.type_in(glossary.field, word, None)
    shown = glossary.list.toPlainText()
    expect(word.lower() in shown.lower() or "Nothing" in shown, f"{word} was looked up, and {shown[:60]!r} is shown.")
    if scene.random.random() < 0.5:
        glossary.close()


def copy_versions(scene: Scene) -> None:
    """Copy what the program runs with."""
    scene.trigger(scene.action("show_about"))
    about = child(scene.window, AboutDialog)
    scene.click(about.copy)
    copied = QApplication.clipboard().text()
    for name, value in about.rows.items():
        expect(f"{name}: {value}\n" in copied, f"{name} is not among what was copied of the program: {copied}")
    about.close()


def turn_full_screen(scene: Scene) -> None:
    """Give the window the whole screen and back, by its action."""
    window = scene.window
    size, full = window.size(), window.isFullScreen()
    finish_typing(scene)
    with keeping(scene, "The full screen was turned"):
        scene.trigger(scene.action("full_screen"))
        expect(window.isFullScreen() != full, f"The window was on the full screen: {full}, and is so still.")
        scene.trigger(scene.action("full_screen"))
    expect(window.isFullScreen() == full, "The full screen was turned twice, and is not as it was.")
    expect(full or window.size() == size, f"The window had {size.toTuple()}, and has {window.size().toTuple()}.")


ACTIONS = (
    (set_figure, 4),
    (take_figure, 3),
    (export_report, 2),
    (look_up, 2),
    (copy_versions, 1),
    (turn_full_screen, 1),
)
