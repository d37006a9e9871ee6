"""A workspace's bot token: stored sealed, opened for a call, and only in the row that it was sealed for."""

from engine.settings import Secret
from engine.store.slack_workspaces import Workspace
from engine.variables.vault import Identity, Vault


def identity_of(team_id: str) -> Identity:
    """Which row a workspace's token belongs to."""
    return Identity(environment_id=f"slack:{team_id}", key="bot_token", version=1, is_secret=True, guard=False)


def seal(vault: Vault, team_id: str, token: Secret) -> bytes:
    """The token for this workspace alone. Raises Refusal without a key."""
    return vault.seal(identity_of(team_id), token)


def token_of(vault: Vault, workspace: Workspace) -> Secret:
    """The workspace's token. Raises Unreadable, of a workspace that has left too; Refusal without a key."""
    return vault.open(identity_of(workspace.team_id), workspace.sealed_token or b"")
