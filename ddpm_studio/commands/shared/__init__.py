"""Parts that several commands use. Nothing in this folder is a command."""
