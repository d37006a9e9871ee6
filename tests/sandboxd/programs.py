"""Small programs that tests run inside sandboxes."""

# Answers HTTP with its name and echoes bytes after an upgrade; takes the address to bind and its name.
SERVER = """
import os, socket, sys, threading
UPGRADED = b"HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n"
ANSWER = b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n"
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
listener = socket.socket(family)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((sys.argv[1], int(os.environ["PORT"])))
listener.listen(50)
def serve(connection):
    with connection:
        head = b""
        while b"\\r\\n\\r\\n" not in head:
            piece = connection.recv(65536)
            if not piece:
                return
            head += piece
        if b"upgrade: websocket" in head.lower():
            connection.sendall(UPGRADED)
            piece = head.partition(b"\\r\\n\\r\\n")[2] or connection.recv(65536)
            while piece:
                connection.sendall(piece)
                piece = connection.recv(65536)
        elif head.startswith(b"GET /big"):
            connection.sendall(ANSWER % 20000000)
            connection.sendall(b"z" * 20000000)
        else:
            body = sys.argv[2].encode()
            connection.sendall(ANSWER % len(body) + body)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""

# Tries to connect to each host:port of its arguments and tells those that answered.
REACH = """
import socket, sys
for place in sys.argv[1:]:
    host, _, port = place.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=1).close()
    except OSError:
        continue
    print("REACHED", place)
print("tried", len(sys.argv) - 1)
"""
