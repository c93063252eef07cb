"""A job under way in a container.

Without a channel everything happens in `take`, which `wait` calls when the container's stream is readable. With one,
bytes must pass between the caller's socket and the container while the caller blocks on its own end of it: a thread
of the job's own drives the session then, and `take` only asks whether it has come to an end. A session belongs to one
thread: the caller's, or, until the ending stands, the job's.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable
from typing import Protocol

from sandboxes.docker.session import GRACE_SECONDS, Ending, Session
from sandboxes.guest import wire
from sandboxes.local.running import reading
from sandboxes.sandbox import Limits, Outcome

_MB = 1 << 20
_JOIN_SECONDS = 5.0


class Host(Protocol):
    """What a running job needs of the sandbox that started it."""

    @property
    def resident(self) -> int:
        """Bytes of its own that a program's process begins with."""
        ...

    def broken(self) -> None:
        """The container failed, or is not as it was: end it; the next job gets another."""
        ...


class DockerRunning:
    """See `sandboxes.sandbox.Running`."""

    def __init__(self, host: Host, session: Session, limits: Limits, release: Callable[[], None]) -> None:
        self._host = host
        self._session = session
        self._limits = limits
        self._release = release
        self._outcome: Outcome | None = None
        self._carrier = _Carrier(session) if session.channel is not None else None

    @property
    def deadline(self) -> float:
        """When to give the container up."""
        return self._session.deadline + (GRACE_SECONDS if self._carrier is not None else 0.0)

    def watch(self) -> tuple[int, ...]:
        """The container's stream, or what tells that the job's thread has seen the end."""
        if self._outcome is not None:
            return ()
        return (self._session.connection.fileno() if self._carrier is None else self._carrier.fileno(),)

    def kill(self) -> None:
        """Ask for the end of the job; the container is given up if it does not come."""
        if self._outcome is not None:
            return
        if self._carrier is not None:
            self._carrier.ask(_Carrier.KILL)
        else:
            self._session.kill()

    def take(self) -> Outcome | None:
        """One look, without waiting."""
        if self._outcome is None:
            if self._carrier is None:
                self._session.turn()
                ending = self._session.ending
            else:
                ending = self._carrier.ending()
            if ending is not None:
                self._conclude(ending)
        return self._outcome

    def wait(self) -> Outcome:
        """Drive the job to its end."""
        outcome = self.take()
        while outcome is None:
            poller = select.poll()
            poller.register(self.watch()[0], select.POLLIN)
            poller.poll(max(0, int((self.deadline - time.monotonic()) * 1000) + 1))
            outcome = self.take()
        return outcome

    def abandon(self, why: str) -> None:
        """The sandbox is being closed: the job is lost."""
        if self._outcome is not None:
            return
        if self._carrier is not None:
            self._carrier.ask(_Carrier.STOP)
            self._carrier.join(_JOIN_SECONDS)
        self._session.lose(why)
        assert self._session.ending is not None
        self._conclude(self._session.ending)

    def _conclude(self, ending: Ending) -> None:
        session = self._session
        if self._carrier is not None:
            self._carrier.close()
        if ending.end is None:
            outcome = Outcome(
                status="lost",
                stdout=bytes(session.stdout),
                stderr=bytes(session.stderr),
                wall_seconds=time.monotonic() - session.begun,
                detail=ending.lost,
            )
        else:
            outcome = self._outcome_of(ending.end, ending.starved)
        if ending.end is None or ending.hurt:
            self._host.broken()
        self._outcome = outcome
        self._release()

    def _outcome_of(self, end: wire.End, starved: bool) -> Outcome:
        status, exit_code, number = reading(end.reason, end.wait_status, starved, end.cpu_seconds, self._limits)
        detail = ""
        if not end.started:
            status, exit_code, number = "lost", None, None
            detail = end.detail.decode(errors="replace")
        elif self._session.overrun:
            status, exit_code, number = "output_limit", None, None
        most = self._limits.output_kb * 1024
        return Outcome(
            status=status,
            exit_code=exit_code,
            signal=number,
            stdout=bytes(self._session.stdout[:most]),
            stderr=bytes(self._session.stderr[:most]),
            wall_seconds=end.wall_seconds,
            cpu_seconds=end.cpu_seconds,
            peak_memory_mb=round(max(0, end.peak_rss - self._host.resident) / _MB, 2),
            detail=detail,
        )


class _Carrier:
    """The thread of a job with a channel: drives its session to the end, then hands the caller what is left for it."""

    KILL, STOP = b"k", b"s"

    def __init__(self, session: Session) -> None:
        self._session = session
        self._wake, self._woken = socket.socketpair()
        self._done, self._tell = socket.socketpair()
        self._wake.setblocking(False)
        self._woken.setblocking(False)
        self._ending: Ending | None = None
        self._thread = threading.Thread(target=self._carry, name="truegrade-channel", daemon=True)
        self._thread.start()

    def fileno(self) -> int:
        """Readable once the session has come to its end."""
        return self._done.fileno()

    def ending(self) -> Ending | None:
        """The ending, once the session has one."""
        return self._ending

    def ask(self, what: bytes) -> None:
        """Have the thread end the job (KILL) or give it up (STOP)."""
        try:
            self._wake.send(what)
        except OSError:  # it has ended, or has been asked often enough to know
            return

    def join(self, seconds: float) -> None:
        """Wait for the thread."""
        self._thread.join(seconds)

    def close(self) -> None:
        """Let go of what the caller watches."""
        self._wake.close()
        self._done.close()

    def _carry(self) -> None:
        session = self._session
        try:
            with self._woken:
                while session.ending is None:
                    self._poll(session)
                    session.turn()
                    session.carry()
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller must not wait for ever
            session.lose(f"carrying the channel failed: {type(error).__name__}: {error}")
        finally:
            self._ending = session.ending
            self._tell.close()
        if self._ending is not None and self._ending.end is None:
            session.drop_channel()
        session.deliver_rest()

    def _poll(self, session: Session) -> None:
        poller = select.poll()
        backlog = session.connection.backlog
        poller.register(session.connection, select.POLLIN | (select.POLLOUT if backlog else 0))
        poller.register(self._woken, select.POLLIN)
        events = session.channel_events()
        if session.channel is not None and events:
            poller.register(session.channel, events)
        patience = max(0, int((session.deadline - time.monotonic()) * 1000) + 1)
        if any(descriptor == self._woken.fileno() for descriptor, _ in poller.poll(patience)):
            asked = self._woken.recv(64)
            if self.STOP in asked or not asked:
                session.lose("the sandbox was closed")
            elif self.KILL in asked:
                session.kill()
