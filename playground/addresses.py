"""The addresses under which this start of the playground is reached; none of them is ever stored."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Addresses:
    """People get `localhost`, programs get 127.0.0.1, which every resolver agrees about."""

    port: int

    @property
    def web(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def clone(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        return f"{self.clone}/api/v3"
