"""Stack of pages that is as high as the page in view, not as the tallest of all."""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget


class PageStack(QStackedWidget):
    """Asks for the size of the page in view alone, so that the others make nobody scroll."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(self._ask_anew)

    def sizeHint(self) -> QSize:
        """That of the page in view."""
        page = self.currentWidget()
        return super().sizeHint() if page is None else page.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """That of the page in view."""
        page = self.currentWidget()
        return super().minimumSizeHint() if page is None else page.minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        """No: a page with a sentence in it would ask for the height of the tallest of all pages."""
        return False

    @Slot()
    def _ask_anew(self) -> None:
        self.updateGeometry()
