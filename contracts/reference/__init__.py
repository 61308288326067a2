"""Reference data of this room: SMIC, RSA, prefects' orders and settings of the aid, as dated rows. May be loaded twice.

The files are history: no order is applied before somebody has confirmed it, and what a person has typed or corrected
is never overwritten. `publics.json` says in French, and as codes, the publics that `aid_rates.json` words in English.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from contracts.models import AidOrder, AidRules, RsaRate, SmicRate

HERE = Path(__file__).parent
PEC = "PEC (CUI-CAE)"
# Before any month of the table of the SMIC.
FIRST_MONTH = date(2018, 1, 1)
SAME_IN_BOTH = (
    "region",
    "weekly_hours_min",
    "weekly_hours_max",
    "initial_months_min",
    "initial_months_max",
    "valid_from",
    "valid_to",
    "dates_approximate",
    "source_url",
    "confidence",
)


def load() -> None:
    with transaction.atomic():
        _load_smic()
        _load_rsa()
        _load_orders()
        _load_rules()


def _load_smic() -> None:
    for row in _rows("smic.json"):
        key = {"territory": row["territory"], "valid_from": row["valid_from"]}
        facts = {name: row[name] or "" for name in ("legal_basis", "source_url", "confidence")}
        _keep_up_to_date(SmicRate, key, {"hourly_gross": row["hourly_gross_eur"], **facts})


def _load_rsa() -> None:
    for row in _rows("rsa.json"):
        _keep_up_to_date(RsaRate, {"valid_from": row.pop("valid_from")}, row)


def _load_rules() -> None:
    """One line of hypotheses for all months, until a coordinator writes another."""
    AidRules.objects.get_or_create(valid_from=FIRST_MONTH, defaults={"note": "Réglages de départ : des hypothèses."})


def _load_orders() -> None:
    words = {row["id"]: row for row in _rows("publics.json")}
    for row in _rows("aid_rates.json"):
        # Frames, bands and orders whose rate was not read are context: no contract has a rate from them.
        if row["row_kind"] != "rate" or row["scheme"] != PEC:
            continue
        facts = {name: row[name] for name in SAME_IN_BOTH} | {
            "rate": row["rate_percent"],
            "public": words[row["id"]]["public"],
            "public_kind": words[row["id"]]["kind"],
            **{name: words[row["id"]][name] for name in ("renewal", "renewal_months_min", "renewal_months_max")},
            "legal_reference": row["order_reference"] or "",
        }
        facts["source_url"] = facts["source_url"] or ""
        _keep_up_to_date(AidOrder, {"reference_id": row["id"]}, facts)


def _keep_up_to_date(model, key: dict, facts: dict) -> None:
    """Add what is missing; correct what the file alone has written; leave what a person has touched."""
    wanted = model(**key, **facts)
    # The file's texts become days and decimals.
    wanted.clean_fields()
    row = model.objects.filter(**key).first()
    if row is None:
        wanted.save()
        return
    if row.is_corrected or getattr(row, "confirmed_on", None) is not None:
        return
    if any(getattr(row, name) != getattr(wanted, name) for name in facts):
        for name in facts:
            setattr(row, name, getattr(wanted, name))
        row.save()


def _rows(name: str) -> list[dict]:
    text = (HERE / name).read_text(encoding="utf-8")
    # Exact decimals: a rate of 43.5 % is not a binary float.
    return json.loads(text, parse_float=Decimal)
