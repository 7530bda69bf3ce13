"""Faults: what nobody foresaw, kept out of Qt, logged and told, while the window goes on."""
