"""One visitor's connection: judges every request, passes it to the application, and the answer back."""

import asyncio

import httptools

from bot.gateway import answers
from bot.gateway.address import Address
from bot.gateway.answer import Answer
from bot.gateway.connection import ANSWER, BODY, HEAD, HELD, LEAVING, SPLICE, Connection
from bot.gateway.framing import BadMessage, Framing
from bot.gateway.gate import Gate
from bot.gateway.heads import answer_head
from bot.gateway.pages import Page
from bot.gateway.request import HEAD_LIMIT, Request
from bot.gateway.routes import Route
from bot.gateway.upstream import Upstream

ONE_AT_A_TIME = "one request at a time: the next one came before this one's answer"


class Visitor(Connection):
    """The side of the visitor. One visitor, one upstream; nothing is shared with anybody."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(gate.limits)
        self.gate = gate
        self.request: Request | None = None
        self.route: Route | None = None
        self._framing = Framing(httptools.HttpRequestParser)
        self._buffer = b""
        self._upstream: Upstream | None = None
        #: What was sent upstream, while it may have to be sent again.
        self._sent = b""
        self._answering = False
        self._last = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: somebody came."""
        super().connection_made(transport)
        self.gate.visitors.add(self)

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes of a request."""
        state = self.state
        if state == HEAD:
            self._read_head(data)
        elif state == BODY:
            self._read_body(data)
        elif state == SPLICE:
            self.wait(self.limits.splice)
            if self._upstream is not None:
                self._upstream.write(data)
        elif state != LEAVING:
            # The next request before this one's answer (pipelining). It is not read, and this answer is the last.
            self._last = True
            self.transport.pause_reading()

    def _read_head(self, data: bytes) -> None:
        if self._buffer:
            data, seen = self._buffer + data, max(0, len(self._buffer) - 3)
        else:
            data, seen = data.lstrip(b"\r\n"), 0
            if not data:
                return
        end = data.find(b"\r\n\r\n", seen) + 4
        if max(end, 0 if end > 3 else len(data)) > HEAD_LIMIT:
            self._refuse(answers.bad_request("the request's head is longer than 64 KB"))
        elif end == 3:
            if not self._buffer:
                self.wait(self.limits.head)
            self._buffer = data
        else:
            self._buffer = b""
            self._begin(data[:end], data[end:])

    def _begin(self, head: bytes, rest: bytes) -> None:
        self.request = self.route = None
        try:
            self._framing.head(head)
            request = self.request = Request(head)
            if rest:
                self._framing.body(rest)
                if self._framing.begun > 1 or not request.body:
                    raise BadMessage(ONE_AT_A_TIME)
            decision = self.gate.decide(request)
        except BadMessage as error:
            self._refuse(answers.bad_request(str(error)))
            return
        if isinstance(decision, Page):
            self._reply(decision)
        elif isinstance(decision, Route):
            self._forward(decision, request, rest)
        else:
            self.hold(self._ask(decision.route, request, rest), self.limits.judgement)

    async def _ask(self, route: Route, request: Request, rest: bytes) -> None:
        decision = await self.gate.judge(route, request)
        if isinstance(decision, Page):
            self._reply(decision)
        else:
            self._forward(decision, request, rest)

    def _forward(self, route: Route, request: Request, rest: bytes) -> None:
        self.route = route
        address, upstream = route.address, self._upstream
        if address is None:
            self._reply(answers.no_application(route, self.gate.settings))
            return
        sent = self.gate.head_for(address, request, self.peer) + rest
        if upstream is not None:
            # A request that can't be sent twice doesn't go where the application may be about to close.
            fresh = request.replayable or self.now() - upstream.answered_at < self.limits.unsure
            if fresh and upstream.reusable and upstream.leads_to(address):
                self._send(upstream, request, sent)
                return
            self._drop_upstream()
        self.hold(self._dial(address, request, sent), self.limits.dial)

    async def _dial(self, address: Address, request: Request, sent: bytes) -> None:
        upstream = Upstream(address, self)
        try:
            await self.gate.dial(address, upstream)
        except OSError as error:
            self.upstream_lost(str(error))
        except asyncio.CancelledError:
            upstream.close()
            raise
        else:
            self._upstream = upstream
            self._send(upstream, request, sent)

    def _send(self, upstream: Upstream, request: Request, sent: bytes) -> None:
        if request.upgrade:
            # What comes before the application's consent isn't WebSocket yet, and stays unread.
            self.transport.pause_reading()
        elif self.state == HELD:
            self.release()
        self._sent = sent if request.replayable and upstream.answered_at else b""
        self._answering = False
        self.state = BODY if request.body and not self._framing.ended else ANSWER
        self.wait(self.limits.answer)
        upstream.ask(request.method, sent)

    def _read_body(self, data: bytes) -> None:
        try:
            self._framing.body(data)
            if self._framing.begun > 1:
                raise BadMessage(ONE_AT_A_TIME)
        except BadMessage as error:
            self._give_up(answers.bad_request(str(error)))
            return
        self.wait(self.limits.answer)
        if self._framing.ended:
            self.state = ANSWER
        if self._upstream is not None:
            self._upstream.write(data)

    def answer_began(self, answer: Answer, rest: bytes) -> None:
        """Upstream: the head of an answer."""
        request, route = self.request, self.route
        if request is None or route is None or self.state == LEAVING:
            return
        if answer.status < 200:
            self._interim(answer, request, rest)
            return
        # An answer before the body's end is the last one of this connection: nobody knows if the rest will be read.
        ends_with_connection = answer.body_length(request.method) is None and not answer.chunked
        if ends_with_connection or self.state == BODY or not request.keep_alive:
            self._last = True
        if request.upgrade:
            # Refused: it was a request like any other.
            self.release()
        self._answering = True
        self._sent = b""
        self.write(answer_head(answer, route.release, closing=self._last, indexed=route.indexed) + rest)

    def _interim(self, answer: Answer, request: Request, rest: bytes) -> None:
        if answer.status != 101:
            if request.version:
                self.write(answer_head(answer, "", closing=False))
            return
        if not request.upgrade:
            self._give_up(answers.bad_request("the application changed the protocol, and nobody asked it to", 502))
            return
        self.state = SPLICE
        self._answering = True
        self.wait(self.limits.splice)
        self.write(answer_head(answer, "", closing=False) + rest)
        self.release()

    def answer_goes_on(self, data: bytes) -> None:
        """Upstream: more of an answer."""
        self.deadline = self.now() + self.limits.stream
        self.write(data)

    def answer_ended(self) -> None:
        """Upstream: the answer is complete."""
        upstream = self._upstream
        self._answering = False
        if upstream is not None and not upstream.reusable:
            self._drop_upstream()
        if self._last:
            self._end()
        else:
            self.rest()

    def upstream_lost(self, why: str) -> None:
        """Upstream: gone while an answer was due."""
        self._upstream = None
        request, route = self.request, self.route
        if request is None or route is None or self.state in (HEAD, LEAVING):
            return
        if self._answering:
            self._end()
        elif self._sent and route.address is not None:
            sent, self._sent = self._sent, b""
            self.hold(self._dial(route.address, request, sent), self.limits.dial)
        elif request.replayable and (moved := self._moved_to(route)) is not None:
            self.hold(self._ask(moved, request, b""), self.limits.judgement)
        else:
            self._give_up(answers.not_answering(route, self.gate.settings))

    def _moved_to(self, route: Route) -> Route | None:
        """Where the route leads by now, if that is another place: the old one may end while a request is on its way."""
        current = self.gate.routes.get(route.label)
        return current if current is not None and current.address not in (None, route.address) else None

    def _reply(self, page: Page) -> None:
        """Answers in our own name."""
        request = self.request
        whole = request is not None and not (request.body and not self._framing.ended)
        keep = request is not None and whole and request.keep_alive and not self._last
        html = request is not None and request.navigation
        body = request is None or request.method != b"HEAD"
        self.write(page.answer(html=html, keep_alive=keep, body=body))
        if keep:
            self.rest()
        else:
            self._end()

    def _refuse(self, page: Page) -> None:
        self._last = True
        self._reply(page)

    def _give_up(self, page: Page) -> None:
        self._drop_upstream()
        if self._answering:
            self._end()
        else:
            self._refuse(page)

    def _drop_upstream(self) -> None:
        upstream, self._upstream = self._upstream, None
        if upstream is not None:
            upstream.close(flush=self.state == SPLICE)

    def _end(self) -> None:
        self._drop_upstream()
        self.leave()

    def late(self) -> None:
        """Called when the deadline has passed."""
        self.stop_work()
        if self.state == HELD and self.route is None:
            self._refuse(answers.JUDGING_TAKES_LONG)
        elif self.state in (HELD, ANSWER) and self.route is not None and not self._answering:
            self._give_up(answers.not_answering(self.route, self.gate.settings, status=504))
        else:
            self.evict()

    def evict(self) -> None:
        """Ends the connection at once: too late, or no longer allowed."""
        self._drop_upstream()
        self.abort()

    def turn_away(self, page: Page) -> None:
        """No longer welcome: says so, or just ends, when an answer flows already."""
        if self._answering:
            self.evict()
        else:
            self._give_up(page)

    def let_go(self) -> None:
        """Closes a resting upstream that is no longer its route's, so that an old application can end."""
        upstream, route = self._upstream, self.route
        if self.state == HEAD and upstream is not None and route is not None:
            current = self.gate.routes.get(route.label)
            if current is None or current.address is None or not upstream.leads_to(current.address):
                self._drop_upstream()

    def pause_writing(self) -> None:
        """asyncio: the visitor reads slower than the application sends."""
        if self._upstream is not None:
            self._upstream.transport.pause_reading()

    def resume_writing(self) -> None:
        """asyncio: the visitor caught up."""
        if self._upstream is not None and not self._upstream.transport.is_closing():
            self._upstream.transport.resume_reading()

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: the visitor left."""
        self.stop_work()
        self._drop_upstream()
        self.state = LEAVING
        self.gate.visitors.discard(self)
