"""The parts that several commands use. Nothing in this folder is a command."""
