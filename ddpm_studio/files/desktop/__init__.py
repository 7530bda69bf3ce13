"""The desktop of the person: what has its menus offer the program."""
