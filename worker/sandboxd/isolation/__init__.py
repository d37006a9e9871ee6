"""Building the box: bubblewrap, control groups, user ids, the synthetic /etc, the toolchains."""
