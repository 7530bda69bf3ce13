"""Section of the preferences about how the window looks: theme, font, lines, and what moves."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QGroupBox, QLabel, QWidget

from ddpm_studio.gui.preferences.preferences import LINE_WIDTHS, Motion, Preferences
from ddpm_studio.gui.theme import ThemeChoice
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

SIZES = (6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 24)
"""Sizes of the font that are offered, in points."""

WIDTH_STEP = 0.2


class AppearanceSection(QGroupBox):
    """Shows Preferences; `chosen` has the name of one of them, and what was chosen for it."""

    chosen = Signal(str, object)

    def __init__(self, system_size: float, parent: QWidget | None = None) -> None:
        """`system_size` is that of the system's font, in points."""
        super().__init__(parent)
        self.setTitle(self.tr("Appearance"))
        self.theme, self.font_size, self.motion = QComboBox(), QComboBox(), QComboBox()
        self.line_width, self.dashes = QDoubleSpinBox(), QCheckBox(self.tr("&Dashes on every line"))
        self._fill(system_size)
        self._lay_out()
        self._connect()

    def show_preferences(self, preferences: Preferences) -> None:
        """Show what is chosen; nothing is emitted."""
        fields = (self.theme, self.font_size, self.motion, self.line_width, self.dashes)
        blockers = [QSignalBlocker(field) for field in fields]
        self.theme.setCurrentIndex(self.theme.findData(preferences.theme.value))
        self._show_size(preferences.font_size)
        self.motion.setCurrentIndex(self.motion.findData(preferences.motion.value))
        self.line_width.setValue(preferences.line_width)
        self.dashes.setChecked(preferences.dashes)
        del blockers

    def _show_size(self, size: float | None) -> None:
        if size is not None and self.font_size.findData(float(size)) < 0:
            self._offer_size(size)
        self.font_size.setCurrentIndex(0 if size is None else self.font_size.findData(float(size)))

    def _offer_size(self, size: float) -> None:
        later = (index for index in range(1, self.font_size.count()) if self.font_size.itemData(index) > size)
        place = next(later, self.font_size.count())
        self.font_size.insertItem(place, self.tr("{points} pt").format(points=f"{size:g}"), float(size))

    def _fill(self, system_size: float) -> None:
        same = self.tr("Same as system")
        for theme, name in (
            (ThemeChoice.SYSTEM, same),
            (ThemeChoice.LIGHT, self.tr("Light")),
            (ThemeChoice.DARK, self.tr("Dark")),
        ):
            self.theme.addItem(name, theme.value)
        self.font_size.addItem(self.tr("Same as system, {points} pt").format(points=f"{system_size:g}"), None)
        for size in SIZES:
            self._offer_size(size)
        for motion, name in (
            (Motion.SYSTEM, same),
            (Motion.REDUCED, self.tr("Reduced")),
            (Motion.FULL, self.tr("Full")),
        ):
            self.motion.addItem(name, motion.value)
        self.line_width.setRange(*LINE_WIDTHS)
        self.line_width.setSingleStep(WIDTH_STEP)
        self.line_width.setDecimals(1)
        self.line_width.setSuffix(self.tr(" px"))
        self.line_width.setKeyboardTracking(False)

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows = (
            (self.tr("&Theme"), self.theme, self.tr("The colours of the window, also in the View menu")),
            (self.tr("&Font size"), self.font_size, self.tr("The size of all texts, those in plots and pictures too")),
            (self.tr("Line &width"), self.line_width, self.tr("The width of the curves in the large plot")),
            (self.tr("&Motion"), self.motion, self.tr("Whether things may move by themselves, such as an axis")),
        )
        for text, field, tip in rows:
            add_row(form, text, field, tip)
        form.insertRow(form.rowCount() - 1, "", self.dashes)
        self.dashes.setToolTip(
            self.tr("Tell lines apart by their dashes as well as by their colours, on the screen and in greyscale")
        )

    def _connect(self) -> None:
        self.theme.activated.connect(self._choose_theme)
        self.font_size.activated.connect(self._choose_size)
        self.motion.activated.connect(self._choose_motion)
        self.line_width.valueChanged.connect(self._choose_width)
        self.dashes.toggled.connect(self._choose_dashes)

    @Slot()
    def _choose_theme(self) -> None:
        self.chosen.emit("theme", _value(self.theme, ThemeChoice))

    @Slot()
    def _choose_size(self) -> None:
        self.chosen.emit("font_size", self.font_size.currentData())

    @Slot()
    def _choose_motion(self) -> None:
        self.chosen.emit("motion", _value(self.motion, Motion))

    @Slot(float)
    def _choose_width(self, width: float) -> None:
        self.chosen.emit("line_width", round(width, 1))

    @Slot(bool)
    def _choose_dashes(self, dashes: bool) -> None:
        self.chosen.emit("dashes", dashes)


def add_row(form: QFormLayout, text: str, field: QWidget, tip: str) -> None:
    """Add a field with its label, whose mnemonic leads to it, its name and its tip."""
    label = QLabel(text)
    label.setBuddy(field)
    field.setAccessibleName(text.replace("&", ""))
    field.setToolTip(tip)
    require_focus_for_wheel(field)
    form.addRow(label, field)


def _value(box: QComboBox, kind: type[StrEnum]) -> StrEnum:
    return kind(box.currentData())
