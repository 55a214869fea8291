"""Ports of this machine."""

import errno
import socket


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def addresses(port: int) -> list[str]:
    """What to listen on so that http://localhost:PORT/ answers however a browser reads it."""
    return [f"127.0.0.1:{port}", *([f"[::1]:{port}"] if has_ipv6() else [])]


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def is_busy(port: int) -> bool:
    families = [(socket.AF_INET, "127.0.0.1"), *([(socket.AF_INET6, "::1")] if has_ipv6() else [])]
    for family, host in families:
        with socket.socket(family) as probe:
            # As the web server will: a port that only lingers after a stop is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    return True
                raise
    return False
