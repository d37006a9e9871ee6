"""A client that calls an ASGI application in this process, from tests that are not asynchronous."""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any

import httpx
from starlette.applications import Starlette


class Client:
    """Use it as a context: the application's lifespan is that of the block. Faults are answered, not raised."""

    def __init__(self, app: Starlette, base_url: str = "http://localhost:8080") -> None:
        self._app = app
        self._base_url = base_url

    def __enter__(self) -> "Client":
        self._runner = asyncio.Runner()
        self._lifespan: AbstractAsyncContextManager[Any] = self._app.router.lifespan_context(self._app)

        async def enter() -> None:
            await self._lifespan.__aenter__()

        self._runner.run(enter())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async def leave() -> None:
            await self._lifespan.__aexit__(kind, error, trace)

        self._runner.run(leave())
        self._runner.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        content: bytes = b"",
    ) -> httpx.Response:
        """One request; redirects are not followed."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=self._base_url) as client:
                return await client.request(method, path, headers=headers, params=params, content=content)

        return self._runner.run(send())

    def get(
        self, path: str, *, headers: Mapping[str, str] | None = None, params: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """One GET."""
        return self.request("GET", path, headers=headers, params=params)
