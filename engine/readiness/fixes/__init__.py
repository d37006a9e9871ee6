"""What a button can mend: one fix a file; `table.py` lists them."""
