"""Ground floor of the window: its one State, the Studio that changes it, and what a run is. No panel, no torch."""
