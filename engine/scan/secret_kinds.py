"""The kinds of secrets: detect-secrets' patterns, without those that are wrong more often than right, and some more."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector

#: Characters that go on with a word: what has one before or after it is a piece of something longer.
EDGE = re.compile(r"[A-Za-z0-9+]")
#: Characters of a secret at least.
SHORTEST = 8


@dataclass(frozen=True)
class Kind:
    """One kind."""

    name: str
    patterns: tuple[re.Pattern[str], ...]
    #: True: its form is that of a known issuer. False: it only looks like a secret, which a person has to judge.
    sure: bool = True
    #: What stands in every file that has one; empty: nothing certain.
    word: str = ""
    #: True: one that goes on is none.
    exact: bool = False

    def values(self, text: str) -> Iterator[tuple[int, str]]:
        """Place and value of each that stands in a text."""
        for pattern in self.patterns:
            for found in pattern.finditer(text):
                if self.sure and self._is_piece(text, found):
                    continue
                groups = [each for each in found.groups() if each and len(each) >= SHORTEST]
                yield found.start(), groups[0] if groups else found[0]

    def _is_piece(self, text: str, found: re.Match[str]) -> bool:
        """A piece of something longer, such as a picture in base64, can look like anything."""
        after = text[found.end() : found.end() + 1] if self.exact else ""
        return EDGE.search(text[max(0, found.start() - 1) : found.start()] + after) is not None


def _of(detector: type[RegexBasedDetector], name: str, word: str = "", *, exact: bool = False) -> Kind:
    return Kind(name, tuple(detector().denylist), word=word, exact=exact)


#: A key's first line alone stands in programs that look for keys; one with its bytes below is a key.
PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY(?: BLOCK)?-----(?:\s|\\r|\\n)+"
    r"(?:(?:Proc-Type|DEK-Info):[^\n]*(?:\s|\\n)+)*([A-Za-z0-9+/]{40,})"
)
#: A name that says secret, set to text in quotes, in a configuration or a program.
PASSWORD = re.compile(
    r"""(?im)^[ \t]*(?:(?:export|const|let|var|self\.)[ \t]*)?["']?[\w.-]{0,40}"""
    r"""(?:passw(?:or)?d|secret(?:_?key)?|api_?key|auth_?token|access_?token|private_?key)["']?[ \t]*"""
    r"""(?::|=|=>)[ \t]*["']([^"'\s]{12,80})["'][ \t]*[,;)]?[ \t]*(?:\#.*|//.*)?$"""
)
#: User and password in the address of a server elsewhere; a service's short name is nobody's server.
ADDRESS = re.compile(
    r"\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|rediss?|amqps?|https?|ftp)(?:\+\w+)?://[^\s:@/'\"<>$]{1,64}:"
    r"([^\s:@/'\"<>$]{8,64})@(?!localhost|127\.|0\.0|example)[\w-]+(?:\.[\w-]+)+"
)
KINDS = (
    _of(AWSKeyDetector, "AWS access key", exact=True),
    _of(AzureStorageKeyDetector, "Azure storage key", "AccountKey="),
    _of(DiscordBotTokenDetector, "Discord bot token"),
    _of(GitHubTokenDetector, "GitHub token", "_"),
    Kind("GitHub token", (re.compile(r"\bgithub_pat_[A-Za-z0-9_]{60,100}\b"),), word="github_pat_"),
    _of(GitLabTokenDetector, "GitLab token", "gl"),
    _of(MailchimpDetector, "Mailchimp key", "-us", exact=True),
    # Detect-secrets' own pattern takes a square of the line's length.
    Kind("npm token", (re.compile(r":_authToken=\s*[\"']?(npm_\w{30,60}|[A-Fa-f0-9-]{36}\b)"),), word="_authToken"),
    _of(OpenAIDetector, "OpenAI key", "T3BlbkFJ"),
    Kind("Anthropic key", (re.compile(r"\bsk-ant-[\w-]{80,120}\b"),), word="sk-ant-"),
    _of(PypiTokenDetector, "PyPI token", "pypi-"),
    _of(SendGridDetector, "SendGrid key", "SG."),
    _of(SlackDetector, "Slack token or webhook"),
    _of(SquareOAuthDetector, "Square secret", "sq0csp"),
    _of(StripeDetector, "Stripe live key", "_live_"),
    Kind("Telegram bot token", (re.compile(r"\d{8,10}:AA[\w-]{33}"),), word=":AA"),
    Kind("private key", (PRIVATE_KEY,), word="PRIVATE KEY"),
    Kind("password in an address", (ADDRESS,), sure=False, word="://"),
    Kind("password or key", (PASSWORD,), sure=False),
)
