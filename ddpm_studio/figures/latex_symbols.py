"""Symbols of curves and scales in LaTeX, no more of it than Matplotlib reads."""

from __future__ import annotations

import re

_LETTERS = {
    "ᾱ": r"\bar{\alpha}",
    "β̃": r"\tilde{\beta}",
    "α": r"\alpha",
    "β": r"\beta",
    "ε": r"\epsilon",
    "λ": r"\lambda",
    "σ": r"\sigma",
    "τ": r"\tau",
    "Λ": r"\Lambda",
    "₀": "_0",
    "₁": "_1",
    "₂": "_2",
    "−": "-",
    "→": r"\to ",
    "÷": r"\div ",
    " ": r"\ ",
}

_SUBSCRIPT = re.compile(r"_(\w(?:\w*(?:→\w+)?[−+]?\w*))")
_ROOTS = re.compile(r"√\(((?:[^()]|\([^()]*\))*)\)"), re.compile(r"√(\w[\u0300-\u036f]?(?:_\{[^}]*\})?)")
_AROUND_SIGN = re.compile(r" ([−+÷]) ")
_WORD = r"[A-Za-z]{2,}(?:-[A-Za-z]+)*"
_PART = re.compile("|".join([r"\\[a-z]+", *map(re.escape, _LETTERS), _WORD]))
_FUNCTIONS = {"ln", "log"}


def latex_of(symbol: str) -> str:
    r"""A symbol between dollars, its words upright.

    >>> for symbol in ("√(1/ᾱ_t − 1)", "ᾱ_t−1", "ln β̃_t", "SNR (dB)", "β_t ÷ A"):
    ...     print(latex_of(symbol))
    $\sqrt{1/\bar{\alpha}_{t}-1}$
    $\bar{\alpha}_{t-1}$
    $\ln\ \tilde{\beta}_{t}$
    $\mathrm{SNR}\ (\mathrm{dB})$
    $\beta_{t}\div A$
    """
    shown = _AROUND_SIGN.sub(r"\1", _SUBSCRIPT.sub(r"_{\1}", symbol))
    for root in _ROOTS:
        shown = root.sub(r"\\sqrt{\1}", shown)
    return f"${_PART.sub(_part, shown)}$"


def _part(found: re.Match[str]) -> str:
    text = found.group()
    if text.startswith("\\"):
        return text
    if text in _LETTERS:
        return _LETTERS[text]
    # Between dollars a hyphen would be a minus.
    return rf"\{text}" if text in _FUNCTIONS else "$-$".join(rf"\mathrm{{{word}}}" for word in text.split("-"))
