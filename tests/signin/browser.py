"""A browser in a test: calls an ASGI application in this process and keeps its cookies."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
from starlette.applications import Starlette


class Browser:
    """Use it as a context. Redirects are not followed."""

    def __init__(self, app: Starlette, base_url: str) -> None:
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url)
        self._host = httpx.URL(base_url).host

    def __enter__(self) -> "Browser":
        self._runner = asyncio.Runner()
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies it holds."""
        return dict(self._client.cookies)

    def hold(self, name: str, value: str) -> None:
        """Puts one cookie in place of all."""
        self._client.cookies.clear()
        if name:
            self._client.headers["Cookie"] = f"{name}={value}"

    def forget(self) -> None:
        """Drops all cookies."""
        self._client.cookies.clear()
        self._client.headers.pop("Cookie", None)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request."""
        return self._runner.run(self._client.request(method, path, **more))

    def get(self, path: str, *, params: Mapping[str, str] | None = None, **more: Any) -> httpx.Response:
        """One GET."""
        return self.request("GET", path, **(more | ({"params": params} if params else {})))

    def post(self, path: str, **more: Any) -> httpx.Response:
        """One POST."""
        return self.request("POST", path, **more)

    def delete(self, path: str, **more: Any) -> httpx.Response:
        """One DELETE."""
        return self.request("DELETE", path, **more)
