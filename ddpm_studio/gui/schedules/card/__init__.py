"""The card of the chosen line: the kind, sliders, a family's range, and findings with their remedies."""
