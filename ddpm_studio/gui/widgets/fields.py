"""Fields: controls bound by name to the fields of a value, without a separate signal and slot for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast, runtime_checkable

from PySide6.QtCore import QObject, QSignalBlocker, Signal, SignalInstance, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QWidget

from ddpm_studio.gui.widgets.slider_field import SliderField


@runtime_checkable
class ValueControl(Protocol):
    """A control of ours that holds one value: `chosen` has the value that the user chose."""

    chosen: SignalInstance

    def show_value(self, value: object) -> None:
        """Show a value without emitting anything."""


@dataclass(frozen=True)
class _Port:
    """A control's signal for a choice, what its argument means, and the way to show another value."""

    chosen: SignalInstance
    meant: Callable[[object], object]
    show: Callable[[object], None]


class _Field(QObject):
    """One control and the name of its field."""

    def __init__(self, name: str, port: _Port, fields: Fields) -> None:
        super().__init__(fields)
        self._name, self._fields, self.port = name, fields, port
        port.chosen.connect(self._tell)

    @Slot(int)
    @Slot(bool)
    @Slot(float)
    @Slot(object)
    def _tell(self, value: object) -> None:
        self._fields.changed.emit(self._name, self.port.meant(value))


class Fields(QObject):
    """The controls of a form by the names of the fields that they hold.

    `changed` has the name of a field and the value that the user chose. Combo boxes hold the data of their items, spin
    boxes and sliders numbers, check boxes whether they are ticked; a ValueControl holds whatever it emits.
    """

    changed = Signal(str, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._bound: dict[str, _Field] = {}

    def bind(self, name: str, control: QWidget) -> None:
        """Let `control` hold the field `name`, replacing the control that held it before."""
        if name in self._bound:
            self._bound[name].deleteLater()
        self._bound[name] = _Field(name, _port(control), self)

    def show(self, **values: object) -> None:
        """Show the values of these fields, each of which has a control, without emitting anything."""
        for name, value in values.items():
            self._bound[name].port.show(value)


def _port(control: QWidget) -> _Port:
    if isinstance(control, ValueControl):
        return _Port(control.chosen, _itself, control.show_value)
    if isinstance(control, QComboBox):
        return _Port(
            control.activated, lambda index: control.itemData(cast(int, index)), lambda data: _turn(control, data)
        )
    if isinstance(control, QSpinBox):
        return _Port(control.valueChanged, _itself, lambda number: _set(control, cast(int, number)))
    if isinstance(control, QCheckBox):
        return _Port(control.clicked, _itself, lambda on: control.setChecked(bool(on)))
    assert isinstance(control, SliderField), f"{control} holds no value"
    return _Port(control.changed, _itself, lambda number: control.set_value(cast(float, number)))


def _itself(value: object) -> object:
    return value


def _turn(box: QComboBox, data: object) -> None:
    """Select the item with this data, else the first; data may be None, which Qt's own search does not find."""
    box.setCurrentIndex(next((index for index in range(box.count()) if box.itemData(index) == data), 0))


def _set(box: QSpinBox, number: int) -> None:
    with QSignalBlocker(box):
        box.setValue(number)
