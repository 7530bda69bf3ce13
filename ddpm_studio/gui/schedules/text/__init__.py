"""The text of schedules as it is typed: its words, its completion, its numbers that can be dragged."""
