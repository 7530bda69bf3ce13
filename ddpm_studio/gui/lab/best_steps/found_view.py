"""FoundView: the steps that were found, what they are worth beside standard spacings, and what to do with them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ddpm_studio.gui.lab.best_steps.search_beside import FoundSteps
from ddpm_studio.gui.steps.copy_menu import CopyMenu
from ddpm_studio.gui.theme import number_font
from ddpm_studio.gui.translation import translated
from ddpm_studio.lab.optimizing.optimization import FOUND, Optimum, Proved
from ddpm_studio.lab.optimizing.optimum_verdict import TOO_COARSE, about_distances, verdict
from ddpm_studio.lab.written_solver import solver_text
from ddpm_studio.numerals import brief, typeset
from ddpm_studio.texts import visible_name

GAP, COLUMNS_APART = 6, 18


class _Words(QLabel):
    """Sentences that are as high as they are at their width, for which whoever scrolls them does not ask."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def say(self, text: str) -> None:
        self.setText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setMinimumHeight(max(0, self.heightForWidth(self.width())))


class FoundView(QWidget):
    """Shows FoundSteps: distances at the left, the verdict on them beside it, the steps with their buttons below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict, self.about, self.steps = _Words(), _Words(), QLineEdit()
        self.use, self.show_steps, self.copy = QPushButton(), QPushButton(), QToolButton()
        self.copying = CopyMenu(self)
        self.distances = QLabel()
        self._describe()
        self._lay_out()

    def show_found(self, found: FoundSteps) -> None:
        """Show what was found last."""
        optimum, asked = found.optimum, found.optimum.question
        self.verdict.say(translated(verdict(optimum)))
        of = self.tr("{checkpoint}, {solver}, {steps} steps, {calls} network calls").format(
            checkpoint=visible_name(found.checkpoint),
            solver=solver_text(asked.solver, asked.options),
            steps=asked.steps,
            calls=optimum.calls,
        )
        coarse = [translated(TOO_COARSE)] if optimum.coarse else []
        stopped = [] if found.complete else [self.tr("The search was ended on the way.")]
        self.about.say(" ".join((f"{of}.", *stopped, translated(about_distances(optimum)), *coarse)))
        self.distances.setText(self._table(optimum))
        self.steps.setText(optimum.text)
        self.steps.setCursorPosition(0)

    def _table(self, optimum: Optimum) -> str:
        """The distances as rich text, in which nothing is anybody's."""
        heads = self.tr("steps"), self.tr("median distance"), self.tr("95 % interval")
        cells = [_row("th", heads), *(_row("td", self._cells(each)) for each in optimum.proven)]
        return f"<table cellspacing='0' cellpadding='2'>{''.join(cells)}</table>"

    def _cells(self, proved: Proved) -> tuple[str, str, str]:
        name, spread = self.tr("found") if proved.name == FOUND else proved.name, proved.spread
        return name, brief(spread.median), typeset(f"{spread.low:#.3g}–{spread.high:#.3g}")

    def _describe(self) -> None:
        self.verdict.setProperty("role", "heading")
        self.about.setProperty("role", "muted")
        self.distances.setTextFormat(Qt.TextFormat.RichText)
        self.distances.setFont(number_font(self.font()))
        self.distances.setAccessibleName(self.tr("Distances"))
        self.distances.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.steps.setReadOnly(True)
        self.steps.setAccessibleName(self.tr("Steps that were found"))
        self.use.setText(self.tr("Use"))
        self.use.setToolTip(self.tr("Have the sampler visit these steps with this solver"))
        self.show_steps.setText(self.tr("Show on the curves"))
        self.show_steps.setToolTip(self.tr("Mark on the curves where these steps lie"))
        self.copy.setText(self.tr("Copy"))
        self.copy.setToolTip(self.tr("Copy these steps as text, or for another program"))
        self.copy.setMenu(self.copying)
        self.copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _lay_out(self) -> None:
        grid, words, row = QGridLayout(self), QVBoxLayout(), QHBoxLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(COLUMNS_APART)
        grid.setVerticalSpacing(GAP)
        words.addWidget(self.verdict)
        words.addWidget(self.about)
        words.addStretch(1)
        row.setSpacing(GAP)
        row.addWidget(self.steps, 1)
        for button in (self.use, self.show_steps, self.copy):
            row.addWidget(button)
        grid.addWidget(self.distances, 0, 0)
        grid.addLayout(words, 0, 1)
        grid.addLayout(row, 1, 0, 1, 2)
        grid.setColumnStretch(1, 1)


def _row(tag: str, cells: tuple[str, ...]) -> str:
    first, *others = cells
    style = "style='padding-right: 14px'"
    return (
        f"<tr><{tag} align='left' {style}>{first}</{tag}>"
        + "".join(f"<{tag} align='right' {style}>{cell}</{tag}>" for cell in others)
        + "</tr>"
    )
