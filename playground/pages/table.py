"""Every page and form of the playground."""

from playground.pages import deliveries, home, pull, repository, sign_in
from playground.pages.page import View

REPOSITORY = "/{owner}/{name}"
PULL = f"{REPOSITORY}/pull/{{number}}"

TABLE: tuple[tuple[str, str, View], ...] = (
    ("GET", "/", home.show_home),
    ("POST", "/account", home.choose_account),
    ("GET", "/avatars/{id}.svg", home.show_avatar),
    ("GET", "/login/oauth/authorize", sign_in.show_sign_in),
    ("POST", "/login/oauth/authorize", sign_in.sign_in),
    ("GET", "/deliveries", deliveries.show_deliveries),
    ("GET", "/deliveries/{delivery}", deliveries.show_delivery),
    ("POST", "/deliveries/{delivery}/attempts", deliveries.send_again),
    ("GET", REPOSITORY, repository.show_repository),
    ("POST", f"{REPOSITORY}/pulls", repository.open_pull),
    ("GET", f"{REPOSITORY}/commit/{{sha}}", repository.show_commit),
    ("GET", f"{REPOSITORY}/runs/{{run}}", pull.show_run),
    ("POST", f"{REPOSITORY}/runs/{{run}}/rerequest", pull.rerun),
    ("POST", f"{REPOSITORY}/runs/{{run}}/action", pull.press),
    ("GET", PULL, pull.show_pull),
    ("GET", f"{PULL}/live", pull.show_live),
    ("GET", f"{PULL}/files", pull.show_files),
    ("POST", f"{PULL}/comments", pull.comment),
    ("POST", f"{PULL}/state", pull.change_state),
    ("POST", f"{PULL}/merge", pull.merge),
)
