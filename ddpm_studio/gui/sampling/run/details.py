"""What a run may need besides: the solver's options, spacing, clipping, noise, classes, device."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QWidget,
)

from ddpm_studio.diffusion.spacings import SPACINGS, Spacing
from ddpm_studio.gui.sampling.run.clip_field import ClipField
from ddpm_studio.gui.sampling.run.option_fields import OptionFields
from ddpm_studio.gui.state.run import MAX_PICTURES, PRECISIONS
from ddpm_studio.gui.state.sampling import Sampling
from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.seed_field import SeedField
from ddpm_studio.gui.widgets.slider_field import SliderField
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

LABEL_WIDTH = 64
"""The same for the options of a solver, so that all controls stand in one column."""

EACH_IN_TURN = -1
AUTO = "auto"


class Details(QScrollArea):
    """Shows a setup. `line_changed` has fields of Line, `setup_changed` fields of Sampling, with their new values."""

    line_changed = Signal(object)
    setup_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = Sampling()
        self.options, self.clip, self.seed = OptionFields(LABEL_WIDTH), ClipField(), SeedField()
        self.spacing, self.pictures = QComboBox(), QSpinBox()
        self.label = QSpinBox()
        self.guidance = SliderField("", self.tr("Guidance"), Scale(-100, 100, 0, 10), 1.0)
        self.guidance.narrow_box()
        self.device, self.precision = QComboBox(), QComboBox()
        self._page = QWidget()
        self._form = QFormLayout(self._page)
        self._fill_choices()
        self._lay_out()
        self._wire()

    def show_setup(self, setup: Sampling) -> None:
        """Show what is set; classes and guidance only where the checkpoint has them."""
        self._setup = setup
        line, card = setup.line, setup.card
        self.options.show_options(line.solver, dict(line.options))
        self.spacing.setCurrentText(line.spacing)
        self.clip.show_clip(setup.clip, card.clip if card else None)
        self.seed.show_seed(setup.seed)
        classes = card.classes if card else 0
        with QSignalBlocker(self.pictures), QSignalBlocker(self.label):
            self.pictures.setValue(setup.pictures)
            self.label.setRange(EACH_IN_TURN, max(classes - 1, 0))
            self.label.setValue(EACH_IN_TURN if setup.label is None else setup.label)
        self.guidance.set_value(setup.guidance)
        self._form.setRowVisible(self.label, classes > 0)
        self._form.setRowVisible(self.guidance, bool(card and card.guidable))
        self.device.setCurrentIndex(max(0, self.device.findData(setup.device)))
        self.precision.setCurrentText(setup.precision)
        self.spacing.setToolTip(_about(SPACINGS[line.spacing]))
        self.setFixedWidth(self._page.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width())

    @Slot(object)
    def show_devices(self, devices: tuple[tuple[str, str], ...]) -> None:
        """Offer these devices: (name, the machine's name for it)."""
        self.device.clear()
        self.device.addItem(self.tr("The fastest"), AUTO)
        for name, machine in devices:
            self.device.addItem(f"{name.upper()}  {machine}", name)
            self.device.setItemData(self.device.count() - 1, machine, Qt.ItemDataRole.ToolTipRole)
        self.device.setCurrentIndex(max(0, self.device.findData(self._setup.device)))

    def _fill_choices(self) -> None:
        for name, spacing in SPACINGS.items():
            self.spacing.addItem(name)
            self.spacing.setItemData(self.spacing.count() - 1, _about(spacing), Qt.ItemDataRole.ToolTipRole)
        self.spacing.setMaxVisibleItems(self.spacing.count())
        self.pictures.setRange(1, MAX_PICTURES)
        self.pictures.setKeyboardTracking(False)
        self.label.setSpecialValueText(self.tr("each in turn"))
        self.label.setKeyboardTracking(False)
        self.precision.addItems(PRECISIONS)
        self.pictures.setToolTip(self.tr("How many pictures are drawn, 1 to {most}").format(most=MAX_PICTURES))
        self.label.setToolTip(self.tr("The class that is drawn, or all of them in turn"))
        self.device.setToolTip(self.tr("What the network runs on"))
        self.precision.setToolTip(
            self.tr("What the network computes with: bfloat16 takes half the memory, and is rougher")
        )
        self.show_devices((("cpu", ""),))
        for box in (self.spacing, self.device, self.precision):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for control in (self.spacing, self.device, self.precision, self.pictures, self.label):
            require_focus_for_wheel(control)

    def _lay_out(self) -> None:
        form = self._form
        form.setContentsMargins(0, 2, 8, 2)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.options)
        rows = (
            (self.tr("Spaci&ng"), self.spacing),
            (self.tr("&Clip x₀"), self.clip),
            (self.tr("See&d"), self._seed_row()),
            (self.tr("Pict&ures"), self.pictures),
            (self.tr("C&lass"), self.label),
            (self.tr("&Guidance"), self.guidance),
            (self.tr("Dev&ice"), self.device),
            (self.tr("Precisi&on"), self.precision),
        )
        for text, control in rows:
            label = QLabel(text)
            label.setFixedWidth(LABEL_WIDTH)
            form.addRow(label, control)
            # A label's key goes to none that merely passes the focus on.
            label.setBuddy(control.focusProxy() or control)
            control.setAccessibleName(text.replace("&", ""))
        self.setWidget(self._page)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hide()

    def _seed_row(self) -> QWidget:
        self.new_seed = QToolButton()
        self.new_seed.setText(self.tr("New"))
        self.new_seed.setToolTip(self.tr("Start from other noise, that of the next seed"))
        row = QWidget()
        row.setFocusProxy(self.seed)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.seed)
        layout.addWidget(self.new_seed)
        layout.addStretch(1)
        return row

    def _wire(self) -> None:
        self.options.changed.connect(self._choose_option)
        self.spacing.textActivated.connect(self._choose_spacing)
        self.clip.chosen.connect(self._choose_clip)
        self.seed.chosen.connect(self._choose_seed)
        self.new_seed.clicked.connect(self._next_seed)
        self.pictures.valueChanged.connect(self._choose_pictures)
        self.label.valueChanged.connect(self._choose_label)
        self.guidance.changed.connect(self._choose_guidance)
        self.device.activated.connect(self._choose_device)
        self.precision.textActivated.connect(self._choose_precision)

    @Slot(str, object)
    def _choose_option(self, key: str, value: object) -> None:
        options = dict(self._setup.line.options) | {key: value}
        self.line_changed.emit({"options": tuple(options.items())})

    @Slot(str)
    def _choose_spacing(self, name: str) -> None:
        self.line_changed.emit({"spacing": name})

    @Slot(object)
    def _choose_clip(self, clip: float | None) -> None:
        self.setup_changed.emit({"clip": clip})

    @Slot(object)
    def _choose_seed(self, seed: int) -> None:
        self.setup_changed.emit({"seed": seed})

    @Slot()
    def _next_seed(self) -> None:
        self.setup_changed.emit({"seed": self._setup.seed + 1})

    @Slot(int)
    def _choose_pictures(self, count: int) -> None:
        self.setup_changed.emit({"pictures": count})

    @Slot(int)
    def _choose_label(self, label: int) -> None:
        self.setup_changed.emit({"label": None if label == EACH_IN_TURN else label})

    @Slot(float)
    def _choose_guidance(self, guidance: float) -> None:
        self.setup_changed.emit({"guidance": guidance})

    @Slot(int)
    def _choose_device(self, index: int) -> None:
        self.setup_changed.emit({"device": self.device.itemData(index)})

    @Slot(str)
    def _choose_precision(self, name: str) -> None:
        self.setup_changed.emit({"precision": name})


def _about(spacing: Spacing) -> str:
    return f"{spacing.formula}\n{spacing.source}"
