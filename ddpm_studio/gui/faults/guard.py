"""Guard of everything that Qt calls: what it raises is reported and goes no further, and Qt is given a value instead.

PySide keeps an exception of an overridden method until some later call into Qt, and has that raise it: a panel stays
half shown, or the process ends in SIGSEGV.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Callable
from functools import cache, wraps
from itertools import chain
from types import CodeType, FunctionType
from typing import ParamSpec, TypeVar

from PySide6.QtCore import QRectF
from shiboken6 import Shiboken

P = ParamSpec("P")
R = TypeVar("R")
Trail = tuple[type[BaseException], tuple[tuple[CodeType, int], ...]]

CALLED_BY_QT = re.compile(
    r"(\w+E|e)vent(Filter)?|paint|boundingRect|shape|itemChange|"
    r"scrollTo|updateGeometries|sizeHint|minimumSizeHint|heightForWidth|hasHeightForWidth|focusNextPrevChild|hitButton|scrollContentsBy|"
    r"rowCount|columnCount|data|setData|headerData|flags|moveRows|sort|"
    r"supportedDropActions|mimeTypes|mimeData|canDropMimeData|dropMimeData|"
    r"createEditor|setEditorData|setModelData|updateEditorGeometry|initStyleOption|initStyleOptionForIndex|paintSection|displayText|"
    r"textFromValue|valueFromText|validate|fixup|stepBy|showPopup"
)
"""Names of virtual methods of Qt, all that classes of the program, or of pyqtgraph, override, and a few more."""

WITH_OVERRIDES = ("ddpm_studio", "pyqtgraph")

DEFAULTS = {"rowCount": int, "columnCount": int, "boundingRect": QRectF}
"""What stands in for methods that Qt leaves to its subclasses, where None would not do."""


def guard_overrides() -> None:
    """Guard every override in the classes that have been imported."""
    for kind in _with_overrides():
        for name, method in list(vars(kind).items()):
            if isinstance(method, FunctionType) and _is_called_by_qt(name) and not is_guarded(method):
                setattr(kind, name, guarded(method, _qts_own(name)))


def report(error: BaseException) -> None:
    """Hand an exception to sys.excepthook, as if nothing had caught it."""
    sys.excepthook(type(error), error, error.__traceback__)


def reporting_once() -> Callable[[BaseException], None]:
    """A function that reports exceptions, but only the first of those that come along the same trail."""
    told: set[Trail] = set()

    def tell(error: BaseException) -> None:
        trail = trail_of(error)
        if trail not in told:
            told.add(trail)
            report(error)

    return tell


def is_guarded(method: object) -> bool:
    """True if a method's exceptions are reported here."""
    return getattr(method, "_is_guarded", False)


def guarded(
    do: Callable[P, R], otherwise: Callable[P, R | None] | None = None, tell: Callable[[BaseException], None] = report
) -> Callable[P, R | None]:
    """`do`, whose exceptions go to `tell`; what `otherwise` gives, or None, is then given in its place."""

    @wraps(do)
    def attempt(*arguments: P.args, **named: P.kwargs) -> R | None:
        try:
            return do(*arguments, **named)
        except BaseException as error:
            tell(error)
            # A painter that is still at work, in a variable there, would keep its device from being shown.
            traceback.clear_frames(error.__traceback__)
        return None if otherwise is None else otherwise(*arguments, **named)

    vars(attempt)["_is_guarded"] = True
    return attempt


def trail_of(error: BaseException) -> Trail:
    """The kind of an exception and the lines that it came through, which tell it from others."""
    return type(error), tuple((frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__))


@cache
def _is_called_by_qt(name: str) -> bool:
    return CALLED_BY_QT.fullmatch(name) is not None


def _with_overrides() -> set[type]:
    """The classes of Qt that were imported, and those mixed into them, that may override a method."""
    below, waiting = set[type](), [Shiboken.Object]
    while waiting:
        new = [kind for kind in waiting.pop().__subclasses__() if kind not in below]
        below.update(new)
        waiting += new
    return set(filter(_may_override, chain.from_iterable(kind.__mro__ for kind in filter(_may_override, below))))


def _may_override(kind: type) -> bool:
    return kind.__module__.startswith(WITH_OVERRIDES)


def _qts_own(name: str) -> Callable[..., object]:
    """The method that an override stands in place of."""

    def call(self: object, *arguments: object) -> object:
        own = next(kind for kind in type(self).__mro__ if kind.__module__.startswith("PySide6."))
        try:
            return getattr(own, name)(self, *arguments)
        except (AttributeError, NotImplementedError):
            return DEFAULTS.get(name, type(None))()

    return call
