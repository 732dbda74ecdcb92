"""Tables of letters and words: what spellings of one name have in common, per script.

Nothing here is a copy of a published table; the choices follow the romanisations met in practice
(BGN/PCGN, French mandate maps, OCHA's field spelling, Kurdish and Turkish orthography).
"""

from __future__ import annotations

import re

MAX_NAME = 200
"""Characters of a name that are looked at; longer input is cut (toponyms stay far below)."""

# Bidirectional controls, zero-width characters, soft hyphen, tatweel: invisible, so never compared.
INVISIBLE = re.compile(
    "[\u00ad\u0640\u061c\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f]"
)
# Controls, line and paragraph separators, and lone surrogates, which no encoder accepts.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]+"
)
APOSTROPHES = "'`´‘’‛ʹʺʻʼʽʾʿˈˊˋ˒˓ʔʕ′″\"“”„ˮꞌ"

FOLD = str.maketrans(
    {
        **dict.fromkeys(APOSTROPHES, ""),
        "ı": "i",
        "ð": "d",
        "þ": "th",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ħ": "h",
        "æ": "ae",
        "œ": "oe",
        "ə": "e",
        "ɛ": "e",
        "ŋ": "n",
        # Arabic script: forms that writers use for one another
        "ٱ": "ا",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ە": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ک": "ك",
        "ڪ": "ك",
        "ء": "",
        **{chr(0x660 + d): str(d) for d in range(10)},
        **{chr(0x6F0 + d): str(d) for d in range(10)},
    }
)

# Applied before diacritics are dropped: letters whose mark tells another sound, as long vowels and
# emphatic consonants (BGN/PCGN, ALA-LC, French maps), each one symbol.
MARKED = str.maketrans(
    {"ş": "sh", "š": "sh", "ș": "sh", "ç": "ch", "č": "ch", "ğ": "gh", "ž": "zh", "ż": "zh"}
    | {"ź": "zh", "ś": "s", "ć": "ch", "ń": "n", "ẖ": "kh", "ḵ": "kh", "ġ": "gh"}
    | {"ï": "i", "é": "E", "è": "E", "ê": "E", "ē": "E"}
    | {**dict.fromkeys("āâá", "A"), **dict.fromkeys("īîí", "I"), **dict.fromkeys("ūûú", "U")}
    | {"ḩ": "H", "ḥ": "H", "ṣ": "Q", "ţ": "W", "ṭ": "W", "ț": "W", "ḑ": "P", "ḍ": "P", "ẓ": "V"}
)
# What a mark was on. Long vowels and emphatic consonants are letters of their own in Arabic script.
PLAIN = str.maketrans("AIUEHQWPV", "aiuehstdz")

# Polish and German maps of Ukraine: a name with such a sign is read by their orthography, where w
# is v and j is y. The endings are Slavic; Kurdish has the ł too, beside a w that is one.
WESTERN = re.compile(r"sz|cz|tschu|[ąęśźńł]|(?<=\w)(?:[oóei]wk[aoi]|ow[aoy]|ów|ow[ci]\w+|jew)\b")
KURDISH = re.compile("ł.*[êîûç]|[êîûç].*ł")
WESTERN_SOUNDS = {
    "szcz": "shch", "tsch": "ch", "sch": "sh", "sz": "sh", "cz": "ch", "ch": "kh", "rz": "r",
    "ss": "s", "w": "v", "j": "y", "c": "ts", "ź": "z", "ć": "t", "ś": "s",
}  # fmt: skip
WESTERN_LETTERS = re.compile("|".join(WESTERN_SOUNDS))
_CYRILLIC = "абвгґдеєжзиіїйклмнопрстуфхцчшщъыьэюяёўј"
_CYRILLIC_SOUNDS = (
    "a b v g g d e ye zh z i i yi y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya yo w y"
)
CYRILLIC = str.maketrans(
    {
        letter: sound.strip("_")
        for letter, sound in zip(_CYRILLIC, _CYRILLIC_SOUNDS.split(), strict=True)
    }
)

# Latin digraphs to one symbol each; longest first. Upper case letters are symbols of their own:
# S = sh, C = ch (tch), G = gh, T = th, D = dh, R = French rh, Z = zh; and those of PLAIN.
DIGRAPHS = (
    ("shch", "SC"), ("tsch", "C"), ("dsch", "j"), ("sch", "S"), ("tch", "C"), ("dj", "j"),
    ("kh", "x"), ("gh", "G"), ("sh", "S"), ("ch", "C"), ("th", "T"), ("dh", "D"), ("rrh", "G"),
    ("rh", "R"), ("zh", "Z"), ("ph", "f"), ("ck", "k"), ("qu", "q"), ("gue", "ge"), ("gui", "gi"),
    ("guE", "gE"), ("guI", "gI"), ("ou", "u"), ("oU", "U"), ("oo", "u"), ("ee", "i"), ("eu", "o"),
    ("iy", "y"), ("yi", "y"), ("ei", "ay"), ("ey", "ay"), ("ai", "ay"), ("aw", "au"), ("ow", "au"),
    ("Iy", "y"), ("yI", "y"), ("Ei", "ay"), ("Ey", "ay"), ("aI", "ay"), ("eI", "ay"),
)  # fmt: skip

# Consonant classes of the skeleton. Symbols missing here (vowels, semivowels, ayn, hamza) vanish.
_CLASSES = {
    "b": "bpبپ",
    "t": "tTWتطث",
    "d": "dDPدضذظ",
    "r": "rرڕ",
    "z": "zVز",
    "s": "sQسص",
    "j": "jcZجژ",  # c is j in Kurdish and Turkish
    "S": "SCشچ",
    "x": "xخ",
    "h": "hHحه",
    "G": "GRغ",
    "g": "gگ",
    "f": "fvفڤ",
    "k": "kqقك",
    "l": "lلڵ",
    "m": "mم",
    "n": "nن",
}
SKELETON = {ord(s): k for k, symbols in _CLASSES.items() for s in symbols}
PARTED = "ʜ"
"""A letter no name has, between two consonants that are no digraph."""
AYN = "ɂ"
"""The letter ayn in Latin script: a reversed quotation mark in BGN, a doubled a in French."""
AYN_SIGNS = "`‘ʿʻˋ"
GENERIC_MARK = "\ue000"
"""Follows a generic word in symbol strings; a private character that no name contains."""
DROP_WEAK = dict.fromkeys(map(ord, "aeiouywAEIU" + "اويعةۆێٲئؤ" + " " + GENERIC_MARK + AYN))

# One sound, one letter, across scripts: what rapidfuzz compares when it thins out candidates.
ROUGH = str.maketrans(
    {" ": "", GENERIC_MARK: "", AYN: "a"}
    | {"y": "i", "e": "i", "w": "u", "o": "u", "p": "b", "v": "f", "q": "k", "T": "t", "D": "d"}
    | {"A": "a", "I": "i", "U": "u", "E": "i", "H": "h", "Q": "s", "W": "t", "P": "d", "V": "z"}
    | {"R": "G", "Z": "j", "c": "j", "C": "S", "ا": "a", "ة": "a", "و": "u", "ي": "i", "ع": "a"}
    | {a: k for k, symbols in _CLASSES.items() for a in symbols if a > "z"}
)

# Generic words: said or left out at will, spelled every way. Latin and Arabic script, folded.
GENERIC = frozenset(
    """
    tall tell tal tel till til tala telle تل kafr kafar kafer kfar kfer kefr kafir kifr kufr كفر
    dayr deir der dair deyr dir دير jabal jebel djebel jebal gabal jabel jibal djabal cebel جبل
    khan xan خان umm um oum oumm em im omm ام abu abou abo bou ابو ayn ain ein aain uyun عين
    bayt beit beyt bet bait بيت khirbat khirbet kherbet khurbat khurbet kheurbet khirba khirbah
    kherba kherbat khirbit kharbat kharaba kharab kharabat خربه خراب خرابه qasr qusr kasr qasir
    قصر shaykh sheikh cheikh sheik shekh sheikha chaykh seyh sex شيخ wadi ouadi oued waadi وادي
    nahr نهر bir beer بير rasm resm رسم burj bourj borj برج qalat qalaat qalah kalaat قلعه
    mazraat mazrat mazraah mazraa mezraat mazra mezraa mazari مزرعه مزارع qaryat qaryah qariyat
    karyat قريه madinat madinah medinet مدينه hayy hai hay حي ras raas راس marj merj مرج jub
    jubb joub jeb jebb jib jubbat جب hawsh hosh haouch hush housh haush حوش mahattat mahatta
    محطه nahiyat nahiya nahia ناحيه mintaqat mantiqat منطقه muhafazat محافظه mukhayyam mukhayam
    مخيم matar مطار harat haret hara حاره xirbe xirbet xirba xirbeta xerbe xirab xerab cib cub kefer
    kefir qesr qesra qelat qela qelet eyn eyin ebu ebo mezre burc birc merc
    """.split()  # noqa: SIM905 (a table reads better so)
)

# Descriptions in the reporter's or the map's language: dropped wherever they stand.
DESCRIPTOR = frozenset(
    """
    selo seleniye posyolok poselok posolok selyshche khutor derevnya sloboda smt misto gorod
    raion rayon oblast hromada stanytsya city town village neighborhood neighbourhood district
    quarter suburb suburbs province governorate subdistrict municipality countryside area region
    camp checkpoint the of in near село посёлок поселок хутор місто город район область
    """.split()  # noqa: SIM905 (a table reads better so)
)

# Qualifiers that follow a name: upper, lower, western, eastern, big, small. Sounds, as spelled
# after articles went.
QUALIFIER = frozenset(
    """
    tahtani tahtania tahtaniya tahtaniyah tahtany tahta tehtani tahtaniye fawqani fawqaniyah
    fawqaniya fawqa foqani fauqani faouqani faouqaniye fouqani fokani fawkani gharbi gharbiyah
    gharbiya gharbia rharbi gharby xerbi sharqi sharqiyah sharqiya charqi charqiye chargi sharki
    sharqia serqi shamali shamaliyah shimali chimali chamali shamaliya janubi janubiyah jnoubi
    janoubi kabir kabirah kabira kebir kebire kebira kbir kbire kbireh saghir saghirah saghira sghir
    sghire sghireh srhir srhire wastani wastaniyah wasati wusta jadid jadidah jadida qadim qadimah
    تحتاني تحتانيه تحتا فوقاني فوقانيه فوقا غربي غربيه شرقي شرقيه شمالي شماليه جنوبي جنوبيه كبير
    كبيره كبرى صغير صغيره صغرى وسطاني وسطانيه وسطى جديد جديده قديم قديمه
    """.split()  # noqa: SIM905 (a table reads better so)
)

# English qualifiers that translate an Arabic one standing at the end of the name.
MODIFIERS = {
    "eastern": "sharqi", "east": "sharqi", "western": "gharbi", "west": "gharbi",
    "northern": "shamali", "north": "shamali", "southern": "janubi", "south": "janubi",
    "upper": "fawqani", "lower": "tahtani", "big": "kabir", "great": "kabir", "greater": "kabir",
    "little": "saghir", "small": "saghir", "middle": "wastani", "central": "wastani",
    "new": "jadid", "old": "qadim",
}  # fmt: skip
