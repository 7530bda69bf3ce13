"""Pictures in the window, wherever they are: what can be done with one of them."""
