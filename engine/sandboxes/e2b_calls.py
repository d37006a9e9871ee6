"""The few calls to a sandbox host that the SDK has no method for."""

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

#: Seconds for one call.
TIMEOUT = 15.0


def call(method: str, url: str, headers: Mapping[str, str], body: object = None) -> dict[str, Any]:
    """The JSON that the host answers; empty when what was asked about isn't there (404). Raises OSError.

    Plain http.client: making an httpx client costs more than the call (it loads every certificate).
    """
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        data = b"" if body is None else json.dumps(body).encode()
        connection.request(method, parts.path, data, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        text = answer.read()
    except http.client.HTTPException as error:
        raise OSError(f"the answer was cut off ({type(error).__name__})") from error
    finally:
        connection.close()
    if answer.status == http.client.NOT_FOUND:
        return {}
    if not 200 <= answer.status < 300:
        raise OSError(f"it answered {answer.status}")
    found = json.loads(text or b"{}")
    return found if isinstance(found, dict) else {}
