"""Processes of their own for code that the user trusts: it may hold its interpreter or end it, but not ours."""
