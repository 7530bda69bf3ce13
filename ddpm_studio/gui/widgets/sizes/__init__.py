"""Sizes that follow the font, which a person may choose larger or smaller than the system's."""
