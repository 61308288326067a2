"""Field history (django-auditlog): every model but the house's own journals, protected fields said *modifié* only."""

from accounts.disclosure import FIELD_CLASSES, fields_of_class

# Written by the house and never edited, or gone within the day: their history is their own content.
NOT_AUDITED = frozenset(
    {
        "accounts.AccessLog",
        "accounts.ChainHead",
        "accounts.Job",
        "accounts.Message",
        "accounts.Reminder",
        "accounts.Seal",
        "accounts.SealedEntry",
        "accounts.SealedGap",
        "accounts.SentForm",
        "contracts.ContractDraft",
        "exports.ListExport",
        "imports.ImportRow",
        "imports.ImportedRecord",
        "training.RollSubmission",
    }
)
# Changes at each sign-in, or only helps searching; the bytes of a drawing, whose hash is followed.
NOT_FOLLOWED = frozenset({"last_login", "search_text", "identity_key", "image"})


def modified(value) -> str:
    """In place of a protected value: auditlog's own mask would leave half of it readable."""
    return "modifié" if value not in ("", "None", None) else ""


def policy() -> tuple[dict, ...]:
    """For `AUDITLOG_INCLUDE_TRACKING_MODELS`."""
    return tuple(
        {
            "model": model,
            "mask_fields": list(fields_of_class(model, "P2", "P3")),
            "mask_callable": "accounts.audit.modified",
            "exclude_fields": [field for field in fields if field in NOT_FOLLOWED],
        }
        for model, fields in FIELD_CLASSES.items()
        if model not in NOT_AUDITED
    )
