# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate authority made at start-up and the server certificate it issues."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import tempfile
from collections.abc import Iterable
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# duo_client compares host names with dNSName entries only, so the address stands here a second time.
NAMES = ("localhost", "127.0.0.1")
ADDRESS = ipaddress.IPv4Address("127.0.0.1")


def server_context(ca_path: Path, names: Iterable[str] = ()) -> ssl.SSLContext:
    """A server's TLS context for this machine and `names`; its authority's certificate is written to `ca_path`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(ca_path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    with tempfile.NamedTemporaryFile(suffix=".pem") as chain:
        chain.write(_issue(authority, [*NAMES, *names]))
        chain.flush()
        context.load_cert_chain(chain.name)
    return context


def _issue(authority: trustme.CA, names: list[str]) -> bytes:
    """Key and certificate in PEM. By hand, because trustme turns every address into an iPAddress entry."""
    issuer = x509.load_pem_x509_certificate(authority.cert_pem.bytes())
    issuer_key = serialization.load_pem_private_key(authority.private_key_pem.bytes(), None)
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey):
        raise TypeError("trustme is expected to make elliptic curve keys")
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "identityops lab")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(_alternative_names(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .sign(issuer_key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def _alternative_names(names: Iterable[str]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([*map(x509.DNSName, dict.fromkeys(names)), x509.IPAddress(ADDRESS)])
