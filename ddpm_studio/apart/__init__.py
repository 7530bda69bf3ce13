"""The beginning of processes that end with this one: importing this is quick."""
