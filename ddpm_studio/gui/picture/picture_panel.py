"""The picture panel: a picture, and x_t of it or of its latents under every visible schedule."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.picture.gallery_hands import HandledGallery
from ddpm_studio.gui.picture.header import Header
from ddpm_studio.gui.picture.latent_look import look_of
from ddpm_studio.gui.picture.latents_page import LatentsPage
from ddpm_studio.gui.picture.loading import holds_picture
from ddpm_studio.gui.picture.side_by_side import SideBySide
from ddpm_studio.gui.picture.spectrum_plot import SpectrumPlot
from ddpm_studio.gui.state.picture_at import PictureAt
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.empty_page import EmptyPage
from ddpm_studio.gui.widgets.pictures.dragging import OURS
from ddpm_studio.gui.widgets.pictures.picture_menu import PictureMenu
from ddpm_studio.gui.widgets.sizes.sideways import Sideways


class PicturePanel(LazyPanel):
    """Shows State.picture; its signals report drops and keys, and its parts' signals everything else."""

    paste_requested = Signal()
    pasted = Signal(object)
    IN_TURN = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.header, self.gallery, self.spectrum = Header(), HandledGallery(), SpectrumPlot()
        self.latents = LatentsPage()
        self.spectrum.known.connect(self.gallery.write_tips)
        self._pictures = SideBySide(self.gallery, self.spectrum)
        self.menu = PictureMenu(self)
        self._themed: Tokens | None = None
        self._lay_out()
        self.gallery.menu_requested.connect(self._open_menu)
        self.menu.enlarge_wanted.connect(self.gallery.toggle_enlarged)

    def accepts(self, mime: QMimeData) -> bool:
        """True if a drop is for this panel: pixels, or a file that opens as a picture, but not one of its own."""
        return holds_picture(mime) and not mime.hasFormat(OURS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paste on the platform's keys."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_requested.emit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept a picture; leave anything else that is dragged here to the window."""
        if self.accepts(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the picture that was dropped."""
        self.pasted.emit(event.mimeData())
        event.acceptProposedAction()

    def refresh(self) -> None:
        """Show the state, and the theme if it has changed."""
        state = self.state
        self.header.show_state(state)
        is_latent = look_of(state) is not None
        shown = self.latents if is_latent else self._pictures
        self._pages.setCurrentWidget(shown if state.picture else self.empty)
        self.spectrum.setVisible(state.spectrum)
        self.latents.show_state(state)
        if state.picture is not None and not is_latent:
            self.gallery.show_state(state)
            if state.spectrum:
                self.spectrum.show_state(state)
        if self.tokens is not self._themed:
            self._themed = self.tokens
            for part in (self.gallery, self.spectrum, self.latents):
                part.set_theme(self.tokens)

    @Slot(object, QPoint)
    def _open_menu(self, at: PictureAt, place: QPoint) -> None:
        self.menu.histogram.setChecked(self.state.histogram)
        self.menu.show_enlarged(self.gallery.enlarged is not None)
        self.menu.open_for(at, place)

    def _lay_out(self) -> None:
        self.empty = EmptyPage(
            self.tr("Your picture goes here: open, drop or paste one, or choose a sample."),
            self.tr("Open a picture…"),
        )
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._pictures)
        self._pages.addWidget(self.latents)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 4, 8, 6)
        outer.setSpacing(6)
        outer.addWidget(Sideways(self.header))
        outer.addWidget(self._pages, 1)
