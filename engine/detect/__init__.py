"""Detection: a tree of files becomes a plan, or a sentence that says why not. Pure."""
