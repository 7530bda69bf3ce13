"""OfferingLine: a line of text that offers, in a list below it, how it can go on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.completing.completion_list import CompletionList
from ddpm_studio.gui.completing.folder_contents import TypedPath, path_offers
from ddpm_studio.gui.completing.folder_listing import FolderListing
from ddpm_studio.gui.completing.marks import Letters
from ddpm_studio.gui.completing.offers import Completion
from ddpm_studio.gui.widgets.typed.typed_line import TypedLine

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ENDS = (*ENTER, Qt.Key.Key_Tab)


class OfferingLine(TypedLine):
    """Offers what `offers_at` has as soon as something is typed, and at Ctrl+Space; the list lies under the window.

    What is in a folder is offered once it is there, unless the text is another by then, or done with.

    What is wrong with the text is said once nothing is offered any more that it can go on with.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.completion = CompletionList(self)
        self.completion.chosen.connect(self._complete)
        self._awaiting: tuple[str, int] | None = None
        self._folders: FolderListing | None = None
        # What can still go on is not called wrong yet.
        self.completion.leading.connect(self.draft.hold_back)

    def offers_at(self, text: str, caret: int) -> Sequence[Completion]:
        """What can stand where the caret does."""
        raise NotImplementedError

    @property
    def folders(self) -> FolderListing:
        """What lists the folders that are typed here."""
        if self._folders is None:
            self._folders = FolderListing.of(self)
            self._folders.changed.connect(self._show_listed)
        return self._folders

    def path_at(self, text: str, caret: int) -> TypedPath | None:
        """The path that the caret stands in, if it does in one; the base class knows of none."""
        return None

    def means_first_offer(self, key: int) -> bool:
        """Whether Enter or Tab means the first way in which the text goes on, of which none is chosen yet."""
        return False

    def led_on(self) -> None:
        """Hear that an offer brought a colon with it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through what is offered."""
        if not self.use_for_offers(event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take an offer at Tab, which would leave the field before it came to be a key."""
        if isinstance(event, QKeyEvent) and event.type() == event.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            return self.use_for_offers(event) or super().event(event)
        return super().event(event)

    def use_for_offers(self, event: QKeyEvent) -> bool:
        """Use a key for the list of offers; False if it is for the text."""
        key, offers = event.key(), self.completion
        if key in (*_ENDS, Qt.Key.Key_Escape):
            self._awaiting = None
        if key == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.offer()
            return True
        if event.modifiers() != Qt.KeyboardModifier.NoModifier or not offers.isVisible():
            return False
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return offers.step(1 if key == Qt.Key.Key_Down else -1)
        if key == Qt.Key.Key_Escape and offers.current is not None:
            offers.hide()
            return True
        if key in _ENDS and offers.current is None and offers.leads_on and self._means_first_offer(key):
            offers.step(1)
        if key in _ENDS and offers.take():
            return True
        if key in _ENDS or key == Qt.Key.Key_Escape:
            offers.hide()
        return False

    @Slot()
    def offer(self) -> None:
        """Offer what can stand where the caret does, while the line has the focus."""
        text, caret = self.text(), self.cursorPosition()
        path = self.path_at(text, caret) if self.hasFocus() else None
        self._awaiting = None if path is None else (text, caret)
        if path is not None:
            self.folders.list(path.folder)
        self._show_offers(path)

    @Slot()
    def _show_listed(self) -> None:
        """Offer what is in the folder that was listed, if the text still waits for that."""
        if self._awaiting == (self.text(), self.cursorPosition()) and self.hasFocus():
            self._show_offers(self.path_at(*self._awaiting))

    def _show_offers(self, path: TypedPath | None) -> None:
        if not self.hasFocus():
            self.completion.offer(())
        elif path is None:
            self.completion.offer(self.offers_at(self.text(), self.cursorPosition()))
        else:
            self.completion.offer(path_offers(path, self.folders.known(path.folder)))

    def _means_first_offer(self, key: int) -> bool:
        """Whether the first offer is meant; in a path, Tab goes on as it does in a shell."""
        return self.means_first_offer(key) or (key == Qt.Key.Key_Tab and self.completion.leads_into_path)

    @Slot(object)
    def _complete(self, offer: Completion) -> None:
        text = self.text_of(offer)
        self.replace((offer.start, offer.end), text)
        end = offer.start + len(text) - offer.behind
        if offer.chosen:
            self.setSelection(end - offer.chosen, offer.chosen)
        elif offer.behind:
            self.setCursorPosition(end)
            self.offer()
        elif offer.text == offer.label and not offer.is_path:
            self.completion.hide()  # Nothing belongs to a name that stands for itself.
        if ":" in text and not offer.is_path:
            self.led_on()

    def text_of(self, offer: Completion) -> str:
        """The text that stands for an offer here."""
        return offer.text

    def replace(self, place: Letters, text: str) -> None:
        """Type other letters over some, as a person would."""
        self.setSelection(place[0], place[1] - place[0])
        self.insert(text) if text else self.del_()
        self.textEdited.emit(self.text())
