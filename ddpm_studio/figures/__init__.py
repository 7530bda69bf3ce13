"""Figures for print: curves of schedules laid out in points on light paper, and written without Qt."""
