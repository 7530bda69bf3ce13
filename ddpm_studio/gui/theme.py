"""Themes, light and dark: the window's colours as tokens, and their application to Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from ddpm_studio.files.resources import resource


class ThemeChoice(StrEnum):
    """The user's choice in the View menu."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


LINE_WIDTH = 1.8
"""Width of the curves of a plot that stands alone, in pixels."""


@dataclass(frozen=True)
class Tokens:
    """The look of the window: the colours of one theme, named by purpose, and what else a person prefers.

    `line_width` is that of the curves of a plot that stands alone, `dashed` gives each line a dash pattern of its own,
    and `scale` is the size of the font as a share of the system's, by which what is laid out around texts grows.
    """

    dark: bool
    window: str
    surface: str
    raised: str
    border: str
    grid: str
    text: str
    muted: str
    accent: str
    on_accent: str
    warning: str
    error: str
    line_width: float = LINE_WIDTH
    dashed: bool = False
    scale: float = 1.0

    @property
    def thin_width(self) -> float:
        """The width of curves in plots beside each other; 1 is by far the fastest to draw."""
        return max(1.0, self.line_width - LINE_WIDTH + 1.0)

    def scaled(self, pixels: float) -> int:
        """As many pixels as there should be where there are `pixels` in the system's font."""
        return round(pixels * self.scale)


LIGHT = Tokens(
    dark=False,
    window="#F4F5F7",
    surface="#FFFFFF",
    raised="#EBEDF0",
    border="#D5D9DF",
    grid="#E6E9ED",
    text="#1D2430",
    muted="#5B6675",
    accent="#5A46C6",
    on_accent="#FFFFFF",
    warning="#8A5A00",
    error="#B3261E",
)
_TEXT = QPalette.ColorRole.WindowText

DARK = Tokens(
    dark=True,
    window="#16191E",
    surface="#1E2228",
    raised="#2A3038",
    border="#3A424D",
    grid="#2B313A",
    text="#E8ECF1",
    muted="#9AA6B5",
    accent="#A99BFF",
    on_accent="#12121A",
    warning="#E8B04A",
    error="#FF8A80",
)


def tokens_for(choice: ThemeChoice, app: QApplication) -> Tokens:
    """The tokens for a choice; SYSTEM follows the platform's colour scheme."""
    if choice is ThemeChoice.SYSTEM:
        return DARK if app.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT
    return DARK if choice is ThemeChoice.DARK else LIGHT


def tokens_of(palette: QPalette) -> Tokens:
    """The tokens of the theme that a palette is of."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < palette.color(_TEXT).lightness() else LIGHT


def apply_theme(app: QApplication, tokens: Tokens) -> None:
    """Give the whole program one palette and one style sheet over Fusion; each plot has its own `colour`."""
    sheet = _style_sheet(tokens)
    if app.styleSheet() != sheet:
        app.setStyleSheet("")  # From one to another Qt takes five times as long as by way of none.
        app.setPalette(_palette(tokens))
        for name in ("QAbstractSpinBox", "QLineEdit"):
            app.setPalette(_field_palette(tokens), name)  # type: ignore[arg-type]  # Qt's stubs ask for bytes, Qt itself for str.
        app.setStyleSheet(sheet)


def take_theme_off(app: QApplication) -> None:
    """Have no style sheet while a window is built, until there is a theme again, unless one is seen that wears it.

    Under one, Qt polishes a widget and all in it anew with each parent that it gets, which takes as long as all else.
    """
    if not any(window.isVisible() for window in app.topLevelWidgets()):
        app.setStyleSheet("")


def number_font(font: QFont) -> QFont:
    """`font` with tabular numerals, so that read-outs stay still while their digits change."""
    tabular = QFont(font)
    tabular.setFeature(QFont.Tag("tnum"), 1)
    return tabular


def typed_font(font: QFont) -> QFont:
    """The platform's font for what is typed letter by letter, as large as `font`."""
    typed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    typed.setPointSizeF(font.pointSizeF())
    return typed


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.surface,
        QPalette.ColorRole.AlternateBase: tokens.window,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.muted,
        QPalette.ColorRole.Button: tokens.raised,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.ToolTipBase: tokens.raised,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.Accent: tokens.accent,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.Mid: tokens.border,
        QPalette.ColorRole.Dark: tokens.border,
        QPalette.ColorRole.Light: tokens.surface,
    }
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.muted))
    return palette


def _field_palette(tokens: Tokens) -> QPalette:
    """The palette of input fields: Fusion frames them in a darker shade of the window, invisible on a dark one."""
    palette = _palette(tokens)
    if tokens.dark:
        palette.setColor(QPalette.ColorRole.Window, QColor(tokens.border).lighter(180))
    return palette


def _icon(name: str, tokens: Tokens) -> str:
    return resource(f"icons/{name}-{'dark' if tokens.dark else 'light'}.svg").as_posix()


def _tint(color: str) -> str:
    """A trace of a colour, over whatever lies behind it."""
    trace = QColor(color)
    return f"rgba({trace.red()}, {trace.green()}, {trace.blue()}, 40)"


def _style_sheet(tokens: Tokens) -> str:
    return f"""
        QToolTip {{ color: {tokens.text}; background: {tokens.raised}; border: 1px solid {tokens.border}; }}
        QFrame#scenes {{ background: {tokens.surface}; border-bottom: 1px solid {tokens.border}; }}
        QFrame#toast {{ background: {tokens.surface}; border: 1px solid {tokens.muted}; border-radius: 6px; }}
        QFrame#palette {{ background: {tokens.surface}; border: 1px solid {tokens.muted}; border-radius: 8px; }}
        QFrame#palette QLineEdit {{
            background: {tokens.window}; border: 1px solid {tokens.accent}; border-radius: 4px; padding: 4px 6px;
        }}
        QStatusBar {{ color: {tokens.muted}; }}
        QStatusBar::item {{ border: none; }}
        Split::handle {{ background: {tokens.window}; }}
        Split::handle:hover {{ background: {tokens.accent}; }}
        QLabel[role="muted"] {{ color: {tokens.muted}; }}
        QLabel[role="warning"] {{ color: {tokens.warning}; }}
        QLabel[role="severe"] {{ color: {tokens.warning}; font-weight: 600; }}
        QLabel[role="accent"] {{ color: {tokens.accent}; }}
        QLabel[role="error"] {{ color: {tokens.error}; }}
        QLineEdit[role="read-out"] {{ background: transparent; }}
        QLineEdit[refused="true"], QAbstractSpinBox[refused="true"], QComboBox[refused="true"] {{
            color: {tokens.warning}; background: {_tint(tokens.warning)};
        }}
        QLineEdit[role="typed"], QLineEdit[role="typed"][refused="true"] {{
            color: {tokens.text}; background: transparent; border: 1px solid transparent; border-radius: 4px;
        }}
        QLineEdit[role="typed"]:focus {{ border-color: {tokens.accent}; background: {tokens.surface}; }}
        QAbstractSpinBox[role="pill"] {{ background: transparent; }}
        QLineEdit[role="new"] {{
            background: {tokens.surface}; border: 1px solid {tokens.border}; border-radius: 4px;
        }}
        QLineEdit[role="new"]:focus {{ border-color: {tokens.accent}; }}
        QLineEdit[role="new"][refused="true"] {{ color: {tokens.text}; }}
        QLabel[role="heading"] {{ font-weight: 600; }}
        QCheckBox::indicator, QAbstractItemView::indicator {{
            width: 14px; height: 14px; border: 1px solid {tokens.muted}; border-radius: 3px;
            background: {tokens.surface};
        }}
        QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {{
            background: {tokens.accent}; border-color: {tokens.on_accent}; image: url("{_icon("check", tokens)}");
        }}
        QCheckBox::indicator:focus {{ border: 2px solid {tokens.accent}; }}
        QRadioButton::indicator {{
            width: 12px; height: 12px; border: 1px solid {tokens.muted}; border-radius: 7px;
            background: {tokens.surface};
        }}
        QRadioButton::indicator:checked {{
            width: 6px; height: 6px; border: 4px solid {tokens.accent}; background: {tokens.on_accent};
        }}
        QRadioButton:focus {{ color: {tokens.accent}; }}
        QToolButton {{ border: 1px solid transparent; border-radius: 4px; padding: 3px 6px; }}
        QToolButton[popupMode="2"] {{ padding-right: 16px; }}
        QToolButton::menu-indicator {{ subcontrol-origin: padding; subcontrol-position: center right; right: 4px; }}
        QToolButton:hover {{ background: {tokens.raised}; }}
        QToolButton[role="quiet"] {{ color: {tokens.muted}; padding: 0 4px; }}
        QToolButton[role="more"] {{ color: {tokens.accent}; padding: 0px; }}
        QToolButton[role="more"]::menu-indicator {{ image: none; }}
        QToolButton[role="fold"], QToolButton[role="apart"] {{ padding: 0px; }}
        QToolButton[role="apart"] {{ image: url("{_icon("float", tokens)}"); }}
        QToolButton[role="primary"] {{
            background: {tokens.accent}; color: {tokens.on_accent}; font-weight: 600; padding: 3px 12px 3px 8px;
        }}
        QToolButton[role="primary"]:disabled {{ background: {tokens.raised}; color: {tokens.muted}; }}
        QToolButton:checked {{ background: {tokens.raised}; border-color: {tokens.border}; }}
        QToolButton:focus, QScrollArea:focus {{ border: 1px solid {tokens.accent}; }}
        QToolButton[role="primary"]:focus {{ border: 2px solid {tokens.text}; padding: 2px 11px 2px 7px; }}
    """


class ThemeMenu(QMenu):
    """Offers three themes; the one last passed to `show_choice` is ticked."""

    chosen = Signal(ThemeChoice)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("&Theme"))
        names = {
            ThemeChoice.SYSTEM: self.tr("Same as &system"),
            ThemeChoice.LIGHT: self.tr("&Light"),
            ThemeChoice.DARK: self.tr("&Dark"),
        }
        self._group = QActionGroup(self)
        for choice, name in names.items():
            action = self._group.addAction(self.addAction(name))
            action.setCheckable(True)
            action.setData(choice.value)
        self._group.triggered.connect(self._choose)

    def show_choice(self, choice: ThemeChoice) -> None:
        """Tick this one."""
        for action in self._group.actions():
            action.setChecked(action.data() == choice.value)

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self.chosen.emit(ThemeChoice(action.data()))
