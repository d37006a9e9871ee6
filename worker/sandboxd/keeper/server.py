"""What the host asks a keeper, over a unix socket: one line of JSON a connection, then an answer or a stream."""

import asyncio
import base64
import contextlib
import json
import signal
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from worker.sandboxd import egress
from worker.sandboxd.errors import InvalidRequest, KeeperGone, SandboxdError
from worker.sandboxd.keeper import frames
from worker.sandboxd.keeper.command import Command
from worker.sandboxd.keeper.commands import Commands
from worker.sandboxd.keeper.listeners import dial
from worker.sandboxd.keeper.spawn import Request
from worker.sandboxd.splice import Traffic

LONGEST_LINE = 96 << 20
_PING = 60.0
_CHUNK = 64 << 10
_SIGNALS: Mapping[object, int] = {"SIGNAL_SIGKILL": signal.SIGKILL, "SIGNAL_SIGTERM": signal.SIGTERM}

Question = Mapping[str, Any]
Answer = Mapping[str, object]


class KeeperServer:
    """Answers the host."""

    def __init__(self, commands: Commands, traffic: Traffic, stop: Callable[[], None]) -> None:
        self._commands = commands
        self._traffic = traffic
        self._stop = stop
        self._asked: Mapping[str, Callable[[Question], Awaitable[Answer]]] = {
            "list": self._list,
            "signal": self._signal,
            "input": self._input,
            "close_input": self._close_input,
            "network": self._network,
            "freeze": self._freeze,
            "kill_all": self._kill_all,
            "report": self._report,
            "ended": self._ended,
            "stop": self._end,
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of the host."""
        try:
            question = json.loads(await reader.readline() or b"{}")
            await self._dispatch(question, reader, writer)
        except (OSError, ValueError, asyncio.LimitOverrunError):
            # The host went away or is another program: nobody to answer.
            pass
        finally:
            writer.close()

    async def _dispatch(self, question: Question, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        match question.get("op"):
            case "start" | "connect":
                await self._stream(question, reader, writer)
            case "dial":
                await self._dial(question, reader, writer)
            case "watch":
                await reader.read()
            case op:
                writer.write(json.dumps(await self._answer(str(op), question)).encode() + b"\n")
                await writer.drain()

    async def _answer(self, op: str, question: Question) -> Answer:
        try:
            if op not in self._asked:
                raise InvalidRequest(f"The keeper was asked for {op!r}, which it doesn't know")
            return await self._asked[op](question)
        except SandboxdError as problem:
            return {"error": {"code": problem.code, "message": problem.sentence}}
        except OSError as problem:
            return {"error": {"code": "internal", "message": f"{op}: {problem}"}}

    async def _stream(self, question: Question, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if question["op"] == "start":
                command = await self._commands.start(_request(question))
            else:
                command = self._find(question, ended=True)
        except SandboxdError as problem:
            await _refuse(writer, problem.code, problem.sentence)
            return
        except OSError as problem:
            await _refuse(writer, "internal", f"Starting a command: {problem}")
            return
        subscriber = command.fanout.subscribe()
        writer.write(frames.event({"start": {"pid": command.pid}}))
        gone = asyncio.create_task(reader.read())
        gone.add_done_callback(lambda _: subscriber.finish())
        ping = float(question.get("ping") or _PING)
        try:
            while not gone.done():
                piece = await subscriber.take(ping)
                writer.write(piece or (b"" if subscriber.ended else frames.event({"keepalive": {}})))
                await writer.drain()
                if subscriber.drained:
                    return
        finally:
            gone.cancel()
            command.fanout.leave(subscriber)

    async def _dial(self, question: Question, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = int(question["port"])
        for command in self._commands.newest_first():
            with contextlib.suppress(OSError):
                connected = await dial(command, port)
                break
        else:
            writer.write(b'{"error": {"code": "unavailable", "message": "port is not open"}}\n')
            await writer.drain()
            return
        there, away = await asyncio.open_connection(sock=connected)
        try:
            writer.write(b"{}\n")
            await asyncio.gather(_pump(reader, away, self._count_in), _pump(there, writer, self._count_out))
        finally:
            away.close()

    def _count_in(self, size: int) -> None:
        self._traffic.received += size

    def _count_out(self, size: int) -> None:
        self._traffic.sent += size

    async def _list(self, _: Question) -> Answer:
        return {"processes": [_shown(command) for command in self._commands]}

    async def _signal(self, question: Question) -> Answer:
        number = _SIGNALS.get(question.get("signal"))
        if number is None:
            raise InvalidRequest("Signalling a process: only SIGTERM and SIGKILL are known")
        self._find(question).signal(number)
        return {}

    async def _input(self, question: Question) -> Answer:
        await self._find(question).write(base64.b64decode(question["content"]))
        return {}

    async def _close_input(self, question: Question) -> Answer:
        await self._find(question).close_input()
        return {}

    async def _network(self, question: Question) -> Answer:
        self._commands.egress = egress.from_json(question["network"])
        return {}

    async def _freeze(self, question: Question) -> Answer:
        self._commands.freeze(bool(question["frozen"]))
        return {}

    async def _kill_all(self, question: Question) -> Answer:
        self._commands.journal.note(str(question["cause"]), sentence=str(question["sentence"]))
        self._commands.kill_all(("resource_exhausted", str(question["sentence"])))
        return {}

    async def _report(self, _: Question) -> Answer:
        group = self._commands.order.group
        journal = self._commands.journal
        kills = sum(1 for event in journal.events if event["kind"] == "out_of_memory")
        return {
            "frozen": self._commands.frozen,
            "commands": len(list(self._commands)),
            "inits": [command.init for command in self._commands],
            "oom_kills": group.oom_kills() if group else kills,
            "denied": journal.denied,
            "events": journal.events,
            "received": self._traffic.received,
            "sent": self._traffic.sent,
        }

    async def _ended(self, _: Question) -> Answer:
        return {
            "ended": [
                {
                    "envs": dict(server.tags),
                    "exitCode": server.exit_code,
                    "outOfMemory": server.out_of_memory,
                    "tail": base64.b64encode(server.tail).decode(),
                }
                for server in self._commands.ended_servers
            ]
        }

    async def _end(self, _: Question) -> Answer:
        try:
            await self._commands.stop()
        except TimeoutError:
            raise KeeperGone("Killing a sandbox: some of its processes are still there") from None
        self._stop()
        return {}

    def _find(self, question: Question, ended: bool = False) -> Command:
        selector = question.get("process") or {}
        return self._commands.find(selector.get("pid"), selector.get("tag"), ended)


async def _refuse(writer: asyncio.StreamWriter, code: str, sentence: str) -> None:
    writer.write(frames.last((code, sentence)))
    await writer.drain()


def _request(question: Question) -> Request:
    process = question["process"]
    return Request(
        command=(str(process["cmd"]), *(str(word) for word in process.get("args", ()))),
        environment={str(name): str(value) for name, value in process.get("envs", {}).items()},
        cwd=str(process["cwd"]),
        stdin=bool(question.get("stdin", True)),
        tag=question.get("tag"),
        timeout=question.get("timeout"),
    )


def _shown(command: Command) -> dict[str, object]:
    first, *rest = command.request.command
    config = {"cmd": first, "args": rest, "envs": dict(command.request.environment), "cwd": command.request.cwd}
    tag = {"tag": command.request.tag} if command.request.tag else {}
    return {"config": config, "pid": command.pid, **tag}


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, count: Callable[[int], None]) -> None:
    with contextlib.suppress(OSError):
        while content := await source.read(_CHUNK):
            count(len(content))
            sink.write(content)
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()
