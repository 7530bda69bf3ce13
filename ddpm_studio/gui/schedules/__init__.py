"""The schedules panel: the list, and the selected schedule's sliders and findings."""
