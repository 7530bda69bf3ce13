"""Line of the checkpoint's card: a name, a value, where it is known from, and the button that changes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from ddpm_studio.checkpoints import CardItem, Origin
from ddpm_studio.gui.explaining.explanations import card_item_tip
from ddpm_studio.gui.sampling.model.answer_editor import AnswerEditor
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.focus import holds_focus
from ddpm_studio.gui.widgets.sizes.by_font import grown, keep_width

ROLES = {
    Origin.FILE: "muted",
    Origin.NAME: "muted",
    Origin.ASSUMED: "warning",
    Origin.TRIED: "muted",
    Origin.GIVEN: "accent",
    Origin.BESIDE: "muted",
}
NAME_WIDTH = 108


class CardItemView(QWidget):
    """Shows a CardItem; the button replaces it by its editor. `edited` says that the editor is open."""

    edited = Signal()

    def __init__(self, row: CardItem, editor: Callable[[CardItem], AnswerEditor]) -> None:
        """`editor` makes the editor that replaces the value."""
        super().__init__()
        self.row = row
        self._make_editor = editor
        self.editor: AnswerEditor | None = None
        self.name = QLabel(translated(row.label))
        self.value, self.origin = QLabel(), QLabel(translated(row.origin.value))
        self.change = QToolButton()
        self._shown: list[QWidget] = [self.value, self.origin]
        self.setToolTip(card_item_tip(row.key))
        self._dress()
        keep_width(self.name, partial(grown, NAME_WIDTH))
        origins = [translated(origin.value) for origin in Origin]
        keep_width(self.origin, lambda: max(map(self.fontMetrics().horizontalAdvance, origins)) + 2)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(8)
        for part in (self.name, self.value, self.origin, self.change):
            self._line.addWidget(part, int(part is self.value), Qt.AlignmentFlag.AlignTop)
        self._show_value(shown=True)

    def add_button(self, button: QToolButton) -> None:
        """Put another button beside the value."""
        button.setMaximumHeight(self.fontMetrics().height())
        self._line.insertWidget(self._line.indexOf(self.origin), button, 0, Qt.AlignmentFlag.AlignTop)
        self._shown.append(button)

    @Slot()
    def edit(self) -> None:
        """Open the editor."""
        self.close_editor()
        self.editor = self._make_editor(self.row)
        self.editor.cancelled.connect(self.close_editor)
        self._line.addWidget(self.editor, 1)
        self.editor.show()
        self._show_value(shown=False)
        self.editor.setFocus()
        self.edited.emit()

    @Slot()
    def close_editor(self) -> None:
        """Close the editor and show the value again."""
        if self.editor is None:
            return
        self._show_value(shown=True)
        if holds_focus(self.editor):
            self.change.setFocus()
        self.editor.hide()
        self.editor.deleteLater()
        self.editor = None

    def _show_value(self, shown: bool) -> None:
        for part in self._shown:
            part.setVisible(shown)
        self._keep_place(shown)
        self.change.setVisible(shown and self.row.changeable)

    def _keep_place(self, kept: bool) -> None:
        """Keep room for a hidden button, so that the columns of all lines stay aligned."""
        policy = self.change.sizePolicy()
        policy.setRetainSizeWhenHidden(kept)
        self.change.setSizePolicy(policy)

    def _dress(self) -> None:
        self.name.setProperty("role", "muted")
        self.name.setWordWrap(True)
        self.value.setWordWrap(True)
        self.value.setTextFormat(Qt.TextFormat.PlainText)
        self.value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        text = translated(self.row.text)
        # A schedule's line has no spaces but may be broken after a comma; a copy of it would contain the breaks.
        breakable = text.replace(",", ",\u200b") if self.row.key == "schedule" else text
        self.value.setText(breakable)
        if breakable == text:
            self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.origin.setProperty("role", ROLES[self.row.origin])
        self.change.setText(self.tr("Change…"))
        self.change.setAccessibleName(self.tr("Change {name}").format(name=translated(self.row.label)))
        self.change.setToolTip(self.tr("Say something else, and open the checkpoint again"))
        self.change.setProperty("role", "quiet")
        self.change.setMaximumHeight(self.fontMetrics().height())
        self.change.clicked.connect(self.edit)
