import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate.segmentation import sentence_splitter

# "The sun shines. We are going home.", or the like.
PAIRS = {
    "afr_Latn": ("Die son skyn.", "Ons gaan huis toe."),
    "als_Latn": ("Dielli po shkëlqen.", "Ne po shkojmë në shtëpi."),
    "amh_Ethi": ("ፀሐይ ታበራለች።", "ወደ ቤት እንሄዳለን።"),
    "arb_Arab": ("الشمس مشرقة.", "هل نذهب إلى البيت؟"),
    "asm_Beng": ("সূৰ্য উজলি আছে।", "আমি ঘৰলৈ যাম।"),
    "azj_Latn": ("Günəş parlayır.", "Biz evə gedirik."),
    "bel_Cyrl": ("Сонца свеціць.", "Мы ідзём дадому."),
    "ben_Beng": ("সূর্য উজ্জ্বল।", "আমরা বাড়ি যাচ্ছি।"),
    "bod_Tibt": ("ཉི་མ་ཤར་སོང་།", "ང་ཚོ་ནང་ལ་འགྲོ།"),
    "bul_Cyrl": ("Слънцето грее.", "Отиваме си вкъщи."),
    "cat_Latn": ("El sol brilla.", "Anem a casa."),
    "ces_Latn": ("Slunce svítí.", "Jdeme domů."),
    "cym_Latn": ("Mae'r haul yn tywynnu.", "Rydym yn mynd adref."),
    "dan_Latn": ("Solen skinner.", "Vi går hjem."),
    "deu_Latn": ("Die Sonne scheint.", "Wir gehen nach Hause."),
    "ell_Grek": ("Ο ήλιος λάμπει.", "Πάμε σπίτι;"),
    "eng_Latn": ("The sun shines.", "We are going home."),
    "est_Latn": ("Päike paistab.", "Me läheme koju."),
    "eus_Latn": ("Eguzkiak distira egiten du.", "Etxera goaz."),
    "fin_Latn": ("Aurinko paistaa.", "Menemme kotiin."),
    "fra_Latn": ("Le soleil brille.", "Nous rentrons à la maison."),
    "gle_Latn": ("Tá an ghrian ag taitneamh.", "Táimid ag dul abhaile."),
    "glg_Latn": ("O sol brilla.", "Imos para a casa."),
    "guj_Gujr": ("સૂર્ય ચમકે છે.", "અમે ઘરે જઈએ છીએ."),
    "hau_Latn": ("Rana tana haskakawa.", "Muna tafiya gida."),
    "heb_Hebr": ("השמש זורחת.", "אנחנו הולכים הביתה."),
    "hin_Deva": ("सूरज चमक रहा है।", "हम घर जा रहे हैं।"),
    "hrv_Latn": ("Sunce sja.", "Idemo kući."),
    "hun_Latn": ("Süt a nap.", "Hazamegyünk."),
    "hye_Armn": ("Արևը շողում է։", "Մենք գնում ենք տուն։"),
    "ibo_Latn": ("Anyanwụ na-acha.", "Anyị na-ala ụlọ."),
    "ind_Latn": ("Matahari bersinar.", "Kami pulang ke rumah."),
    "isl_Latn": ("Sólin skín.", "Við erum að fara heim."),
    "ita_Latn": ("Il sole splende.", "Andiamo a casa."),
    "jpn_Jpan": ("太陽が輝いています。", "家に帰りましょう！"),
    "kan_Knda": ("ಸೂರ್ಯ ಹೊಳೆಯುತ್ತಿದ್ದಾನೆ.", "ನಾವು ಮನೆಗೆ ಹೋಗುತ್ತಿದ್ದೇವೆ."),
    "kat_Geor": ("მზე ანათებს.", "სახლში მივდივართ."),
    "kaz_Cyrl": ("Күн жарқырап тұр.", "Біз үйге барамыз."),
    "khm_Khmr": ("ព្រះអាទិត្យរះ។", "យើងទៅផ្ទះ។"),
    "kor_Hang": ("해가 빛난다.", "우리는 집에 간다."),
    "kir_Cyrl": ("Күн жаркырап турат.", "Биз үйгө барабыз."),
    "lit_Latn": ("Šviečia saulė.", "Einame namo."),
    "lvs_Latn": ("Spīd saule.", "Mēs ejam mājās."),
    "mal_Mlym": ("സൂര്യൻ പ്രകാശിക്കുന്നു.", "ഞങ്ങൾ വീട്ടിലേക്ക് പോകുന്നു."),
    "mar_Deva": ("सूर्य चमकत आहे.", "आम्ही घरी जात आहोत."),
    "mkd_Cyrl": ("Сонцето сјае.", "Одиме дома."),
    "mya_Mymr": ("နေသာသည်။", "အိမ်ပြန်ကြမည်။"),
    "nld_Latn": ("De zon schijnt.", "We gaan naar huis."),
    "nob_Latn": ("Solen skinner.", "Vi skal hjem."),
    "npi_Deva": ("घाम लागेको छ।", "हामी घर जाँदैछौं।"),
    "ory_Orya": ("ସୂର୍ଯ୍ୟ ଚମକୁଛି।", "ଆମେ ଘରକୁ ଯାଉଛୁ।"),
    "pan_Guru": ("ਸੂਰਜ ਚਮਕ ਰਿਹਾ ਹੈ।", "ਅਸੀਂ ਘਰ ਜਾ ਰਹੇ ਹਾਂ।"),
    "pes_Arab": ("خورشید می‌درخشد.", "به خانه می‌رویم؟"),
    "pol_Latn": ("Słońce świeci.", "Idziemy do domu."),
    "por_Latn": ("O sol brilha.", "Vamos para casa."),
    "ron_Latn": ("Soarele strălucește.", "Mergem acasă."),
    "rus_Cyrl": ("Солнце светит.", "Мы идём домой."),
    "san_Deva": ("सूर्यः प्रकाशते।", "वयं गृहं गच्छामः॥"),
    "sat_Olck": ("ᱥᱤᱧ ᱪᱟᱸᱫᱚ᱾", "ᱟᱵᱚ ᱚᱲᱟᱜ᱾"),
    "sin_Sinh": ("හිරු බබළයි.", "අපි ගෙදර යනවා."),
    "slk_Latn": ("Slnko svieti.", "Ideme domov."),
    "slv_Latn": ("Sonce sije.", "Gremo domov."),
    "spa_Latn": ("El sol brilla.", "¿Vamos a casa?"),
    "srp_Cyrl": ("Сунце сија.", "Идемо кући."),
    "swe_Latn": ("Solen skiner.", "Vi går hem."),
    "swh_Latn": ("Jua linawaka.", "Tunaenda nyumbani."),
    "tam_Taml": ("சூரியன் ஒளிர்கிறது.", "நாங்கள் வீட்டிற்குச் செல்கிறோம்."),
    "tel_Telu": ("సూర్యుడు ప్రకాశిస్తున్నాడు.", "మేము ఇంటికి వెళ్తున్నాము."),
    "tgl_Latn": ("Sumisikat ang araw.", "Uuwi na kami."),
    "tir_Ethi": ("ጸሓይ ትበርህ ኣላ።", "ናብ ገዛ ንኸይድ ኣለና።"),
    "tur_Latn": ("Güneş parlıyor.", "Eve gidiyoruz."),
    "ukr_Cyrl": ("Сонце світить.", "Ми йдемо додому."),
    "urd_Arab": ("سورج چمک رہا ہے۔", "ہم گھر جا رہے ہیں۔"),
    "uzn_Latn": ("Quyosh porlayapti.", "Biz uyga ketyapmiz."),
    "vie_Latn": ("Mặt trời đang chiếu sáng.", "Chúng tôi đi về nhà."),
    "yor_Latn": ("Oòrùn ń ràn.", "A ń lọ sí ilé."),
    "zho_Hans": ("阳光明媚。", "我们回家吧！"),
    "zho_Hant": ("陽光明媚。", "我們回家吧？"),
    "zul_Latn": ("Ilanga liyakhanya.", "Siya ekhaya."),
}
SPACELESS = {"jpn_Jpan", "zho_Hans", "zho_Hant", "khm_Khmr", "mya_Mymr"}


@pytest.mark.parametrize("language", PAIRS)
def test_two_sentences_are_two(language: str) -> None:
    between = "" if language in SPACELESS else " "
    text = between.join(PAIRS[language])
    assert [part.strip() for part in sentence_splitter(language)(text)] == list(PAIRS[language])


def test_more_than_fifty_languages_and_twenty_scripts_are_held_to_examples() -> None:
    assert len({code.partition("_")[0] for code in PAIRS}) > 50
    assert len({code.partition("_")[2] for code in PAIRS}) > 20


@pytest.mark.parametrize("language", ["tha_Thai", "lao_Laoo"])
def test_sentences_that_end_in_a_space_alone_stay_together(language: str) -> None:
    text = "วันนี้อากาศดี เราไปสวนกัน" if language == "tha_Thai" else "ມື້ນີ້ອາກາດດີ ພວກເຮົາໄປສວນ"
    assert list(sentence_splitter(language)(text)) == [text]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("eng_Latn", "Dr. Smith met Mrs. Jones at 5 p.m. near St. Paul's."),
        ("deu_Latn", "Das gilt z. B. für den 3. Oktober bzw. den 1. Mai."),
        ("fra_Latn", "M. Dupont habite près de la gare, cf. la carte."),
        ("spa_Latn", "La Sra. López vive en EE.UU."),
        ("rus_Cyrl", "Он родился в 1990 г. в Москве."),
        ("eng_Latn", "Version 2.5.1 of foo.bar costs 3.50 dollars."),
    ],
)
def test_abbreviations_and_numbers_end_no_sentence(language: str, text: str) -> None:
    assert len(sentence_splitter(language)(text)) == 1


def test_codes_of_any_standard_mean_the_same() -> None:
    text = "सूरज चमक रहा है। हम घर जा रहे हैं।"
    assert {tuple(sentence_splitter(code)(text)) for code in ("hi", "hin", "hin_Deva")} == {
        ("सूरज चमक रहा है। ", "हम घर जा रहे हैं।")
    }


@given(st.sampled_from(sorted(PAIRS)), st.text(max_size=80))
def test_parts_joined_are_the_text(language: str, text: str) -> None:
    assert "".join(sentence_splitter(language)(text)) == text


@given(
    st.lists(st.sampled_from([*".!?。।။។ \n\r\t\"'»)”", "\u2028", "\x85", "\x0b", "\u3000", "a", "B", "字"])).map(
        "".join
    )
)
def test_parts_joined_are_the_text_whatever_the_marks(text: str) -> None:
    for language in ("eng_Latn", "jpn_Jpan", "khm_Khmr"):
        assert "".join(sentence_splitter(language)(text)) == text


def test_code_links_and_addresses_are_not_cut() -> None:
    split = sentence_splitter("en")
    for text in (
        "See http://docs.python.org/library/logging.html#logging.Formatter",
        "Call `x.run(). Wait` for it.",
        "Read [The Book. Part One](https://a.org/b) first.",
        "Read [The Book. Part One][book] first.",
    ):
        assert list(split(text)) == [text]
    assert list(split("Read https://a.org/page. Then `go`. Now.")) == [
        "Read https://a.org/page. ",
        "Then `go`. ",
        "Now.",
    ]
