"""Sources: a bare mirror per repository, and the files of one commit, without `.git` and without tokens."""
