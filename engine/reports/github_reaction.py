"""Reactions at GitHub (https://docs.github.com/en/rest/reactions/reactions). Asking twice for one makes one."""

from engine.errors import OutsideError
from engine.forge.clients import GitHubClients
from engine.forge.grants import WRITE_CONVERSATION
from engine.reports.outcomes import outcome_of, ref_of
from engine.reports.port import Outcome, Posted, Subject
from engine.reports.reaction_text import Reactions
from engine.reports.render import RendersReactions


class GitHubReaction(RendersReactions):
    """Adds the reactions that are missing."""

    def __init__(self, clients: GitHubClients) -> None:
        self.clients = clients

    def post(self, subject: Subject, content: object) -> Outcome:
        """Makes the comment carry each reaction once."""
        assert isinstance(content, Reactions)
        noted = subject.remote.get("there")
        there = [str(each) for each in noted] if isinstance(noted, list) else []
        where = f"/issues/comments/{content.comment_id}/reactions"
        try:
            with self.clients.within(subject.until):
                for each in content.contents:
                    if each not in there:
                        self.clients.request(
                            ref_of(content.repository), WRITE_CONVERSATION, "POST", where, json={"content": each}
                        )
                        there.append(each)
        except OutsideError as error:
            return outcome_of(error, {"there": there})
        return Posted({"there": there})
