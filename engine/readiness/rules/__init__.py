"""The rules of readiness, one a file; `table.py` lists them."""
