"""As whom we speak in a workspace, as the door has read it from SQL. By itself bolt would ask Slack each time."""

import logging

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.context import workspace_of
from engine.errors import Refusal
from engine.slack import bot_token
from engine.variables.vault import Vault
from engine.variables.worked_with import WORKED_WITH

log = logging.getLogger("slack_bolt")


class ByWorkspace(AsyncAuthorize):
    """Opens the token of the workspace that the door found."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult:
        """Without a token that can be opened, what needs none is answered all the same."""
        workspace = workspace_of(context)
        return AuthorizeResult(
            enterprise_id=None,
            team_id=workspace.team_id,
            bot_user_id=workspace.bot_user_id,
            bot_token=self._token(context),
            bot_scopes=workspace.scopes,
            user_id=user_id,
        )

    def _token(self, context: AsyncBoltContext) -> str | None:
        workspace = workspace_of(context)
        try:
            token = bot_token.token_of(self._vault, workspace)
        except Refusal as error:
            log.error("opening the token of the workspace %s: %s", workspace.team_id, error)
            return None
        WORKED_WITH.remember([token])
        return token.reveal()
