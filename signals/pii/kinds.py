"""The kinds of personal data that are found, and what stands in their place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of personal data.

    Attributes:
        name: Its name; the column `<name>_count` tells how often it stands in a document.
        placeholder: What takes its place: the kind's name in angle brackets, in which no rule finds anything.
        definition: What counts, for the declaration of the column.
    """

    name: str
    placeholder: str
    definition: str


EMAIL = Kind(
    "email",
    "<EMAIL>",
    "E-mail addresses whose host ends with a top-level domain; not those at hosts reserved for examples (RFC 2606 and "
    "6761), users in addresses of the web, or places for `scp`.",
)
IPV4 = Kind(
    "ipv4",
    "<IPV4>",
    "IPv4 addresses of the public Internet; not private, local, documentation and multicast ones (RFC 6890), networks "
    "(with 0 at the end), nor numbers of versions, sections and objects: those with a name or a `v` before them, a "
    "suffix behind, or, where no word such as IP and no port says otherwise, fewer than two numbers of 32 and more "
    "(three where the first is below 10).",
)
IPV6 = Kind(
    "ipv6",
    "<IPV6>",
    "IPv6 addresses of the public Internet (global unicast, 2000::/3); not documentation ones (RFC 6890).",
)
PHONE = Kind(
    "phone",
    "<PHONE>",
    "Phone numbers: with a country's calling code behind + or 00, as long as numbers of that country are; in the forms "
    "of North America (212-664-7665), France (01 42 68 53 00), and Japan, Korea and Taiwan (03-5253-4111); and any of "
    "7 to 15 digits behind a word such as tel, fax or mobile.",
)
IBAN = Kind(
    "iban",
    "<IBAN>",
    "International bank account numbers of the form of their country whose check digits are right (ISO 13616, "
    "remainder 1 modulo 97).",
)
CARD = Kind(
    "card",
    "<CARD>",
    "Payment card numbers: of 14 to 19 digits, as an issuer has them, with the right check digit (ISO/IEC 7812, Luhn), "
    "unbroken or in groups; not in rows of numbers.",
)
SECRET = Kind(
    "secret",
    "<SECRET>",
    "Private keys, tokens and keys of services known by their form, users with passwords in addresses, and what is "
    "given to a key, secret or token (16 characters and more, of at least 3.5 bits of entropy each) or to a password, "
    "in eleven languages (8 characters and more, letters and digits among them). Stand-ins, such as those with EXAMPLE "
    "or `xxxx` in them, are left.",
)
USER_NAME = Kind(
    "user_name",
    "<USER>",
    "Names of users behind @ where they are plainly that: with the host of their server (@name@host), in brackets "
    "behind a person's name, behind RT or a word of greeting or thanks, before `said` or `wrote`, or on a line after "
    "the name of a social network. Decorators, tags and variables of programs look the same and are left alone.",
)

KINDS = (EMAIL, IPV4, IPV6, PHONE, IBAN, CARD, SECRET, USER_NAME)
