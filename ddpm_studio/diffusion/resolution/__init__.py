"""Resolution: what the size of a picture asks of a schedule, and what of a picture noise leaves visible."""
