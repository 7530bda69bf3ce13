"""State dicts of networks that the user names with `--network`."""
