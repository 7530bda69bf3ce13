"""Networks that no library here can host: modules whose parameter names are those of the files."""
