"""Configs of diffusers' schedulers: the schedule of every class, and why some have none."""
