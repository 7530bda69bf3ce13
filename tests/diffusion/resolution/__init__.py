"""Tests of what the size of a picture asks of a schedule, and of what noise leaves visible."""
