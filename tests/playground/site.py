"""The pages as a browser without scripts has them: pages, forms, cookies."""

import re
from dataclasses import dataclass

import httpx


@dataclass(frozen=True)
class Browser:
    """One browser, acting as writer until told otherwise."""

    client: httpx.Client

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, path: str, **fields: str) -> httpx.Response:
        token = re.findall(r'name="form_token" value="(\w+)"', self.page("/"))[0]
        return self.client.post(path, data={"form_token": token, **fields})

    def press(self, path: str, **fields: str) -> str:
        """Sends a form that must be taken, and says where it led."""
        answer = self.send(path, **fields)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def act_as(self, login: str) -> None:
        self.press("/account", login=login, here="/")
