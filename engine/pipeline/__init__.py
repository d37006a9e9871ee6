"""The path of a build: source ▸ dependencies ▸ build ▸ launch, over a sandbox and a plan."""
