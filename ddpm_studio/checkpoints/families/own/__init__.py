"""State dicts of networks that a person names with `--network`."""
