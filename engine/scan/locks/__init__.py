"""Lock files: which versions of which packages an application runs with, read without running anything."""
