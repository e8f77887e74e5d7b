"""A private network's certificate authority: what it is limited to, and what is renewed when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_address
from typing import TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, Subject, VerificationError

from checkpoint_site.lan import authority as module
from checkpoint_site.lan.authority import Authority, Leaf, make_authority, make_leaf, needs_renewal
from checkpoint_site.lan.place import Place

NOW = datetime(2021, 9, 14, 1, 0, tzinfo=UTC)
T = TypeVar("T", bound=x509.ExtensionType)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
PLACE = Place(IPv4Address("192.168.43.7"), "gate.local", 8443, 8080)
AUTHORITY = make_authority(now=NOW)
LEAF = make_leaf(AUTHORITY, PLACE, now=NOW)


def verify(leaf: Leaf, subject: Subject, *, authority: Authority = AUTHORITY) -> None:
    """As a browser does that trusts the root and is sent the issuer."""
    policy = PolicyBuilder().store(Store([authority.root])).time(NOW)
    policy.build_server_verifier(subject).verify(leaf.certificate, [authority.issuer])


def value(certificate: x509.Certificate, kind: type[T]) -> T:
    return certificate.extensions.get_extension_for_class(kind).value


def forged(*names: x509.GeneralName) -> Leaf:
    """What a thief of the issuer's key signs for itself."""
    key = AUTHORITY.key
    certificate = (
        x509.CertificateBuilder()
        .subject_name(LEAF.certificate.subject)
        .issuer_name(AUTHORITY.issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(value(LEAF.certificate, x509.ExtendedKeyUsage), critical=False)
        .add_extension(value(LEAF.certificate, x509.AuthorityKeyIdentifier), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Leaf(certificate, key)


def test_a_browser_that_trusts_the_root_accepts_the_address_and_the_name() -> None:
    verify(LEAF, x509.IPAddress(PLACE.address))
    verify(LEAF, x509.DNSName("gate.local"))
    with pytest.raises(VerificationError):
        verify(LEAF, x509.IPAddress(IPv4Address("192.168.43.8")))


def test_a_browser_that_trusts_another_root_does_not() -> None:
    policy = PolicyBuilder().store(Store([make_authority(now=NOW).root])).time(NOW)
    with pytest.raises(VerificationError):
        policy.build_server_verifier(x509.IPAddress(PLACE.address)).verify(
            LEAF.certificate, [AUTHORITY.issuer]
        )


@pytest.mark.parametrize("address", ["10.0.0.1", "172.16.0.1", "172.31.255.254", "169.254.9.9"])
def test_the_issuer_speaks_for_private_addresses(address: str) -> None:
    name = x509.IPAddress(ip_address(address))
    verify(forged(name), name)


@pytest.mark.parametrize("address", ["8.8.8.8", "172.15.255.255", "172.32.0.1", "2001:db8::1"])
def test_a_stolen_issuer_s_key_does_not_speak_for_other_addresses(address: str) -> None:
    name = x509.IPAddress(ip_address(address))
    with pytest.raises(VerificationError):
        verify(forged(name), name)


@pytest.mark.parametrize("domain", ["gate.local", "gate.home.arpa", "localhost"])
def test_the_issuer_speaks_for_local_names(domain: str) -> None:
    verify(forged(x509.DNSName(domain)), x509.DNSName(domain))


@pytest.mark.parametrize("domain", ["bank.example", "local.example", "notlocal", "arpa"])
def test_a_stolen_issuer_s_key_does_not_speak_for_other_names(domain: str) -> None:
    with pytest.raises(VerificationError):
        verify(forged(x509.DNSName(domain)), x509.DNSName(domain))


def test_the_limits_stand_in_the_issuer_too_where_no_client_may_ignore_them() -> None:
    for certificate in (AUTHORITY.root, AUTHORITY.issuer):
        limits = certificate.extensions.get_extension_for_class(x509.NameConstraints)
        assert limits.critical
        assert [str(name.value) for name in limits.value.permitted_subtrees or []] == [
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "169.254.0.0/16",
            "127.0.0.0/8",
            "local",
            "home.arpa",
            "localhost",
        ]


def test_the_root_s_key_is_not_among_what_is_kept() -> None:
    kept = Authority.from_pem(AUTHORITY.to_pem())
    assert kept.key.public_key() == AUTHORITY.issuer.public_key()
    assert kept.key.public_key() != AUTHORITY.root.public_key()
    assert AUTHORITY.to_pem().count(b"PRIVATE KEY-----") == 2  # one key: its begin and its end
    assert (kept.root, kept.issuer) == (AUTHORITY.root, AUTHORITY.issuer)


def test_the_issuer_signs_for_servers_and_makes_no_other_issuer() -> None:
    for certificate, depth in ((AUTHORITY.root, 1), (AUTHORITY.issuer, 0)):
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        assert basic.critical
        assert (basic.value.ca, basic.value.path_length) == (True, depth)
        usage = value(certificate, x509.KeyUsage)
        assert (usage.key_cert_sign, usage.crl_sign) == (True, True)
        assert not usage.digital_signature
    usages = value(AUTHORITY.issuer, x509.ExtendedKeyUsage)
    assert list(usages) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_the_leaf_says_what_phones_ask_for() -> None:
    certificate = LEAF.certificate
    names = value(certificate, x509.SubjectAlternativeName)
    assert names.get_values_for_type(x509.IPAddress) == [PLACE.address]
    assert names.get_values_for_type(x509.DNSName) == ["gate.local"]
    assert list(value(certificate, x509.ExtendedKeyUsage)) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert not value(certificate, x509.BasicConstraints).ca
    usage = value(certificate, x509.KeyUsage)
    assert (usage.digital_signature, usage.key_cert_sign) == (True, False)
    assert certificate.not_valid_before_utc == NOW - DAY  # a phone's clock may be slow
    assert certificate.not_valid_after_utc == NOW - DAY + timedelta(days=90)
    assert LEAF.key.public_key() == certificate.public_key()
    assert Leaf.from_pem(LEAF.to_pem()).certificate == certificate


def test_serials_and_keys_are_new_each_time() -> None:
    other = make_leaf(AUTHORITY, PLACE, now=NOW)
    assert other.certificate.serial_number != LEAF.certificate.serial_number
    assert other.certificate.public_key() != LEAF.certificate.public_key()


def test_a_machine_without_a_name_has_its_address_alone() -> None:
    leaf = make_leaf(AUTHORITY, replace(PLACE, name=None), now=NOW)
    names = value(leaf.certificate, x509.SubjectAlternativeName)
    assert list(names) == [x509.IPAddress(PLACE.address)]
    verify(leaf, x509.IPAddress(PLACE.address))


def test_the_authority_lives_two_years_and_has_a_name_to_find_it_by() -> None:
    assert AUTHORITY.root.not_valid_before_utc == NOW - DAY
    assert AUTHORITY.ends == AUTHORITY.issuer.not_valid_after_utc == NOW - DAY + 730 * DAY
    assert AUTHORITY.name.startswith("Checkpoint 2021-09-14 ")
    assert AUTHORITY.name != make_authority(now=NOW).name
    assert AUTHORITY.fingerprint.split(":") == [
        f"{byte:02X}" for byte in AUTHORITY.root.fingerprint(hashes.SHA256())
    ]


def test_the_authority_is_ending_when_less_than_the_margin_is_left() -> None:
    assert not AUTHORITY.is_ending(now=AUTHORITY.ends - 30 * DAY, margin=30 * DAY)
    assert AUTHORITY.is_ending(now=AUTHORITY.ends - 30 * DAY + SECOND, margin=30 * DAY)


def test_a_leaf_is_renewed_when_less_than_a_third_of_its_life_is_left() -> None:
    third_left = LEAF.ends - module.LEAF_LIFE / 3
    assert not needs_renewal(LEAF, AUTHORITY, PLACE, now=third_left)
    assert needs_renewal(LEAF, AUTHORITY, PLACE, now=third_left + SECOND)


def test_a_leaf_is_renewed_when_it_is_not_valid_yet() -> None:
    """A clock was set back: the phones' clocks may be right."""
    assert not needs_renewal(LEAF, AUTHORITY, PLACE, now=NOW - DAY)
    assert needs_renewal(LEAF, AUTHORITY, PLACE, now=NOW - DAY - SECOND)


@pytest.mark.parametrize(
    "place",
    [
        replace(PLACE, address=IPv4Address("192.168.43.8")),
        replace(PLACE, name="other.local"),
        replace(PLACE, name=None),
    ],
)
def test_a_leaf_is_renewed_for_another_address_or_name(place: Place) -> None:
    assert needs_renewal(LEAF, AUTHORITY, place, now=NOW)


def test_another_port_needs_no_other_leaf() -> None:
    assert not needs_renewal(LEAF, AUTHORITY, replace(PLACE, port=443), now=NOW)


def test_a_leaf_of_another_authority_is_renewed() -> None:
    assert needs_renewal(LEAF, make_authority(now=NOW), PLACE, now=NOW)


def test_a_leaf_ends_with_its_authority_and_is_then_not_renewed_over_and_over() -> None:
    late = AUTHORITY.ends - 10 * DAY
    leaf = make_leaf(AUTHORITY, PLACE, now=late)
    assert leaf.ends == AUTHORITY.ends
    assert not needs_renewal(leaf, AUTHORITY, PLACE, now=AUTHORITY.ends - SECOND)


def test_what_is_no_such_pem_is_a_value_error() -> None:
    for pem in (b"", b"nonsense", LEAF.to_pem()):
        with pytest.raises(ValueError):  # noqa: PT011 each of cryptography's own
            Authority.from_pem(pem)
