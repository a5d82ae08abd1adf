"""A time stamping authority (RFC 3161) over HTTP: openssl makes its answers."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """
[req]
distinguished_name = name
x509_extensions = ca
prompt = no
[name]
CN = Test time
O = Tests
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ts]
default_tsa = ts_config
[ts_config]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class Authority:
    """``url`` answers; ``root`` is what to trust (PEM); ``asked`` counts. While ``broken`` it
    answers with an error."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked = 0
        self.broken = False
        self.url = ""
        folder.mkdir()
        (folder / "config").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01")
        key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        self._openssl(f"req -x509 {key} -keyout ca.key -out ca.pem -days 30 -config config")
        self._openssl(f"req -new {key} -keyout tsa.key -out tsa.csr -config config")
        self._openssl(
            "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30"
            " -extfile config -extensions tsa -out tsa.pem"
        )
        self.root = (folder / "ca.pem").read_text()

    def stamp(self, query: bytes) -> bytes:
        """The answer to one TimeStampReq."""
        (self.folder / "query").write_bytes(query)
        self._openssl(
            "ts -reply -queryfile query -signer tsa.pem -inkey tsa.key -chain ca.pem -config config"
            " -section ts_config -out answer"
        )
        return (self.folder / "answer").read_bytes()

    def _openssl(self, arguments: str) -> None:
        command = ["openssl", *arguments.split()]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    one = Authority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["content-length"]))
            one.asked += 1
            body = b"" if one.broken else one.stamp(query)
            self.send_response(503 if one.broken else 200)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.url = f"http://127.0.0.1:{server.server_port}/tsa"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
