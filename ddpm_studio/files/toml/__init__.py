"""TOML that anybody may have written."""
