"""PURE of Django: a certificate authority for one private network, and what it certifies.

Phones trust the root, and a trusted root could speak for every site there is. So the root's key is
forgotten as soon as it has signed the issuer, and the issuer is limited to private addresses and
local names. The limits stand in both: clients need not obey those of a root (RFC 5280), but must
obey an issuer's. Who steals the issuer's key can deceive phones in a private network only.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from checkpoint_site.lan.place import PRIVATE_NETWORKS, Place

LOCAL_DOMAINS = ("local", "home.arpa", "localhost")
AUTHORITY_LIFE = timedelta(days=730)
# Phones accept a year and more; what is stolen should be of use for less.
LEAF_LIFE = timedelta(days=90)
# A machine without internet may be wrong about the time; so may the phones.
CLOCK_MARGIN = timedelta(days=1)

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Authority:
    """The root that phones trust, and the issuer that signs. Only the issuer's key is kept."""

    root: x509.Certificate
    issuer: x509.Certificate
    key: Key

    def to_pem(self) -> bytes:
        """The issuer's key, the root and the issuer. A secret."""
        return _to_pem(self.key, self.root, self.issuer)

    @classmethod
    def from_pem(cls, pem: bytes) -> "Authority":
        """What `to_pem` gave. Raises ValueError."""
        key, [root, issuer] = _from_pem(pem)
        return cls(root, issuer, key)

    @property
    def name(self) -> str:
        """As the phone shows it in its lists."""
        [attribute] = self.root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(attribute.value)

    @property
    def fingerprint(self) -> str:
        """The root's SHA-256 in pairs of hexadecimal digits, as phones show it."""
        return self.root.fingerprint(hashes.SHA256()).hex(":").upper()

    @property
    def ends(self) -> datetime:
        """When it is worth nothing any more."""
        return self.root.not_valid_after_utc

    def to_der(self) -> bytes:
        """The root alone, as phones take it."""
        return self.root.public_bytes(serialization.Encoding.DER)

    def is_ending(self, *, now: datetime, margin: timedelta) -> bool:
        """Whether less than `margin` of its life is left."""
        return self.ends - now < margin


@dataclass(frozen=True)
class Leaf:
    """The server's certificate, and its key."""

    certificate: x509.Certificate
    key: Key

    def to_pem(self) -> bytes:
        """Key and certificate. A secret."""
        return _to_pem(self.key, self.certificate)

    @classmethod
    def from_pem(cls, pem: bytes) -> "Leaf":
        """What `to_pem` gave. Raises ValueError."""
        key, [certificate] = _from_pem(pem)
        return cls(certificate, key)

    @property
    def ends(self) -> datetime:
        """When it is worth nothing any more."""
        return self.certificate.not_valid_after_utc


def make_authority(*, now: datetime) -> Authority:
    """A new root and issuer. The root's key ends with this call."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    # The date and the letters tell it from others in a phone's list, when it is to be removed.
    name = f"Checkpoint {now:%Y-%m-%d} {secrets.token_hex(2).upper()}"
    root_name, issuer_name = _name(name), _name(f"{name} issuer")
    starts = now - CLOCK_MARGIN
    ends = starts + AUTHORITY_LIFE
    root = (
        _builder(root_name, root_name, root_key.public_key(), starts, ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(_limits(), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    issuer = (
        _builder(issuer_name, root_name, key.public_key(), starts, ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(_limits(), critical=True)
        .add_extension(_server_only(), critical=False)
        .add_extension(_signed_by(root), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    return Authority(root, issuer, key)


def make_leaf(authority: Authority, place: Place, *, now: datetime) -> Leaf:
    """A certificate for the place's address and name, that ends before its authority does."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.issuer
    starts = now - CLOCK_MARGIN
    ends = min(starts + LEAF_LIFE, issuer.not_valid_after_utc)
    certificate = (
        _builder(_name("Checkpoint server"), issuer.subject, key.public_key(), starts, ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(_server_only(), critical=False)
        .add_extension(_names(place), critical=False)
        .add_extension(_signed_by(issuer), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return Leaf(certificate, key)


def needs_renewal(leaf: Leaf, authority: Authority, place: Place, *, now: datetime) -> bool:
    """Whether a new leaf is due: for another place, by another authority, or near its end."""
    certificate = leaf.certificate
    signed_by = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    if signed_by != _signed_by(authority.issuer) or names != _names(place):
        return True
    starts, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    near_its_end = ends - now < (ends - starts) / 3
    # A leaf that ends with its authority cannot be followed by a later one.
    return now < starts or (near_its_end and ends < authority.issuer.not_valid_after_utc)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    starts: datetime,
    ends: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _names(place: Place) -> x509.SubjectAlternativeName:
    names = [x509.DNSName(place.name)] if place.name else []
    return x509.SubjectAlternativeName([x509.IPAddress(place.address), *names])


def _limits() -> x509.NameConstraints:
    networks = [x509.IPAddress(network) for network in PRIVATE_NETWORKS]
    domains = [x509.DNSName(domain) for domain in LOCAL_DOMAINS]
    return x509.NameConstraints([*networks, *domains], excluded_subtrees=None)


def _server_only() -> x509.ExtendedKeyUsage:
    return x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _signed_by(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    key = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key)


def _to_pem(key: Key, *certificates: x509.Certificate) -> bytes:
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = (item.public_bytes(serialization.Encoding.PEM) for item in certificates)
    return b"".join([private, *public])


def _from_pem(pem: bytes) -> tuple[Key, list[x509.Certificate]]:
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not an elliptic curve key")
    return key, x509.load_pem_x509_certificates(pem)
