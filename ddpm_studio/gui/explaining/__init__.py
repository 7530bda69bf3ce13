"""Explanations of symbols, numbers, axes and curves, which whatever shows them gives when it is hovered."""
