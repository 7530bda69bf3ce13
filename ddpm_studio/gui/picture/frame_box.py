"""FrameBox: which frame of an animation, or page of a TIFF, is shown."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QWidget

from ddpm_studio.files.decoding import MAX_FRAME
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.widgets.typed.whole_box import WholeBox
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel


class FrameBox(WholeBox):
    """The frame of a picture that has several, from 1 on. `chosen` has it.

    While a frame is being read, it goes on from the one that was chosen last.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self.setAccessibleName(self.tr("Frame"))
        self.setToolTip(self.tr("Which frame of the animation, or page of the file, is shown"))
        self.valueChanged.connect(self.chosen)
        require_focus_for_wheel(self)

    @property
    def is_needed(self) -> bool:
        """True for a picture with a choice of frames."""
        return self._picture is not None and self._picture.frames > 1

    def show_picture(self, picture: Picture | None) -> None:
        """Show which frame a picture is, once it is another."""
        if picture is not self._picture:
            if picture is None or self._picture is None or picture.source != self._picture.source:
                self.draft.give_up()
            self._picture = picture
            self.show_again()

    @Slot()
    def show_again(self) -> None:
        """Show the frame that is there in place of one that was chosen, as after it could not be read."""
        if self._picture is not None:
            with QSignalBlocker(self):
                self.setSuffix(self.tr(" of {count}").format(count=self._picture.frames))
                self.set_ends(1, min(self._picture.frames, MAX_FRAME))
                self.setValue(self._picture.frame)
