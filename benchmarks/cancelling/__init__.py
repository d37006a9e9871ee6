"""What the benchmark of cancelling runs on."""
