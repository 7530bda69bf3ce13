"""The mouse in plots: gestures, and what is measured with one."""
