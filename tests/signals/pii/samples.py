"""Texts with personal data in every form, and pieces to make more of them."""

from hypothesis import strategies as st

KEY_BLOCK = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nEFAASCBKcwggSj\n-----END PRIVATE KEY-----"

PIECES = (
    *("john@company.org", "a@b.com.The", "x@example.com", "jürgen@müller.de", "git@github.com:a/b", "@bob@social.coop"),
    *("130.89.148.77", "192.168.0.1", "12.3.2.1", "1.2.3.4", "v99.88.77.66", "2001:67c:2564:a119::77", "::1"),
    *("+33 1 42 68 53 00", "+1-212-664-7665", "(212) 664-7665", "212.664.7665", "01 42 68 53 00", "tel. 0301234567"),
    *("0044 (0)20 7946 0958", "0044\u00a0(0) 20 7946 0958", "1-202-555-0143", "1 (202) 555-0143", "03-5253-4111"),
    *("01\u00a042\u00a068\u00a053\u00a000", "mobile 0 1 \u2013 2\u20113(4) 5/6", "josé.pérez@correo.es", "名@例え.jp"),
    *("电话：010-82325588", "Fax: 2020-01-02", "+49", "(0)", "(+49) 30 901820", "密码 ：", "Passwort: ", "abc12345"),
    *("DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "DE88370400440532013000"),
    *("4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005", "4111111111111112"),
    *("ghp_" + "a8Kd7Qm2xZ" * 4, "AKIAIOSFODNN7QWERTYU", 'api_key="x8Fk29slQw81mZpq0"', "https://joe:pa55word@h.org"),
    *(KEY_BLOCK, "Jane Doe (@jane)", "Twitter: @jane_doe", "RT @bob:", "@property", "eyJ"),
    *(
        "<EMAIL>",
        "<IPV4>",
        "<IPV6>",
        "<PHONE>",
        "<IBAN>",
        "<CARD>",
        "<SECRET>",
        "<USER>",
        "email@example.com",
        "192.0.2.1",
        "2001:db8::1",
    ),
    *(
        " ",
        "\n",
        ".",
        ",",
        "-",
        "+",
        "@",
        "/",
        ":",
        "(",
        ")",
        "=",
        "_",
        "#",
        "0",
        "7",
        "12",
        "a",
        "É",
        "漢",
        "\U0001f600",
        "\u00a0",
    ),
)

# Numbers as rules for phones take them, or nearly: groups of digits, and marks between them.
_GROUPS = st.lists(st.text(alphabet="0127", min_size=1, max_size=5), min_size=2, max_size=7)
_NUMBERS = st.builds(
    lambda before, mark, groups: before + mark.join(groups),
    st.sampled_from(["", "0", "00", "1 ", "1-", "(", "tel ", "fax: ", "+"]),
    st.sampled_from([" ", "-", ".", "/", "\u00a0", "\u2013", " \u2013 ", ") ", " (", ")("]),
    _GROUPS,
)

TEXTS = st.one_of(
    st.text(),
    st.lists(_NUMBERS, min_size=1, max_size=3).map(" ".join),
    st.lists(
        st.sampled_from(["a", "é", "漢", "@", ".", "b.org", "x" * 600, " ", "\n", "_", ":", "://"]), max_size=10
    ).map("".join),
    st.text(alphabet="0123456789 +-.()/@:abAB=_<>\n\u00a0é漢", max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
)
