"""Reports of what a window shows, written as pages of HTML."""
