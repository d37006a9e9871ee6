"""Every page and form of the playground."""

from playground.pages import (
    deliveries,
    home,
    installation,
    organisation,
    pull,
    pull_forms,
    repository,
    settings,
    sign_in,
)
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
    ("GET", installation.HOME, installation.show_installations),
    ("POST", installation.HOME, installation.install),
    ("GET", f"{installation.HOME}/{{installation}}", installation.show_installation),
    ("POST", f"{installation.HOME}/{{installation}}", installation.change_installation),
    # The address that GitHub gives for an installation on an organisation.
    ("GET", "/organizations/{login}/settings/installations/{installation}", installation.show_installation),
    ("GET", "/organizations/{login}/people", organisation.show_people),
    ("POST", "/organizations/{login}/people", organisation.change_people),
    ("GET", REPOSITORY, repository.show_repository),
    ("GET", f"{REPOSITORY}/settings", settings.show_settings),
    ("POST", f"{REPOSITORY}/settings", settings.change_settings),
    ("POST", f"{REPOSITORY}/branches/delete", repository.delete_branch),
    ("POST", f"{REPOSITORY}/gardener", repository.let_gardener_in),
    ("POST", f"{REPOSITORY}/pulls", repository.open_pull),
    ("GET", f"{REPOSITORY}/commit/{{sha}}", repository.show_commit),
    ("GET", f"{REPOSITORY}/runs/{{run}}", pull.show_run),
    ("POST", f"{REPOSITORY}/runs/{{run}}/rerequest", pull.rerun),
    ("POST", f"{REPOSITORY}/runs/{{run}}/action", pull.press),
    ("POST", f"{REPOSITORY}/suites/{{suite}}/rerequest", pull.rerun_all),
    ("GET", PULL, pull.show_pull),
    ("GET", f"{PULL}/live", pull.show_live),
    ("GET", f"{PULL}/files", pull.show_files),
    ("POST", f"{PULL}/comments", pull.comment),
    ("POST", f"{PULL}/state", pull.change_state),
    ("POST", f"{PULL}/merge", pull.merge),
    ("POST", f"{PULL}/words", pull_forms.change_words),
    ("POST", f"{PULL}/draft", pull_forms.change_draft),
    ("POST", f"{PULL}/labels", pull_forms.put_label),
    ("POST", f"{PULL}/labels/take", pull_forms.take_label),
    ("POST", f"{PULL}/branch/delete", pull_forms.delete_branch),
)
