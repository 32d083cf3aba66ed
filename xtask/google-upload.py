"""Sends archives with Google's own client of its resumable protocol, over connections that break.

Arguments: the address of a server, and a token that may send batches there. The server must leave archives as they are.
"""

import base64
import hashlib
import io
import random
import socket
import sys
import threading

import requests
from google.resumable_media import common
from google.resumable_media.requests import ResumableUpload

CHUNK = 256 * 1024


class BreakingProxy:
    """Passes bytes on to the server; breaks a connection once so many bytes have gone that way."""

    def __init__(self, server):
        self.server = server
        self.breaks = []
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        server = socket.create_connection(self.server)
        threading.Thread(target=self.back, args=(server, client), daemon=True).start()
        while True:
            try:
                data = client.recv(16 * 1024)
            except OSError:
                data = b""
            with self.lock:
                is_break = bool(self.breaks) and data and self.breaks[0] <= len(data)
                if is_break:
                    data = data[: self.breaks.pop(0)]
                elif self.breaks:
                    self.breaks[0] -= len(data)
            try:
                server.sendall(data)
            except OSError:
                is_break = True
            if is_break or not data:
                close(client)
                close(server)
                return

    def back(self, server, client):
        try:
            while data := server.recv(16 * 1024):
                client.sendall(data)
        except OSError:
            pass
        close(client)


def close(side):
    # Not only this end's hold on it: the other thread has one too.
    try:
        side.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    side.close()


def send(proxy, token, data, chunk, checksum, says_size, breaks, retries):
    """One archive; `retries`: the client itself sends again what a break has cut, else we ask it to recover."""
    upload = ResumableUpload(
        proxy.url + "/v0.2/batches", chunk, checksum=checksum, headers={"Authorization": "Token " + token}
    )
    strategy = common.RetryStrategy(max_retries=50 if retries else 0, initial_delay=0.05)
    upload._retry_strategy = strategy
    stream = io.BytesIO(data)
    # The token is sent to make the batch, and never to its address.
    made = upload.initiate(
        requests.Session(), stream, {"filename": "by-google"}, "application/octet-stream", stream_final=says_size
    )
    assert made.json()["upload_url"] == upload.resumable_url
    with proxy.lock:
        proxy.breaks = list(breaks)
    transport, broken = requests.Session(), 0
    while not upload.finished:
        try:
            answer = upload.transmit_next_chunk(transport)
        except requests.exceptions.ConnectionError:
            assert not retries
            broken += 1
            upload.recover(transport)
    batch = answer.json()
    assert batch["batch_id"] == made.json()["batch_id"] and batch["status"] == "queued", batch
    assert batch["md5Hash"] == base64.b64encode(hashlib.md5(data).digest()).decode(), batch
    assert batch["archive_bytes"] == len(data), batch
    assert not proxy.breaks or not breaks, "the archive was sent before the connection could break"
    return broken


def main():
    address, token = sys.argv[1:]
    host, port = address.removeprefix("http://").split(":")
    proxy = BreakingProxy((host, int(port)))
    dice = random.Random(7)
    broken = 0
    for size in [1, CHUNK - 1, CHUNK, 4 * CHUNK, 4 * CHUNK + 1, 3_000_017]:
        data = dice.randbytes(size)
        for checksum in [None, "md5", "crc32c"]:
            for says_size in [True, False]:
                for chunk in [CHUNK, 2 * CHUNK]:
                    send(proxy, token, data, chunk, checksum, says_size, [], False)
    for round in range(24):
        data = dice.randbytes(2_000_000 + dice.randrange(500_000))
        breaks = [dice.randrange(1, 900_000) for _ in range(2)]
        checksum = ["md5", "crc32c"][round % 2]
        broken += send(proxy, token, data, CHUNK * dice.randint(1, 6), checksum, round % 3 > 0, breaks, round % 4 == 0)
    assert broken > 20, broken
    print("Google's client has sent 96 archives;", broken, "connections broke, and it went on")


main()
