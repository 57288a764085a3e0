"""One story told by python-socketio: python3 story.py <url> <websocket|polling|upgrade>"""

import queue
import sys

import socketio

URL, MODE = sys.argv[1:]
TRANSPORTS = None if MODE == "upgrade" else [MODE]
PATIENCE = 20


class Client:
    """A client and the events it got."""

    def __init__(self, auth=None, namespaces=("/",)):
        self.events = queue.Queue()
        self.io = socketio.Client(reconnection=False)
        for namespace in namespaces:
            self.io.on("*", self.catch, namespace=namespace)
            self.io.on("disconnect", lambda *_: self.events.put(("disconnect",)), namespace=namespace)
        self.io.on("question", lambda question: f"{question[0]}? fine")
        self.io.connect(URL, auth=auth, transports=TRANSPORTS, namespaces=list(namespaces), wait_timeout=PATIENCE)

    def catch(self, name, *args):
        self.events.put((name, *args))

    def next(self, name):
        event = self.events.get(timeout=PATIENCE)
        assert event[0] == name, f"expected {name}, got {event}"
        return event[1:]

    def ask(self, name, data, namespace="/"):
        return self.io.call(name, data, namespace=namespace, timeout=PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.io.disconnect()


def a_client_joins_with_its_auth():
    with Client({"token": "123"}) as client:
        assert client.next("auth") == ({"token": "123"},)


def a_refusal_is_an_error():
    try:
        Client({"token": "wrong"})
    except socketio.exceptions.ConnectionError:
        return
    raise AssertionError("was let in")


def data_comes_back_as_it_was_sent():
    with Client() as client:
        client.next("auth")
        for data in ["zwei é 😀", {"deep": [True, None, 1.5]}, b"\x00\x01\xfe\xff", {"nested": b"\x07" * 20_000}]:
            client.io.emit("message", data)
            assert client.next("message-back") == (data,)
            assert client.ask("message-with-ack", data) == data


def the_server_asks_and_the_client_answers():
    with Client() as client:
        assert client.ask("ask-me", "how are you") == "how are you? fine"


def a_thousand_events_come_back_once_each():
    with Client() as client:
        client.next("auth")
        for number in range(1_000):
            client.io.emit("message", number)
        # python-socketio handles every message on a thread of its own, so the order it shows proves nothing.
        assert sorted(client.next("message-back")[0] for _ in range(1_000)) == list(range(1_000))
        assert client.io.transport() == ("polling" if MODE == "polling" else "websocket")


def a_room_hears_what_is_shouted_into_it():
    with Client() as ana, Client() as ben:
        ana.next("auth")
        ben.next("auth")
        assert ana.ask("join", "lobby") == ["lobby"]
        ben.ask("join", "lobby")
        ana.io.emit("shout", ("lobby", {"goal": 1}))
        assert ben.next("shouted") == ({"goal": 1},)
        ana.ask("message-with-ack", 1)
        assert ana.events.empty()


def namespaces_share_a_connection():
    with Client(namespaces=("/", "/custom")) as client:
        assert client.ask("message-with-ack", "custom", namespace="/custom") == "custom"
        assert client.ask("message-with-ack", "main") == "main"


def a_client_that_is_thrown_out_knows_it():
    with Client() as client:
        client.next("auth")
        client.io.emit("throw-me-out")
        client.next("disconnect")


STORY = [
    a_client_joins_with_its_auth,
    a_refusal_is_an_error,
    data_comes_back_as_it_was_sent,
    the_server_asks_and_the_client_answers,
    a_thousand_events_come_back_once_each,
    a_room_hears_what_is_shouted_into_it,
    namespaces_share_a_connection,
    a_client_that_is_thrown_out_knows_it,
]

for tell in STORY:
    tell()
print(f"{len(STORY)} chapters told by python-socketio over {MODE}")
