"""Details of a run: the solver's options, spacing, clipping, noise, classes, device."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QLabel, QScrollArea, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.diffusion.steps.bare_lists import with_its_name
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.gui.explaining.label_tips import explain_labels
from ddpm_studio.gui.sampling.run.class_field import ClassField
from ddpm_studio.gui.sampling.run.clip_field import ClipField
from ddpm_studio.gui.sampling.run.details_columns import BETWEEN_ROWS, DetailsColumns, Standing, standing, width_of
from ddpm_studio.gui.sampling.run.pictures_row import PicturesRow, SeedsButton
from ddpm_studio.gui.sampling.run.prompt_bar import PromptBar
from ddpm_studio.gui.sampling.run.seed_row import SeedRow
from ddpm_studio.gui.sampling.run.spacing_row import SpacingRow
from ddpm_studio.gui.state.run import MOST_SHOWN, steps_of
from ddpm_studio.gui.state.sampling import Sampling
from ddpm_studio.gui.state.stepping import own_values
from ddpm_studio.gui.steps.option_fields import NOTHING, OptionFields
from ddpm_studio.gui.steps.spacing_box import SpacingBox
from ddpm_studio.gui.widgets.fields import Fields
from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.sizes.by_font import grown, keep_width
from ddpm_studio.gui.widgets.slider_field import SliderField
from ddpm_studio.gui.widgets.typed.draft import Draft, give_up_drafts
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from ddpm_studio.gui.widgets.typed.whole_box import WholeBox
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel
from ddpm_studio.run_settings import SETTINGS

FormRow = tuple[str, str, QWidget]

LABEL_WIDTH = 64
"""Shared with the options of a solver, so that all controls line up in one column."""

RUN = "seed"
"""The control with which the column of the run begins."""

WIDEST = (1 << 24) - 1
"""The width of what has no bound, in pixels, as Qt has it."""


class Details(QScrollArea):
    """Shows a setup, in as many columns as are seen whole beside the views, or else in the place of the views.

    `settings` holds the settings of the run, of which the `prompts` stand elsewhere, and `sampler` those of the chosen
    line; `turned` says that the place changed.
    """

    turned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = Sampling()
        self.settings, self.sampler = Fields(self), Fields(self)
        self.options, self.spaced = OptionFields(LABEL_WIDTH), OptionFields(LABEL_WIDTH)
        self.spacing, self.clip, self.seed = SpacingBox(self._read_steps, self._schedule), ClipField(), SeedRow()
        self.spacing_row = SpacingRow(self.spacing)
        self.pictures, self.seeds, self.label = WholeBox(), SeedsButton(), ClassField()
        self.pictures_row = PicturesRow(self.pictures, self.seeds)
        self.from_picture = QCheckBox(self.tr("from the picture, noised"))
        self.prompts = PromptBar(self)
        self.guidance = SliderField("", self.tr("Guidance"), Scale(-100, 100, 0, 10), 1.0)
        self.rescale = SliderField("", self.tr("Rescale"), Scale(0, 1, 0, 1), 0.0)
        self.device, self.precision, self.epsilon = QComboBox(), QComboBox(), QComboBox()
        self._page, self._optionless = DetailsColumns(), QLabel(self.tr("This solver has no options."))
        self._standing, self._room, self._views = Standing(1, beside=True), QSize(), 0
        self._fill_choices()
        controls = tuple(self._controls())
        self._lay_out(controls)
        self._bind(controls)

    def _controls(self) -> Iterable[FormRow]:
        """Each field from top to bottom, with its label and its control: a setting of the run or of the sampler."""
        yield "spacing", self.tr("Spaci&ng"), self.spacing
        yield "clip", self.tr("&Clip x₀"), self.clip
        yield "epsilon", self.tr("ε of DDI&M"), self.epsilon
        yield "seed", self.tr("See&d"), self.seed
        yield "pictures", self.tr("Pict&ures"), self.pictures
        yield "from_picture", self.tr("&Begin"), self.from_picture
        yield "label", self.tr("C&lass"), self.label
        yield "guidance", self.tr("&Guidance"), self.guidance
        yield "guidance_rescale", self.tr("&Rescale"), self.rescale
        yield "device", self.tr("Dev&ice"), self.device
        yield "precision", self.tr("Precisi&on"), self.precision

    def show_setup(self, setup: Sampling) -> None:
        """Show what is set; prompts, classes, guidance and pictures only where the checkpoint takes them."""
        if setup.line.key != self._setup.line.key:
            give_up_drafts(self.options)
            give_up_drafts(self.spaced)
            give_up_drafts(self.spacing)
        self._setup = setup
        line, card = setup.line, setup.card
        offered = {
            self.from_picture: bool(card and card.takes_pictures),
            self.label: bool(card and card.classes and not card.text),
            self.guidance: bool(card and card.guidable),
            self.rescale: bool(card and card.text),
        }
        for field in (field for field, there in offered.items() if not there):
            give_up_drafts(field)
        self.options.show_options(solver_named(line.solver).options, dict(line.options))
        self._optionless.setVisible(not solver_named(line.solver).options)
        self._show_spacing(setup)
        self.clip.show_recommended(card.clip if card else None)
        self.label.offer(card.classes if card else 0)
        self.sampler.show(spacing=line.spacing)
        self._offer_chosen_device()
        self.guidance.set_default(card.guidance if card else 1.0)
        settings = setup.settings
        if settings["guidance"] is None:
            settings["guidance"] = self.guidance.default
        self.settings.show(**settings)
        self.prompts.setVisible(bool(card and card.text))
        for field, there in offered.items():
            self._page.run.setRowVisible(field, there)
        self._stand()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Be as wide as the controls, which a style or a font makes wider, and options that come."""
        if watched is self._page and event.type() is QEvent.Type.LayoutRequest:
            self._stand()
        return super().eventFilter(watched, event)

    @property
    def beside(self) -> bool:
        """True if there is room for the views beside them."""
        return self._standing.beside

    def set_room(self, room: QSize, views: int) -> None:
        """Stand in this room, with views beside them that are at least so wide, in pixels."""
        if (room, views) != (self._room, self._views):
            self._room, self._views = room, views
            self._stand()

    def _stand(self) -> None:
        before, bar = self.beside, self.verticalScrollBar().sizeHint().width()
        room, row = QSize(self._room.width() - bar, self._room.height()), self.spacing.sizeHint().height()
        widths = self._page.widths()
        self._standing = standing(room, widths, row + BETWEEN_ROWS, self._views)
        self._page.set_columns(self._standing.columns)
        least = width_of(self._standing.columns, widths) + bar
        self.setMinimumWidth(least)
        self.setMaximumWidth(least if self.beside else WIDEST)
        if self.beside is not before:
            self.turned.emit()

    def _show_spacing(self, setup: Sampling) -> None:
        spec = steps_of(setup.line.spacing)
        schedule = setup.card.schedule if setup.card else None
        self.spaced.show_options(spec.options, dict(spec.given), own_values(schedule) if schedule else NOTHING)

    @Slot(object)
    def show_devices(self, devices: tuple[tuple[str, str], ...]) -> None:
        """Offer these devices: (name, the machine's own name for it)."""
        self._offer_devices(devices)
        self._offer_chosen_device()
        self.settings.show(device=self._setup.device)

    def _offer_chosen_device(self) -> None:
        """Offer the device that is set, also before it is known which there are: a run says whether it exists."""
        device = self._setup.device
        if self.device.findData(device) < 0:
            self.device.addItem(device.upper(), device)

    def _offer_devices(self, devices: tuple[tuple[str, str], ...]) -> None:
        self.device.clear()
        self.device.addItem(self.tr("the fastest"), "auto")
        for name, machine in devices:
            self.device.addItem(f"{name.upper()}  {machine}", name)
            self.device.setItemData(self.device.count() - 1, machine, Qt.ItemDataRole.ToolTipRole)

    def _fill_choices(self) -> None:
        self.pictures.setRange(1, MOST_SHOWN)
        self.pictures.setToolTip(self.tr("Number of pictures to draw, 1 to {most}").format(most=MOST_SHOWN))
        self.from_picture.setToolTip(
            self.tr(
                "Begin from the picture that is open, noised to the first step, in place of noise alone\n"
                "“| start=0.6” behind the spacing leaves the last 60 % of the steps, its strength."
            )
        )
        self.guidance.narrow_box()
        self.rescale.narrow_box()
        self._offer_devices((("cpu", ""),))
        self.device.setToolTip(self.tr("The device the network runs on"))
        for precision in SETTINGS["precision"].choices:
            self.precision.addItem(self.tr("the network's own") if precision == "auto" else precision, precision)
        self.precision.setToolTip(
            self.tr("The precision the network computes in; bfloat16 and float16 take half the memory, less accurately")
        )
        shown = {
            "auto": self.tr("as in its library"),
            "predicted": self.tr("as predicted"),
            "derived": self.tr("derived"),
        }
        for epsilon in SETTINGS["epsilon"].choices:
            self.epsilon.addItem(shown[epsilon], epsilon)
        self.epsilon.setToolTip(
            self.tr(
                "Where x₀ is clipped, DDIM goes on with ε as predicted (diffusers) or as derived from the clipped x₀"
            )
        )
        for box in (self.spacing, self.device, self.precision, self.epsilon):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for control in (self.device, self.precision, self.epsilon, self.pictures, self.label):
            require_focus_for_wheel(control)

    def _lay_out(self, controls: Iterable[FormRow]) -> None:
        form = self._page.options
        form.addRow(self.options)
        form.addRow(self._optionless)
        self._optionless.setProperty("role", "muted")
        form, rows = self._page.steps, {self.spacing: self.spacing_row, self.pictures: self.pictures_row}
        for name, text, control in controls:
            form = self._page.run if name == RUN else form
            label = QLabel(text)
            keep_width(label, partial(grown, LABEL_WIDTH))
            form.addRow(label, rows.get(control, control))
            if not isinstance(control, SliderField):
                for draft in control.findChildren(Draft):
                    form.addRow(RefusalNote(draft))
            if control is self.spacing:
                form.addRow(self.spaced)
                label.setToolTip(self.tr("timestep_spacing\nHow the steps are laid out over the schedule."))
            # A label's shortcut has no effect on a widget that merely passes the focus on.
            label.setBuddy(control.focusProxy() or control)
            control.setAccessibleName(text.replace("&", ""))
        for form in (self._page.steps, self._page.run):
            explain_labels(form)
        self.setWidget(self._page)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hide()

    def _bind(self, controls: Iterable[FormRow]) -> None:
        for name, _, control in controls:
            (self.settings if name in SETTINGS else self.sampler).bind(name, control)
        self.settings.bind("seeds", self.seeds)
        self.settings.bind("prompt", self.prompts.prompt)
        self.settings.bind("negative_prompt", self.prompts.negative)
        self.options.fields.changed.connect(self._choose_option)
        self.spaced.fields.changed.connect(self._choose_spacing_option)

    @Slot(str, object)
    def _choose_option(self, key: str, value: object) -> None:
        options = dict(self._setup.line.options) | {key: value}
        self.sampler.changed.emit("options", tuple(options.items()))

    @Slot(str, object)
    def _choose_spacing_option(self, key: str, value: object) -> None:
        self.sampler.changed.emit("spacing", str(steps_of(self._setup.line.spacing).with_option(key, value)))

    def _schedule(self) -> Schedule:
        """That of the checkpoint, if one is open."""
        return self._setup.card.schedule if self._setup.card else Schedule()

    def _read_steps(self, text: str) -> str | StepsSpec:
        spec = steps_of(with_its_name(text, None if self._setup.card is None else self._setup.card.schedule))
        if spec.files:
            return spec
        return self._setup.with_steps(text).line.spacing
