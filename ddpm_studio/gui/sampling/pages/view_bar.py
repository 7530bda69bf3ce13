"""Bar above the pictures: the page, more settings, the display range, live and save."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from ddpm_studio.gui.sampling.pages.shown_range import ShownRange
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.state.run import RunFrame
from ddpm_studio.gui.widgets.switch import Switch


class ViewBar(QWidget):
    """Its switches and buttons report what the user chose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_switches()
        self.more = _button(
            self.tr("More"), self.tr("Options of the solver, spacing, clipping, seed, number of pictures, device")
        )
        self.more.setCheckable(True)
        self.live = _button(
            self.tr("Live"), self.tr("Run again, with few steps and pictures, whenever a slider of the schedule moves")
        )
        self.live.setCheckable(True)
        self.decode = _button(
            self.tr("Decode"),
            self.tr("Decode this step: the pictures that its latents stand for, in place of previews in rough colours"),
        )
        self._make_save()
        self._lay_out()
        self.show_latents((), waiting=False)

    def show_live(self, live: bool) -> None:
        """Show whether runs follow the sliders."""
        with QSignalBlocker(self.live):
            self.live.setChecked(live)

    def show_latents(self, frames: Sequence[RunFrame], waiting: bool) -> None:
        """Offer what can be done with latents, if these frames have any; to decode them unless that is `waiting`."""
        latent = any(frame.latents is not None for frame in frames)
        self.range.offer(tuple(ShownRange) if latent else (ShownRange.FIXED, ShownRange.OWN))
        self.decode.setVisible(latent)
        self.decode.setEnabled(not waiting and any(frame.previewed for frame in frames))

    def show_page(self, page: Page) -> None:
        """Hide what a page has no use for: the checkpoint's card needs the room and shows no pictures."""
        self.more.setVisible(page is not Page.MODEL)
        self.range.setVisible(page not in (Page.MODEL, Page.RUNS))

    def _make_switches(self) -> None:
        self.pages = Switch(
            self.tr("View"),
            {
                Page.WATCH: (self.tr("Watch"), self.tr("x_t and the estimate of the pictures, step by step")),
                Page.COMPARE: (self.tr("Compare"), self.tr("Up to four configurations from the same noise")),
                Page.SOLVER: (
                    self.tr("Solver"),
                    self.tr(
                        "The solver's table, what the picture is made of, and the predicted error: without any run"
                    ),
                ),
                Page.RUNS: (
                    self.tr("Runs"),
                    self.tr("Every run as a card, also of earlier days, against the pinned one"),
                ),
                Page.MODEL: (self.tr("Model"), self.tr("What the checkpoint is")),
            },
        )
        self.pages.show_value(Page.WATCH)
        self.range = Switch(
            self.tr("Display range"),
            {
                ShownRange.FIXED: (
                    "±1",
                    self.tr("−1 … 1 is shown as black to full brightness; values outside are clipped"),
                ),
                ShownRange.OWN: (
                    self.tr("own"),
                    self.tr("Every picture in its own range, from its smallest value to its largest"),
                ),
                ShownRange.CHANNELS: (
                    self.tr("channels"),
                    self.tr("Every channel of the latents in gray, from its smallest value to its largest"),
                ),
            },
        )
        self.range.show_value(ShownRange.FIXED)

    def _make_save(self) -> None:
        self.save = _button(self.tr("Save"), self.tr("Save pictures, the path from noise to them, or tensors"))
        menu = QMenu(self.save)
        self.save_samples = menu.addAction(self.tr("Last &pictures…"))
        self.save_grid = menu.addAction(self.tr("&Grid…"))
        self.save_run = menu.addAction(self.tr("P&ath as animation or frames…"))
        self.save_tensors = menu.addAction(self.tr("Raw &tensors…"))
        self.save.setMenu(menu)
        self.save.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.pages)
        row.addStretch(1)
        for widget in (self.more, self.decode, self.range, self.live, self.save):
            row.addWidget(widget)


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    return button
