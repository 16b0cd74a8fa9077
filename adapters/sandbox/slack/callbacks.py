"""Delivery to an app in HTTP mode: signed requests to its request URL (docs.slack.dev, Verifying requests)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Awaitable
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout

from adapters.sandbox.side import Refusal
from adapters.sandbox.slack.delivery import ACK_SECONDS, Ack, Envelope

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Callbacks:
    """Posts envelopes to a URL of the app's, signed with its signing secret."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret
        self._session = ClientSession(timeout=ClientTimeout(total=ACK_SECONDS))

    async def verify(self) -> None:
        """Ask the URL for proof that it is the app's. Raises `Refusal` where it gives none."""
        challenge = secrets.token_urlsafe(24)
        body = json.dumps({"token": "roundtable-sandbox", "challenge": challenge, "type": "url_verification"})
        ack = await self._post(body, JSON, {})
        answer = ack.payload.get("challenge") if isinstance(ack.payload, dict) else ack.payload
        if answer != challenge:
            await self.close()
            raise Refusal(f"{self._url} did not answer the challenge of its verification ({ack.reason or 'wrong'})")

    async def send(self, envelope: Envelope) -> Awaitable[Ack]:
        """Post an envelope; the answer's status within 3 seconds is its acknowledgement."""
        headers = {}
        if envelope.attempt:
            headers = {"X-Slack-Retry-Num": str(envelope.attempt), "X-Slack-Retry-Reason": envelope.reason}
        body, content_type = _wire(envelope)
        return asyncio.ensure_future(self._post(body, content_type, headers))

    async def disconnect(self) -> None:
        """There is no connection to close."""

    async def close(self) -> None:
        """Let go of the network."""
        await self._session.close()

    async def _post(self, body: str, content_type: str, headers: dict[str, str]) -> Ack:
        stamp = str(int(time.time()))
        digest = hmac.new(self._secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        signed = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }
        try:
            async with self._session.post(self._url, data=body.encode(), headers=signed | headers) as response:
                text = await response.text()
                if response.status // 100 != 2:  # noqa: PLR2004 - any 2xx is an acknowledgement
                    return Ack(ok=False, reason="http_error")
                return Ack(ok=True, payload=_answer(text, response.content_type))
        except TimeoutError:
            return Ack(ok=False, reason="http_timeout")
        except ClientError:
            return Ack(ok=False, reason="connection_failed")


def _wire(envelope: Envelope) -> tuple[str, str]:
    """An envelope's body and the type of its content."""
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload), JSON
    if envelope.kind == "interactive":
        return urlencode({"payload": json.dumps(envelope.payload)}), FORM
    return urlencode({name: _spelt(value) for name, value in envelope.payload.items()}), FORM


def _answer(text: str, content_type: str) -> object:
    if not text:
        return None
    return json.loads(text) if content_type == JSON else text


def _spelt(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
