"""Networks that no library here can host, or not without long imports: their parameter names are those of the files."""
