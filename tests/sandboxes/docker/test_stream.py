"""The stream between host and container: frames survive any cutting, and a container that lies is a lost job.

No daemon is needed: the container's end is in the test's hands.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandboxes import Limits
from sandboxes.docker.connection import Connection, ConnectionLost
from sandboxes.docker.session import Session
from sandboxes.guest import frames, wire

KINDS = st.sampled_from([frames.STDOUT, frames.CHANNEL, frames.BULK, frames.KILL])
FRAMES = st.lists(st.tuples(KINDS, st.integers(0, 2**32 - 1), st.binary(max_size=300)), max_size=8)


@given(FRAMES, st.integers(1, 50))
def test_frames_come_out_as_they_went_in_however_the_bytes_are_cut(sent: list[frames.Frame], size: int) -> None:
    stream = b"".join(frames.frame(*each) for each in sent)
    decoder = frames.Decoder()
    came = [each for at in range(0, len(stream), size) for each in decoder.feed(stream[at : at + size])]
    assert came == sent


def test_a_body_is_bounded_on_both_sides() -> None:
    with pytest.raises(ValueError, match="more than"):
        frames.frame(frames.STDOUT, 1, bytes(frames.BODY_MOST + 1))
    with pytest.raises(frames.BrokenStream):
        list(frames.Decoder().feed(struct.pack("!cII", b"1", 1, frames.BODY_MOST + 1)))
    assert len(list(frames.frames(frames.BULK, 1, bytes(2 * frames.BODY_MOST + 1)))) == 3


@given(
    st.integers(0, 2**40),
    st.integers(0, 2**40),
    st.integers(0, 2**40),
    st.booleans(),
    st.booleans(),
    st.binary(max_size=80),
)
def test_an_order_is_read_as_it_was_written(
    payload: int, stdin: int, output: int, channel: bool, silent: bool, order: bytes
) -> None:
    start = frames.Start(payload, stdin, output, channel, silent, order)
    assert frames.read_start(frames.start_body(start)) == start


class Container:
    """The far end of a session's stream, wrapped as the daemon wraps it."""

    def __init__(self) -> None:
        ours, self.socket = socket.socketpair()
        self.connection = Connection(ours)

    def writes(self, data: bytes, stream: int = 1) -> None:
        self.socket.sendall(struct.pack("!BxxxI", stream, len(data)) + data)

    def close(self) -> None:
        self.socket.close()
        self.connection.close()


@pytest.fixture
def container() -> Iterator[Container]:
    made = Container()
    yield made
    made.close()


def ended(reason: int = wire.BY_ITSELF) -> bytes:
    end = wire.End(reason, True, 0, 0.1, 0.1, 0, b"")
    return frames.frame(frames.ENDED, 1, frames.AFTERMATH.pack(False, False) + wire.end_message(end))


LIES = [
    ("no frame", b"\xff" * 9, "no frame"),
    ("an end that is none", frames.frame(frames.ENDED, 1, b"\0\0E"), "in no known way"),
    ("an end without anything", frames.frame(frames.ENDED, 1), "in no known way"),
    ("credit for what was not sent", frames.frame(frames.CREDIT, 1, frames.credit_body(1)), "more than it was sent"),
    ("credit that is no number", frames.frame(frames.CREDIT, 1, b"x"), "credit of 1 bytes"),
    ("more than the window", b"".join(frames.frames(frames.CHANNEL, 1, bytes(4 * frames.WINDOW))), "window"),
    ("that it is broken", frames.frame(frames.BROKEN, 0, b"out of luck"), "out of luck"),
]


@pytest.mark.parametrize(("said", "why"), [row[1:] for row in LIES], ids=[row[0] for row in LIES])
def test_a_container_that_does_not_keep_to_the_protocol_is_a_lost_job(
    container: Container, said: bytes, why: str
) -> None:
    session = Session(container.connection, 1, Limits(), None)
    for at in range(0, len(said), 1 << 15):
        container.writes(said[at : at + (1 << 15)])
        session.turn()
    assert session.ending is not None
    assert session.ending.end is None
    assert why in session.ending.lost


def test_a_third_stream_of_the_daemon_is_refused(container: Container) -> None:
    container.writes(b"x", stream=3)
    with pytest.raises(ConnectionLost, match="kind 3"):
        container.connection.receive()


def test_output_is_kept_up_to_its_limit_whatever_comes(container: Container) -> None:
    session = Session(container.connection, 1, Limits(output_kb=1), None)
    for _ in range(20):
        container.writes(frames.frame(frames.STDOUT, 1, bytes(1000)))
        session.turn()
    assert len(session.stdout) == 1025
    assert session.overrun


def test_what_is_late_for_another_job_is_dropped(container: Container) -> None:
    session = Session(container.connection, 2, Limits(), None)
    container.writes(frames.frame(frames.STDOUT, 1, b"late") + ended())
    session.turn()
    assert session.ending is None
    assert session.stdout == b""


def test_frames_in_what_a_program_printed_are_its_output(container: Container) -> None:
    session = Session(container.connection, 1, Limits(), None)
    container.writes(frames.frame(frames.STDOUT, 1, ended()))
    session.turn()
    assert session.ending is None
    assert session.stdout == ended()


def test_standard_error_of_the_container_is_told_at_its_end(container: Container) -> None:
    session = Session(container.connection, 1, Limits(), None)
    container.writes(b"a word of warning", stream=2)
    container.socket.shutdown(socket.SHUT_WR)
    session.turn()
    assert session.ending is not None
    assert session.ending.lost == "the container ended; it said: a word of warning"
