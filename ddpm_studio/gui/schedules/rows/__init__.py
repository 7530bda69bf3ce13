"""The rows of the list: what each says, where its parts lie, how it is painted, and what a press on it does."""
