"""Senders of events, and how long each of them waited for its answer."""

import random
import selectors
import socket
import time

EVENT = b'{"id": "evt_1", "object": "event", "type": "invoice.paid"}'
REQUEST = (
    b"POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(EVENT), EVENT)
)
PATIENCE = 20


class Failed(Exception):
    """An event was not answered with a 200."""


class Sender:
    """One keep-alive connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = b""

    def send(self):
        self.answer = b""
        self.sent = time.perf_counter()
        self.socket.sendall(REQUEST)

    def read(self):
        """Milliseconds from the event to its whole answer, once that is there."""
        some = self.socket.recv(65536)
        self.answer += some
        if not some or not self.answer.startswith(b"HTTP/1.1 200 "[: len(self.answer)]):
            raise Failed(self.answer)
        if self.answer.endswith(b"received\n") or self.answer.endswith(b"received\n\r\n0\r\n\r\n"):
            return (time.perf_counter() - self.sent) * 1000
        return None


def bursts(port, senders, events, seed):
    """All at once, and again when all have been answered and a while has passed."""
    return run(port, senders, events, seed, lambda chance: None)


def stream(port, senders, events, seed):
    """Each by itself, one event after the other with short pauses, some of none."""
    return run(port, senders, events, seed, lambda chance: max(0, chance.uniform(-0.01, 0.01)))


def run(port, senders, events, seed, pause):
    """Sends `events` and gives the times. `pause` says how long a sender waits; None waits for all."""
    chance = random.Random(seed)
    times, pausing, left = [], [], events
    with selectors.DefaultSelector() as selector:
        all_senders = [Sender(port) for _ in range(senders)]
        for sender in all_senders:
            selector.register(sender.socket, selectors.EVENT_READ, sender)
        waiting = 0
        for sender in all_senders:
            sender.send()
            waiting, left = waiting + 1, left - 1
        while waiting or pausing:
            until = max(0, pausing[0][0] - time.perf_counter()) if pausing else PATIENCE
            ready = selector.select(until)
            if not ready and not pausing:
                raise Failed(f"no answer within {PATIENCE} s")
            for key, _ in ready:
                sender = key.data
                took = sender.read()
                if took is None:
                    continue
                times.append(took)
                waiting -= 1
                wait = pause(chance)
                if wait is not None and left > 0:
                    left -= 1
                    pausing.append((time.perf_counter() + wait, id(sender), sender))
                    pausing.sort()
            if not waiting and not pausing and left > 0:
                time.sleep(chance.uniform(0.001, 0.3))
                for sender in all_senders[:left]:
                    sender.send()
                    waiting, left = waiting + 1, left - 1
            while pausing and pausing[0][0] <= time.perf_counter():
                pausing.pop(0)[2].send()
                waiting += 1
        for sender in all_senders:
            sender.socket.close()
    return times
