"""Tips of labels in forms: what the field beside each says when it is hovered."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QLayoutItem, QWidget


def explain_labels(form: QFormLayout) -> None:
    """Have every label of a form that says nothing itself say what its field does, as that says it now."""
    for row in range(form.rowCount()):
        label = _widget(form, row, QFormLayout.ItemRole.LabelRole)
        field = _widget(form, row, QFormLayout.ItemRole.FieldRole)
        if label is not None and field is not None:
            label.setToolTip(label.toolTip() or _said_by(field))


def _widget(form: QFormLayout, row: int, role: QFormLayout.ItemRole) -> QWidget | None:
    item: QLayoutItem | None = form.itemAt(row, role)  # None where nothing is.
    return None if item is None else item.widget()


def _said_by(field: QWidget) -> str:
    """The tip of a field, or that of the first part of it that has one."""
    parts = (field, *field.findChildren(QWidget))
    return next((part.toolTip() for part in parts if part.toolTip()), "")
