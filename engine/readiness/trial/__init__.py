"""A second copy of what serves, started to be asked and tested; `trials.py` is its beginning and its end."""
