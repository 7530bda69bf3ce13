"""The timeline: one axis and one moment through scales and pictures, and the bar that moves it."""
