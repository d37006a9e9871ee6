"""What the benchmarks of deploys share."""
