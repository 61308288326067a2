"""Reading one cell: what a value means, what had to be put right to read it, why it cannot be.

Everything here is pure and knows neither the sheet nor the database. `Read` carries the value with the code of the
correction to say, or the code of the motif that stops.
"""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from regulations.people import unaccented

# « ID » and « DO » are also names of people: only the dot makes « id. » a repetition.
DITTO = {"idem", "idem.", "ditto", "id.", '"', '""', "''", "″", "〃", "«", "»", "“", "”", '-"-', "-id-", "- id -"}
YES = {"o", "oui", "y", "yes", "vrai", "true", "1"}
NO = {"n", "non", "no", "faux", "false", "0"}
NOTHING = {
    "",
    "-",
    "--",
    "—",
    "–",
    "/",
    "néant",
    "neant",
    "sans objet",
    "so",
    "s.o.",
    "s/o",
    "nc",
    "n/c",
    "n.c.",
    "aucun",
}

LONGEST_DITTO = 12

_WORD = re.compile(r"[a-z0-9]+")
_SPACES = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\xad]")
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:[ .]\d{3})*(?:[.,]\d+)?|[+-]?\d+(?:[.,]\d+)?|[+-]?[.,]\d+")
_UNIT = re.compile(r"\s*(?:%|€|euros?|h(?:eures?)?(?:\s*/\s*(?:sem(?:aine)?|s))?\.?|ans?|annees?|etp|places?)\s*$")
_CLOCK = re.compile(r"(\d{1,3})\s*(?:h|:|heures?)\s*(\d{2})?\s*(?:mn|min|m)?")
_CLOCKS = re.compile(r"(\d{1,2})\s*(?:h|:)\s*(\d{2})?")
_PHONE_PARTS = re.compile(r"\s*(?:/|;|,|\bou\b|\bet\b|\n)\s*")
_PLAIN_PHONE = re.compile(r"0\d(?: ?\d\d){4}")
_EMAIL = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>()]{2,}")


class Read(NamedTuple):
    """What a cell says: a value, and either a correction to mention or a motif that stops."""

    value: object = None
    correction: str = ""
    motif: str = ""
    lu: object = None


NOTHING_READ = Read()


def one_line(value: object) -> str:
    """The text of a cell on one line, without the spaces one does not see."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", plain_text(value))).strip()


def plain_text(value: object) -> str:
    """How the cell would be read aloud: a whole number without its decimals, a day as 02/02/2026."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.time() == time() else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return number_text(value)


def number_text(value: int | float | Decimal) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value == int(value) else repr(value)
    return str(int(value)) if value == value.to_integral_value() else str(value.normalize())


def shown(value: object) -> object:
    """What was read, as a file of results says it: days in ISO, numbers as numbers, texts as they were."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (time, timedelta)):
        return plain_text(value)
    if isinstance(value, bool) or value is None or isinstance(value, int):
        return value
    if isinstance(value, (float, Decimal)):
        whole = Decimal(str(value))
        return int(whole) if whole == whole.to_integral_value() else float(whole)
    return value


def bare(text: str) -> str:
    """Without case or accents; most texts have none, and cost nothing."""
    return text.casefold() if text.isascii() else unaccented(text)


def folded(value: object) -> str:
    """Words alone: no case, accent, punctuation or double space."""
    return " ".join(_WORD.findall(bare(one_line(value))))


def is_ditto(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_DITTO and bare(one_line(value)) in DITTO


def is_number(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def text(value: object) -> Read:
    """A text as typed, spaces put right and said when some were in the way."""
    raw = plain_text(value)
    clean = one_line(raw)
    unseen = raw != raw.strip() or "\xa0" in raw or "  " in raw
    return Read(clean or None, "espaces_retires" if clean and unseen else "")


def number(value: object) -> Read:
    """« 26,00 », « 1 234,5 », « 24h », « 8 ans », « 50 % » as well as true numbers."""
    if is_number(value):
        found = Decimal(str(value))
        return Read(found) if found.is_finite() else Read(motif="valeur_illisible", lu=str(value))
    written = bare(one_line(value))
    if written in NOTHING:
        return NOTHING_READ
    figures = _UNIT.sub("", written)
    if not _NUMBER.fullmatch(figures):
        return Read(motif="valeur_illisible", lu=shown(value))
    try:
        return Read(_decimal(figures), "nombre_texte")
    except InvalidOperation:
        return Read(motif="valeur_illisible", lu=shown(value))


def _decimal(written: str) -> Decimal:
    written = written.replace(" ", "")
    # A point is a decimal point unless a comma follows it: « 1.234,50 ».
    if "," in written:
        written = written.replace(".", "").replace(",", ".")
    return Decimal(written)


def hours(value: object) -> Read:
    """Hours per week. 20:00 is a time of the day: likely twenty hours, but it is asked."""
    clock = _clock_hours(value)
    if clock is not None:
        return Read(clock, motif="heures_saisies_en_horaire", lu=plain_text(value))
    written = bare(one_line(value)) if isinstance(value, str) else ""
    if match := re.fullmatch(r"(\d{1,2}):(\d{2})", written):
        return Read(_hours(match[1], match[2]), motif="heures_saisies_en_horaire", lu=written)
    if match := _CLOCK.fullmatch(written):
        return Read(_hours(match[1], match[2]), "nombre_texte")
    return number(value)


def duration(value: object) -> Read:
    """Length of a session, in hours: 3.5, « 3,5 », « 3h30 », or 3:30 as a time."""
    clock = _clock_hours(value)
    if clock is not None:
        return Read(clock, "nombre_texte")
    if isinstance(value, str) and (match := _CLOCK.fullmatch(bare(one_line(value)))):
        return Read(_hours(match[1], match[2]), "nombre_texte")
    return number(value)


def _hours(whole: str, minutes: str | None) -> Decimal:
    return Decimal(whole) + Decimal(minutes or 0) / 60


def _clock_hours(value: object) -> Decimal | None:
    if isinstance(value, time):
        return _hours(str(value.hour), str(value.minute))
    if isinstance(value, timedelta):
        return Decimal(round(value.total_seconds() / 60)) / 60
    # Beyond midnight a spreadsheet counts from its first day: 26:00 is 2:00 on 1 January 1900.
    if isinstance(value, datetime) and value.year <= 1904:
        return Decimal(round((value - datetime(1899, 12, 31)).total_seconds() / 60)) / 60
    return None


def percent(value: object) -> Read:
    """A rate as a percentage: 0.5, « 50 % » and 50 are the same one."""
    read = number(value)
    if read.motif or read.value is None:
        return read
    rate = read.value
    if 0 < rate <= 1 and "%" not in plain_text(value):
        rate *= 100
    return Read(rate, "pourcentage")


def integer(value: object) -> Read:
    read = number(value)
    if read.value is not None and read.value != read.value.to_integral_value():
        return Read(motif="valeur_illisible", lu=shown(value))
    return read if read.value is None else read._replace(value=int(read.value))


def digits(value: object, length: int) -> Read:
    """A code made of digits, with the zeros that a spreadsheet took for nothing."""
    if is_number(value):
        written = number_text(value)
        if not written.isdigit() or len(written) > length:
            return Read(motif="valeur_illisible", lu=shown(value))
        return Read(written.zfill(length), "zero_initial_rendu" if len(written) < length else "")
    written = re.sub(r"[\s.\-]", "", one_line(value))
    if unaccented(written) in NOTHING:
        return NOTHING_READ
    if not written.isascii() or not written.isdigit() or len(written) != length:
        return Read(motif="valeur_illisible", lu=shown(value))
    return Read(written)


def postcode(value: object) -> Read:
    read = digits(value, 5)
    if read.motif and isinstance(value, str) and re.fullmatch(r"\d{4}", value.strip()):
        return Read(value.strip().zfill(5), "zero_initial_rendu")
    # Two zeros lost is no postcode.
    return Read(motif="valeur_illisible", lu=shown(value)) if (read.value or "").startswith("00") else read


def phone(value: object) -> Read:
    """Ten digits; of two numbers the first, and the other is said."""
    if is_number(value):
        written = number_text(value)
        if len(written) == 9 and written.isdigit():
            return Read(f"0{written}", "zero_initial_rendu")
        value = written
    written = one_line(value)
    if unaccented(written) in NOTHING:
        return NOTHING_READ
    found = [part for part in map(_ten_digits, _PHONE_PARTS.split(written)) if part]
    if not found:
        whole = _ten_digits(written)
        return Read(whole, "espaces_retires") if whole else Read(motif="valeur_illisible", lu=written)
    if len(found) > 1:
        return Read(found[0], "deux_telephones")
    return Read(found[0], "" if _PLAIN_PHONE.fullmatch(plain_text(value).strip()) else "espaces_retires")


def _ten_digits(written: str) -> str | None:
    figures = re.sub(r"[^\d+]", "", written.replace("(0)", ""))
    figures = re.sub(r"^(?:\+|00)33", "0", figures)
    return figures if re.fullmatch(r"0[1-9]\d{8}", figures) else None


def email(value: object) -> Read:
    written = one_line(value)
    if unaccented(written) in NOTHING:
        return NOTHING_READ
    written = written.removeprefix("mailto:")
    return Read(written.lower()) if _EMAIL.fullmatch(written) else Read(motif="valeur_illisible", lu=written)


def yes_no(value: object) -> Read:
    """Yes, no, nothing; anything else is asked, never taken for a no."""
    if isinstance(value, bool):
        return Read(value)
    written = bare(one_line(value)).rstrip(".")
    if not written:
        return NOTHING_READ
    if written in YES or written in NO:
        return Read(written in YES)
    return Read(motif="oui_non_illisible", lu=shown(value))


def choice(value: object, labels: Mapping[str, str], synonyms: Mapping[str, str]) -> Read:
    """One code of a closed list. `labels` is code → label, `synonyms` folded text → code."""
    raw = plain_text(value)
    written = folded(raw)
    if not written:
        return NOTHING_READ
    for code, label in labels.items():
        if raw == label:
            return Read(code)
    for code, label in labels.items():
        if written == folded(label):
            return Read(code, "libelle_rapproche")
    if written in synonyms:
        return Read(synonyms[written], "libelle_rapproche")
    return Read(motif="libelle_inconnu", lu=one_line(raw))


def times(value: object) -> tuple[time, time] | None:
    """« 9h00 - 12h30 », « 09:00/12:30 », « de 9h à 12h30 »; None when it is not a start and an end."""
    found = _CLOCKS.findall(bare(one_line(value)))
    if len(found) != 2:
        return None
    try:
        start, end = (time(int(hour), int(minute or 0)) for hour, minute in found)
    except ValueError:
        return None
    return (start, end) if start < end else None


def town(value: object) -> Read:
    """A commune as people write it: capitals and « ST » are undone, a line break inside a name is a dash."""
    raw = plain_text(value)
    clean = one_line(raw.strip().replace("\n", "-"))
    if not clean:
        return NOTHING_READ
    words = clean.split(" ")
    spelled = [{"st": "Saint", "ste": "Sainte"}.get(unaccented(word).rstrip("."), word) for word in words]
    spelled_out = " ".join(spelled)
    if clean.isupper():
        spelled_out = " ".join(word if word in ("Saint", "Sainte") else _titled(word) for word in spelled)
    return Read(spelled_out, "libelle_rapproche" if spelled_out != raw.strip() else "")


def _titled(word: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda match: match[0].capitalize(), word)
