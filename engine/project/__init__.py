"""The project file of a repository: `slipway.yml`."""
