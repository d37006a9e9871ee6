"""What `slipway up` says once everything runs: what to open, and what to do there."""

from cli.up import playground
from cli.up.console import Console
from cli.up.house import House


def greet(console: Console, house: House, seconds: float) -> None:
    """Prints the addresses."""
    console.say(f"Slipway is up after {seconds:.1f} s.\n")
    lines = _with_playground(house) if house.with_playground else _with_github(house)
    lines.append(("Logs", str(house.data_dir / "logs")))
    width = max(len(name) for name, _ in lines)
    for name, words in lines:
        console.say(f"  {name:<{width}}  {words}")
    console.say("\nCtrl-C ends everything.")


def _with_playground(house: House) -> list[tuple[str, str]]:
    web = f"http://localhost:{house.playground_port}"
    lines = [("Playground", f"{web}/  (a GitHub on this machine: be its admin, writer or reader)")]
    for path in list(playground.sample_pulls(house.data_dir))[:1]:
        lines.append(("Pull request", f"{web}/{path}  (comment /preview there)"))
    if house.plays_slack:
        lines.append(("Slack", f"{web}/slack  (type /slipway help there)"))
    return [*lines, ("Slipway", f"{house.settings.public_url}/")]


def _with_github(house: House) -> list[tuple[str, str]]:
    url = house.settings.public_url
    if house.settings.github is None:
        return [("Slipway", f"{url}/setup")]
    hook = f"{url}/webhooks/github"
    return [("Slipway", f"{url}/"), ("Webhook address", hook), ("To begin", "open a pull request, or comment /preview")]
