"""`python -m cli` is the `slipway` command."""

from cli.main import main

main()
