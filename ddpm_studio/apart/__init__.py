"""The beginning of processes for code that the user trusts, apart from all that opens it: importing this is quick."""
