"""The numbers: every coefficient at t, every t of a schedule, and the formula explained."""
