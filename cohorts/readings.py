"""What lists of people show beside a person: her last place, or where she is for whoever sent her."""

from django.db.models import Case, CharField, Exists, Min, OuterRef, Q, Subquery, Value, When

from cohorts.models import Enrolment, Person, Referral

PROPOSED, HIRED, NOT_TAKEN, ELSEWHERE = "proposé", "recruté", "non retenu", "autre piste"


def with_last_place(people, user):
    """Adds `cohort_name` and `place_name` of the latest enrolment that this user may see."""
    last = (
        Enrolment.objects.visible_to(user)
        .filter(person=OuterRef("pk"), withdrawn_on=None)
        .order_by("-enrolled_on", "-pk")
    )
    return people.annotate(
        cohort_name=Subquery(last.values("cohort__name")[:1]),
        place_name=Subquery(last.filter(freed_on=None).values("seat__establishment__name")[:1]),
    )


def sent_by(user):
    """People this adviser sent, with `first_referred_on` and `status`: one of four words, nothing more."""
    hers = Referral.objects.filter(person=OuterRef("pk"), adviser__user=user)
    others = Referral.objects.filter(person=OuterRef("pk")).exclude(adviser__user=user)
    alive = ~Q(outcome=Referral.Outcome.REFUSED)
    return (
        Person.objects.visible_to(user)
        .filter(Exists(hers))
        .annotate(
            first_referred_on=Subquery(
                hers.order_by().values("person").annotate(first=Min("referred_on")).values("first")
            ),
            status=Case(
                When(Exists(hers.filter(outcome=Referral.Outcome.ACCEPTED)), then=Value(HIRED)),
                When(Exists(hers.waiting()), then=Value(PROPOSED)),
                When(Exists(others.filter(alive)), then=Value(ELSEWHERE)),
                default=Value(NOT_TAKEN),
                output_field=CharField(),
            ),
        )
    )
