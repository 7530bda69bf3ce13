"""Points of a drawn schedule on its curves: where they lie, and the handles by which they are dragged."""
