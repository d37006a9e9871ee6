"""AWS Amplify Hosting: pages from a content network, and the frameworks that render them."""

from engine.readiness.paths import aws_limits as limits
from engine.readiness.paths.answer import Answer, environment_step, moved_databases
from engine.readiness.paths.application_needs import Kind, Needs

PRICE = (
    "Under $1 a month for a small site: $0.023 a GB stored, with build minutes and traffic by use; rendering on a "
    "server adds $0.20 a GB-hour and $0.30 a million requests."
)
#: Frameworks that Amplify runs by an adapter of their community.
ADAPTED = {"astro": "Astro", "sveltekit": "SvelteKit"}


def amplify(needs: Needs) -> Answer:
    """What stands in the way there, and how it is done."""
    adapted = sorted(needs.stack.frameworks & set(ADAPTED)) if needs.kind is Kind.RENDERED else []
    missing = (
        *(f"{ADAPTED[name]} needs its community's Amplify adapter to render on the server." for name in adapted),
        *moved_databases(needs, "a function's disk isn't kept: use a hosted database, such as Amazon RDS."),
    )
    return Answer(
        missing=missing,
        steps=_steps(needs),
        price=PRICE,
        limits=(limits.AMPLIFY, limits.ARTIFACT, limits.APP_RUNNER, limits.AMPLIFY_PRICE),
    )


def _steps(needs: Needs) -> tuple[str, ...]:
    monorepo = "" if needs.root == "." else f", as a monorepo with root `{needs.root}`"
    output = (f"In the build settings, set the output directory to `{needs.pages}`.",) if needs.pages else ()
    return (
        f"AWS console → Amplify → Create new app → GitHub: choose the repository and its branch{monorepo}.",
        *(output if needs.kind is Kind.STATIC else ("Keep the build settings that Amplify detects.",)),
        *environment_step(needs, "Hosting → Environment variables"),
        "Save and deploy; each push to the branch deploys again.",
    )
