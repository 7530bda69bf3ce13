"""PageFields: the form in which the sizes of a figure, its names and its curves are set."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QLabel, QLineEdit, QSpinBox, QWidget

from ddpm_studio.figures.figure import FONTS_PT, HEIGHTS_MM, LINES_PT, WIDTHS_MM, Naming
from ddpm_studio.figures.page_settings import RESOLUTIONS, PageSettings
from ddpm_studio.gui.printing.column_widths import COLUMN_WIDTHS
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

LETTERS = 22
"""Letters for which the lists have room."""


class PageFields(QWidget):
    """Shows PageSettings; `chosen` has those that a person makes of them."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._settings = PageSettings()
        self.column, self.names, self.curves, self.title = QComboBox(), QComboBox(), QComboBox(), QLineEdit()
        self.width_mm, self.height_mm = QDoubleSpinBox(), QDoubleSpinBox()
        self.font_pt, self.line_pt, self.dpi = QDoubleSpinBox(), QDoubleSpinBox(), QSpinBox()
        self.grey = QCheckBox(self.tr("&Greys and dashes"))
        self._fill()
        self._lay_out()
        self._connect()
        self.show_settings(self._settings)

    @property
    def settings(self) -> PageSettings:
        """What is shown."""
        return self._settings

    def show_settings(self, settings: PageSettings) -> None:
        """Show these; nothing is emitted."""
        self._settings = settings
        blockers = [QSignalBlocker(field) for field in self._numbers().values()]
        for name, box in self._numbers().items():
            box.setValue(getattr(settings, name))
        self.column.setCurrentIndex(max(0, self.column.findData(settings.width_mm)))
        self.names.setCurrentIndex(self.names.findData(settings.naming.value))
        self.curves.setCurrentIndex(self.curves.findData(settings.whole))
        self.grey.setChecked(settings.grey)
        if self.title.text() != settings.title:
            self.title.setText(settings.title)
        del blockers

    def _numbers(self) -> dict[str, QDoubleSpinBox | QSpinBox]:
        return {
            "width_mm": self.width_mm,
            "height_mm": self.height_mm,
            "font_pt": self.font_pt,
            "line_pt": self.line_pt,
            "dpi": self.dpi,
        }

    def _fill(self) -> None:
        self.column.addItem(self.tr("Another width"), None)
        for width in COLUMN_WIDTHS:
            self.column.addItem(translated(width.name), width.mm)
        for naming, name in (
            (Naming.DIRECT, self.tr("At the ends of the lines")),
            (Naming.LEGEND, self.tr("In a legend")),
            (Naming.NONE, self.tr("None")),
        ):
            self.names.addItem(name, naming.value)
        self.curves.addItem(self.tr("The chosen curve"), False)
        self.curves.addItem(self.tr("All that are shown"), True)
        for box in (self.column, self.names, self.curves):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(LETTERS)
        self._fill_numbers()

    def _fill_numbers(self) -> None:
        mm, points = self.tr(" mm"), self.tr(" pt")
        for box, (low, high), unit, step in (
            (self.width_mm, WIDTHS_MM, mm, 1.0),
            (self.height_mm, (HEIGHTS_MM[0] - 1, HEIGHTS_MM[1]), mm, 1.0),
            (self.font_pt, FONTS_PT, points, 0.5),
            (self.line_pt, LINES_PT, points, 0.1),
        ):
            box.setRange(low, high)
            box.setDecimals(1)
            box.setSuffix(unit)
            box.setSingleStep(step)
        self.height_mm.setSpecialValueText(self.tr("As it suits"))
        self.dpi.setRange(*RESOLUTIONS)
        self.dpi.setSingleStep(50)
        self.dpi.setSuffix(self.tr(" dpi"))
        for each in self._numbers().values():
            each.setKeyboardTracking(False)

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows: tuple[tuple[str, QWidget, str], ...] = (
            (self.tr("C&urves"), self.curves, self.tr("One panel for each curve, with the schedules that are ticked")),
            (self.tr("Co&lumn"), self.column, self.tr("The width of a column in which figures are printed")),
            (self.tr("&Width"), self.width_mm, self.tr("The width on paper")),
            (self.tr("&Height"), self.height_mm, self.tr("The height on paper; the least stands for what suits")),
            (self.tr("&Font"), self.font_pt, self.tr("The size of all words; Nature asks for 5 to 7 pt")),
            (self.tr("L&ines"), self.line_pt, self.tr("The width of the curves")),
            (self.tr("&Names"), self.names, self.tr("Where the names of the schedules stand")),
            (self.tr("&Title"), self.title, self.tr("A line above the panels; a caption says it as well")),
            (self.tr("&Resolution"), self.dpi, self.tr("The resolution of PNG and of copied pictures")),
        )
        for text, field, tip in rows:
            label = QLabel(text)
            label.setBuddy(field)
            field.setAccessibleName(text.replace("&", ""))
            field.setToolTip(tip)
            require_focus_for_wheel(field)
            form.addRow(label, field)
        form.insertRow(form.rowCount() - 2, "", self.grey)
        self.grey.setToolTip(self.tr("Draw for print without colours"))

    def _connect(self) -> None:
        self.column.activated.connect(self._choose_column)
        for box in (self.names, self.curves):
            box.activated.connect(self._choose)
        for number in self._numbers().values():
            number.valueChanged.connect(self._choose)
        self.grey.clicked.connect(self._choose)
        self.title.textEdited.connect(self._choose)

    @Slot()
    def _choose_column(self) -> None:
        width = self.column.currentData()
        if width is not None:
            self.width_mm.setValue(width)

    @Slot()
    def _choose(self) -> None:
        """Tell of what is set now."""
        height = self.height_mm.value()
        settings = replace(
            self._settings,
            width_mm=round(self.width_mm.value(), 1),
            height_mm=0.0 if height <= self.height_mm.minimum() else round(height, 1),
            font_pt=round(self.font_pt.value(), 1),
            line_pt=round(self.line_pt.value(), 1),
            naming=Naming(self.names.currentData()),
            whole=bool(self.curves.currentData()),
            grey=self.grey.isChecked(),
            title=self.title.text(),
            dpi=self.dpi.value(),
        )
        if settings != self._settings:
            self.show_settings(settings)
            self.chosen.emit(settings)
