"""The certificate under which the server speaks TLS."""

from __future__ import annotations

import ssl
from pathlib import Path

import grpc

from domain.errors import InvalidInput


def read_credentials(certificate: Path | None, key: Path | None) -> grpc.ServerCredentials | None:
    """Read a certificate chain and its private key, PEM both; None without them: plain text.

    Raises InvalidInput for one without the other and for what is no such pair, OSError for files that can't be read.
    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        missing = "certificate" if certificate is None else "key"
        raise InvalidInput.one(missing, "is missing", "certificate and key together, or neither")
    pair = (key.read_bytes(), certificate.read_bytes())
    try:
        # The library would only say that it cannot listen.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=_no_password)
    except (ssl.SSLError, ValueError) as error:
        raise InvalidInput.one("certificate", f"{certificate} and {key} are no pair: {error}", "PEM files") from error
    return grpc.ssl_server_credentials([pair])


def _no_password() -> str:
    """A server has nobody to ask."""
    raise ValueError("the key is encrypted")
