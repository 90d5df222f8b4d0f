"""Korean particles, which follow the last sound of the word before them.

After a consonant it is 은, 이, 을, 과; after a vowel 는, 가, 를, 와; 으로 stands after a consonant
other than ㄹ. A template writes both in brackets, as in ``"{rule}[은/는]"``, and `with_particles`
keeps one of them once the blank is filled: with Hangul, a number, a unit, or a Latin name.
"""

import re

__all__ = ["last_sound", "with_particles"]

_PAIR = re.compile(
    r"\[(은/는|이/가|을/를|과/와|으로/로|이라/라|이나/나|이다/다|이며/며|이고/고|이었다/였다)\]"
)

_SKIPPED = "()[]{}\"'“”‘’«»《》 \N{NO-BREAK SPACE}"
"""Signs that are not read."""

_SYLLABLES, _FINALS, _RIEUL = 0xAC00, 28, 8
"""Hangul syllables begin here in Unicode, each vowel with 28 ends: none is 0, ㄹ is 8."""

_DIGITS = dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))

_TENS = {1: "십", 2: "백", 3: "천", 4: "만", 8: "억", 12: "조"}
"""How a power of ten is read, by its exponent; those between end in the one before them."""

_SIGNS = {"%": "트", "‰": "밀", "°": "도", "√": "트", "∞": "대", "β": "타", "λ": "다", "σ": "마"}
"""The last syllable of signs: 퍼센트, 퍼밀, 도, 루트, 무한대, 베타, 람다, 시그마."""

_LETTERS = {"l": "엘", "m": "엠", "n": "엔", "r": "알"}
"""Letters whose names end in a consonant: 엘, 엠, 엔, 알; all others end in a vowel."""

_NAMES = {
    "adam": "담",
    "nadam": "담",
    "lamb": "램",
    "momentum": "텀",
    "lion": "온",
    "rmsprop": "롭",
    "rprop": "롭",
    "xavier": "에",
    "glorot": "럿",
    "lecun": "쿤",
    "he": "허",
    "relu": "루",
    "elu": "루",
    "gelu": "루",
    "silu": "루",
    "selu": "루",
    "tanh": "트",
    "nesterov": "프",
    "himmelblau": "우",
    "rosenbrock": "록",
    "beale": "빌",
    "booth": "스",
    "numpy": "이",
    "adagrad": "드",
}
"""The last syllable of names that are not read by the rules of spelling."""

_STOPS = "pktcb"
"""After a vowel letter these close the last syllable: 스텝, but 테스트."""

_VOWELS = "aeiouy"


def with_particles(words: str) -> str:
    """Return words in which of each pair in brackets one is left."""
    parts = _PAIR.split(words)
    said = parts[0]
    for pair, rest in zip(parts[1::2], parts[2::2], strict=True):
        consonant, vowel = pair.split("/")
        closing = {"consonant"} if consonant == "으로" else {"consonant", "ㄹ"}
        said += (consonant if last_sound(said) in closing else vowel) + rest
    return said


def last_sound(words: str) -> str:
    """Return how words end as they are read: "vowel", "ㄹ" or "consonant"."""
    plain = words.rstrip(_SKIPPED)
    if not plain:
        return "vowel"
    if number := re.search(r"[\d.,]*\d$", plain):
        return _of_syllable(_read_number(number[0]))
    if re.search(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]$", plain):  # … 제곱
        return "consonant"
    if latin := re.search(r"[A-Za-z]+$", plain):
        return _of_latin(latin[0])
    return _of_syllable(_SIGNS.get(plain[-1], plain[-1]))


def _of_syllable(syllable: str) -> str:
    place = ord(syllable[-1]) - _SYLLABLES
    if not 0 <= place < 11172:
        return "vowel"
    final = place % _FINALS
    return "ㄹ" if final == _RIEUL else "consonant" if final else "vowel"


def _read_number(number: str) -> str:
    """Return the last syllable of a number in Sino-Korean; decimals are read one by one."""
    digits = number.replace(",", "")
    zeros = len(digits) - len(digits.rstrip("0"))
    if "." in digits or zeros in (0, len(digits)):
        return _DIGITS[digits[-1]]
    return _TENS[max(power for power in _TENS if power <= zeros)]


def _of_latin(word: str) -> str:
    """Return the last sound of a Latin word: of a known name, of letters, or by its spelling."""
    low = word.lower()
    if low in _NAMES:
        return _of_syllable(_NAMES[low])
    if word[-1].isupper() or len(word) == 1:
        return _of_syllable(_LETTERS.get(low[-1], "이"))
    if low.endswith(("l", "le")):
        return "ㄹ"
    if low.endswith(("m", "n", "ng", "me", "ne")):
        return "consonant"
    stem = low.removesuffix("k") if low.endswith("ck") else low
    return "consonant" if len(stem) > 1 and stem[-1] in _STOPS and stem[-2] in _VOWELS else "vowel"
