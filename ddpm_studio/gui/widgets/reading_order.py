"""The reading order of a window, in which the Tab key goes through its controls: downwards, and from left to right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QScrollArea, QScrollBar, QWidget

_Group = tuple[QRect, list[QWidget]]
"""The controls inside a widget, and that widget's place in its parent."""


def move_focus(window: QWidget, forwards: bool) -> bool:
    """Give the focus to the next control of `window` in reading order, or to the previous; False if there is none."""
    current = _focused(window)
    order = _controls(window, current)
    # What is folded away to nothing is in no order, and may have the focus still.
    place = order.index(current) if current in order else -1
    others = order[place + 1 :] + order[: max(place, 0)]
    if not others:
        return False
    _give_focus(others[0 if forwards else -1], forwards)
    return True


def move_to_part(window: QWidget, parts: Collection[QWidget], forwards: bool) -> bool:
    """Give the focus to the first control of the next of some parts of `window`, or of the one before; False if none
    has one."""
    current = _focused(window)
    firsts: dict[QWidget, QWidget] = {}
    order = _controls(window, current)
    place = order.index(current) if current in order else 0
    for control in order[place:] + order[:place]:
        part = next((part for part in parts if part is control or part.isAncestorOf(control)), None)
        if part is not None and not (part is current or part.isAncestorOf(current)):
            firsts.setdefault(part, control)
    if not firsts:
        return False
    _give_focus(list(firsts.values())[0 if forwards else -1], forwards)
    return True


def _give_focus(chosen: QWidget, forwards: bool) -> None:
    chosen.setFocus(Qt.FocusReason.TabFocusReason if forwards else Qt.FocusReason.BacktabFocusReason)
    come_into_view(chosen)


def _focused(window: QWidget) -> QWidget:
    """The widget that has the focus, or had it until it was hidden: then the innermost one around it that is shown."""
    focused: QWidget | None = window.focusWidget()
    while focused is not None and not focused.isVisibleTo(window):
        focused = focused.parentWidget()
    return focused or window


def _controls(widget: QWidget, current: QWidget) -> list[QWidget]:
    """What Tab leads to in `widget`, itself included, in reading order; and `current`, even if Tab does not lead there.

    Those are the controls that can be seen and used, or scrolled to.
    """
    groups: list[_Group] = []
    for child in widget.children():
        if isinstance(child, QWidget) and not (child.isHidden() or child.isWindow() or child.size().isEmpty()):
            controls = _controls(child, current)
            if controls:
                groups.append((child.geometry(), controls))
    own = [widget] if widget is current or _is_control(widget) else []
    return [*own, *_read(groups)]


def _is_control(widget: QWidget) -> bool:
    down = _down_beside(widget)
    if down is not None:
        return widget is down
    if not _takes_tab(widget) or not widget.isEnabled() or widget.focusProxy() is not None:
        return False
    return not isinstance(widget, QScrollArea) or _scrolls(widget)


def _down_beside(widget: QWidget) -> QAbstractButton | None:
    """The button that is down of those of which one is, if Tab leads to them: from there arrows lead to the others.

    Qt leads to the one that had the focus last, and at first to the leftmost, whichever is down.
    """
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    if group is None or not group.exclusive() or not any(map(_takes_tab, group.buttons())):
        return None
    down = group.checkedButton()
    return None if down is None or down.isHidden() or not down.isEnabled() else down


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _scrolls(area: QScrollArea) -> bool:
    return any(bar.maximum() > bar.minimum() for bar in (area.verticalScrollBar(), area.horizontalScrollBar()))


def _read(groups: Sequence[_Group]) -> Iterator[QWidget]:
    """Rows from top to bottom, in each of them what lies side by side from left to right, and so on inside of that."""
    for start, end in ((QRect.top, QRect.bottom), (QRect.left, QRect.right)):
        parts = list(_parts(groups, start, end))
        if len(parts) > 1:
            for part in parts:
                yield from _read(part)
            return
    for _, controls in sorted(groups, key=lambda group: (group[0].top(), group[0].left())):
        yield from controls


def _parts(
    groups: Iterable[_Group], start: Callable[[QRect], int], end: Callable[[QRect], int]
) -> Iterator[list[_Group]]:
    """The groups, cut wherever a line across all of them touches none."""
    part: list[_Group] = []
    for group in sorted(groups, key=lambda group: start(group[0])):
        if part and start(group[0]) > max(end(place) for place, _ in part):
            yield part
            part = []
        part.append(group)
    if part:
        yield part


def scroll_to(view: QAbstractScrollArea, part: QWidget) -> None:
    """Scroll to a widget that lies in what `view` shows, its top left corner in any case."""
    start, room = part.mapTo(view.viewport(), QPoint(0, 0)), view.viewport().size()
    _reach(view.verticalScrollBar(), start.y(), part.height() - room.height())
    _reach(view.horizontalScrollBar(), start.x(), part.width() - room.width())


def _reach(bar: QScrollBar, start: int, more: int) -> None:
    """Turn a bar until what starts at `start` is seen, `more` of which has no room."""
    bar.setValue(bar.value() + (max(0, min(start + more, start)) if start >= 0 else start))


def come_into_view(part: QWidget) -> None:
    """Scroll all that a widget lies in to it, from the inside out."""
    around = part.parentWidget()
    while around is not None:
        whole = isinstance(around, QScrollArea) and around.widget() is part
        if isinstance(around, QAbstractScrollArea) and around.viewport().isAncestorOf(part) and not whole:
            scroll_to(around, part)
        around = around.parentWidget()
