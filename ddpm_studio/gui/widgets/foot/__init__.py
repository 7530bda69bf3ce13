"""The foot of a window: messages, and hints at what the pointer can do where it is."""
