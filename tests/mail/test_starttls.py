"""Mail leaves over TLS, and only to a server that shows a certificate we trust."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from devtools.sockets import free_port
from django.conf import LazySettings

from accounts.mail.delivery import deliver
from accounts.models import OutgoingEmail
from tests.mail.builders import owed
from tests.mail.sink import MailSink

pytestmark = pytest.mark.django_db
NAME = "localhost"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for localhost that nobody else has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


class _Counting(MailSink):
    """Remembers of each message whether it came over TLS."""

    def __init__(self) -> None:
        super().__init__()
        self.over_tls: list[bool] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.over_tls.append(session.ssl is not None)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def tls_server(certificate: Path, settings: LazySettings) -> Iterator[_Counting]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    sink = _Counting()
    server = Controller(
        sink, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True
    )
    server.start()
    settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_STARTTLS = NAME, server.port, True
    yield sink
    server.stop()


def test_mail_goes_over_tls_to_a_server_we_trust(
    tls_server: _Counting, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    owed("a@sunny-hill.example")
    assert deliver() == 1
    assert tls_server.over_tls == [True]


def test_a_server_that_nobody_vouches_for_gets_nothing(tls_server: _Counting) -> None:
    email = owed("a@sunny-hill.example")
    assert deliver() == 0
    assert tls_server.over_tls == []
    email.refresh_from_db()
    assert (email.state, email.attempts) == (OutgoingEmail.State.WAITING, 0)


def test_without_tls_the_server_gets_nothing(tls_server: _Counting, settings: LazySettings) -> None:
    settings.SMTP_STARTTLS = False
    owed("a@sunny-hill.example")
    assert deliver() == 0
    assert tls_server.over_tls == []
