"""The schedules panel: the list, the chosen schedule's sliders, its findings."""
