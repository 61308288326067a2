"""The programme annexed to a convention: frozen when it is signed, and the same for all employers of the cohort."""

from dataclasses import dataclass

from training.models import Convention, Module, Programme


@dataclass(frozen=True)
class Annex:
    """Programme annexé : objectifs et modules avec leurs minutes."""

    objective: str
    modules: tuple[tuple[str, int], ...]

    @property
    def minutes(self) -> int:
        return sum(minutes for _, minutes in self.modules)

    def as_json(self) -> dict:
        return {"objective": self.objective, "modules": [list(module) for module in self.modules]}


def annex_of(convention: Convention) -> Annex:
    """Its own once signed; else that of the first one signed in the cohort; else the programme as it stands."""
    kept = convention.programme
    if not kept:
        others = Convention.objects.filter(cohort=convention.cohort_id).exclude(signed_on=None)
        kept = others.order_by("signed_on", "pk").values_list("programme", flat=True).first()
    if kept:
        return Annex(kept["objective"], tuple((title, minutes) for title, minutes in kept["modules"]))
    return live_annex(convention)


def live_annex(convention: Convention) -> Annex:
    modules = Module.objects.of_cohort(convention.cohort).order_by("position", "pk")
    programme = Programme.objects.filter(modules__in=modules).first()
    return Annex(programme.objective if programme else "", tuple(modules.values_list("title", "planned_minutes")))
