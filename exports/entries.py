"""What the single cells of a recipient's workbook may be told: the cohort, the employer, the period, counts.

What may leave in which file is `accounts.disclosure.FILE_ENTRIES`; the values are those of the file's own scope.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from contracts.models import AidPayment
from exports.figures import read
from exports.indicators import indicators
from exports.kinds import or_none
from exports.scope import FileScope
from regulations.periods import Period
from training.models import Convention, HalfDay
from workbooks.columns import Kind

# They name one employer: a workbook that asks for them is filled employer by employer.
OF_ONE_EMPLOYER = frozenset(
    {"employer.name", "establishment.siret", "financing.member_number", "financing.file_number"}
)


class EntrySource:
    """What the cells are read from, once, for one file."""

    def __init__(self, scope: FileScope) -> None:
        self.scope = scope
        self.site = scope.destination.establishment

    @cached_property
    def indicators(self) -> dict[str, object]:
        return {line.label: line for line in indicators(read(self.scope))}

    @cached_property
    def conventions(self) -> list[Convention]:
        found = Convention.objects.visible_to(self.scope.author).filter(cohort=self.scope.cohort).order_by("number")
        return list(found.filter(establishment=self.site) if self.site else found)

    @cached_property
    def training_days(self) -> list:
        """The half-days that the hours of the file count: those of the days of a contract."""
        periods = {Period(one.starts_on, one.last_day) for one in self.scope.contracts()}
        rows = HalfDay.objects.filter(session__cohort=self.scope.cohort, cancelled_on=None)
        days = rows.order_by("day").values_list("day", flat=True).distinct()
        return [day for day in days if any(period.covers(day) for period in periods)]

    def only(self, name: str) -> str | None:
        """What all the conventions agree on; nothing when they differ."""
        found = {getattr(one, name) for one in self.conventions} - {""}
        return found.pop() if len(found) == 1 else None

    def member_number(self) -> str | None:
        return or_none(self.scope.member_numbers().get(self.site.employer_id, "")) if self.site else None

    def counted(self, label: str, column: str) -> object:
        return self.indicators[label].value(column)

    def paid(self) -> object:
        """Nothing when no statement of the payer is known: not knowing is not zero."""
        payments = AidPayment.objects.filter(aid_request__contract__in=self.scope.aided_contracts())
        known = payments.filter(paid_on__lte=self.scope.as_of).exists()
        return self.counted("Aide versée", "indicator.amount") if known else None


@dataclass(frozen=True, slots=True)
class EntryField:
    """Champ d'une case : son libellé, son type, d'autres mots pour lui, comment il se lit."""

    key: str
    label: str
    kind: Kind
    read: Callable[[EntrySource], object]
    others: tuple[str, ...] = ()


def _count(key: str, label: str, indicator: str, *others: str, column: str = "count", kind: Kind = Kind.INTEGER):
    name = f"indicator.{column}"
    return EntryField(key, label, kind, lambda source: source.counted(indicator, name), others)


def _people(key: str, label: str, indicator: str, *words: str) -> tuple[EntryField, ...]:
    """A count of people, then its women and its men."""

    def named(*endings: str) -> list[str]:
        return [f"{word} {ending}" for word in words for ending in endings]

    women, men = named("f", "femmes", "Femmes"), named("h", "hommes", "Hommes")
    return (
        _count(key, label, indicator, *words, *named("Total")),
        _count(f"{key}.women", f"{label}, femmes", indicator, *women, column="women"),
        _count(f"{key}.men", f"{label}, hommes", indicator, *men, column="men"),
    )


_ENTRIES = (
    EntryField(
        "cohort.name", "Nom de la cohorte", Kind.TEXT, lambda one: one.scope.cohort.name, ("cohorte nom", "cohorte")
    ),
    EntryField("cohort.code", "Code de la cohorte", Kind.TEXT, lambda one: one.scope.cohort.code, ("cohorte code",)),
    EntryField(
        "agency.name",
        "Porteur de la cohorte",
        Kind.TEXT,
        lambda one: str(one.scope.cohort.agency),
        ("porteur nom", "porteur", "structure porteuse", "organisme gestionnaire"),
    ),
    EntryField(
        "file.as_of",
        "Date d'arrêté",
        Kind.DATE,
        lambda one: one.scope.as_of,
        ("date arrete", "arrêté au", "situation au"),
    ),
    EntryField(
        "period.starts_on",
        "Début de la période",
        Kind.DATE,
        lambda one: one.scope.cohort.starts_on,
        ("période du", "periode debut", "du"),
    ),
    EntryField(
        "period.ends_on",
        "Fin de la période",
        Kind.DATE,
        lambda one: one.scope.as_of,
        ("période au", "periode fin", "au"),
    ),
    EntryField(
        "training.first_day",
        "Première séance",
        Kind.DATE,
        lambda one: one.training_days[0] if one.training_days else None,
        ("période du", "periode debut", "du", "date de début de l'action"),
    ),
    EntryField(
        "training.last_day",
        "Dernière séance",
        Kind.DATE,
        lambda one: one.training_days[-1] if one.training_days else None,
        ("période au", "periode fin", "au", "date de fin de l'action"),
    ),
    EntryField(
        "employer.name",
        "Employeur",
        Kind.TEXT,
        lambda one: one.site and one.site.name,
        ("employeur nom", "raison sociale", "nom de l'employeur", "entreprise"),
    ),
    EntryField(
        "establishment.siret",
        "SIRET de l'établissement",
        Kind.CODE,
        lambda one: one.site and one.site.siret,
        ("employeur siret", "siret", "siret employeur"),
    ),
    EntryField(
        "financing.member_number",
        "N° d'adhérent",
        Kind.CODE,
        lambda one: one.member_number(),
        ("employeur adherent", "numéro d'adhérent", "code adhérent"),
    ),
    EntryField(
        "convention.title",
        "Intitulé de l'action",
        Kind.TEXT,
        lambda one: one.only("title"),
        ("action intitule", "action", "intitulé de la formation", "formation"),
    ),
    EntryField(
        "financing.file_number",
        "N° de dossier",
        Kind.CODE,
        lambda one: one.only("file_number"),
        ("dossier numero", "numéro de dossier", "dossier"),
    ),
    *_people(
        "count.referred",
        "Personnes orientées",
        "Personnes orientées",
        "candidats proposés",
        "candidats proposés par les prescripteurs",
        "personnes orientées",
    ),
    *_people("count.met", "Personnes reçues", "Personnes reçues", "candidats reçus", "personnes reçues"),
    *_people("count.accepted", "Personnes retenues", "Personnes retenues", "candidats retenus", "personnes retenues"),
    _count(
        "count.seats",
        "Places proposées",
        "Places proposées",
        "places prévues",
        "places prévues total",
        "places offertes",
    ),
    *_people("count.entries", "Entrées effectives", "Entrées effectives", "entrées", "entrées effectives"),
    *_people(
        "count.present",
        "Contrats en cours",
        "Contrats en cours le jour de l'arrêté",
        "présents",
        "contrats en cours",
    ),
    _count("count.tutors", "Tuteurs nommés", "Tuteurs nommés", "tuteurs désignés", "tuteurs désignés total"),
    _count("count.trained_tutors", "Tuteurs formés", "dont formés", "tuteurs formés", "tuteurs formés total"),
    _count(
        "aid.expected",
        "Aide attendue",
        "Aide attendue à ce jour",
        "aide attendue",
        "aide attendue sur la période",
        column="amount",
        kind=Kind.EUROS,
    ),
    EntryField(
        "aid.paid",
        "Aide versée",
        Kind.EUROS,
        lambda one: one.paid(),
        ("aide versee", "aide versée sur la période"),
    ),
)

ENTRIES: dict[str, EntryField] = {field.key: field for field in _ENTRIES}
