"""CopyMenu: the forms in which steps can be copied, for other programs and for this one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

TEXT = "text"
"""The form in which this program reads them."""


class CopyMenu(QMenu):
    """Offers the forms; `wanted` has the one that was chosen: TEXT or a name of STEP_FORMATS."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        for form, title in (
            (TEXT, self.tr("&Text")),
            ("comfyui", self.tr("&ComfyUI (ManualSigmas)")),
            ("diffusers", self.tr("Python (&diffusers)")),
            ("python", self.tr("&Python (NumPy)")),
            ("timesteps", self.tr("Ti&mesteps")),
            ("csv", self.tr("Table (C&SV)")),
        ):
            self.addAction(title).triggered.connect(partial(self._want, form))

    def _want(self, form: str) -> None:
        self.wanted.emit(form)
