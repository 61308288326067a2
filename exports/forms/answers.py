"""What is typed about a delivery that has left: an address, a note, replies to refusals."""

from django import forms
from django.utils.html import format_html

from accounts.clean_text import CleanTextMixin
from accounts.templatetags.french import as_count
from exports.actions.answering import Said
from exports.lines import Line, Others
from exports.models import LineReply
from exports.models.answers import ALL_OTHERS, COMMENT_LENGTH, RefusalReason, Verdict
from training.forms.careful import CarefulTextMixin


class LinkForm(CleanTextMixin, forms.Form):
    email = forms.EmailField(
        label="Adresse électronique",
        help_text="Le lien n'ouvre que la couverture : numéro, dates, totaux, empreinte. Il est valable 7 jours.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class NoteForm(CarefulTextMixin, CleanTextMixin, forms.Form):
    text = forms.CharField(
        label="Note interne",
        max_length=COMMENT_LENGTH,
        help_text="Lue dans votre organisation seulement. Une personne citée peut demander à la lire.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


# What one says of a line: nothing yet, a reason to refuse it, to complete it, or that it is right.
RETURN, ACCEPT = "RETURNED", "ACCEPTED"
ANSWERS = [
    ("Refuser", [(code, label) for code, label in RefusalReason.choices]),
    ("Rendre", [(RETURN, "à compléter")]),
    ("Accepter", [(ACCEPT, "acceptée")]),
]


class AnswerForm(CarefulTextMixin, CleanTextMixin, forms.Form):
    """The answer of a funder: line by line on this page, and for all the others at once."""

    careful = ""
    advice = "Relisez vos commentaires avant de répondre : {}. Un fait suffit."

    def __init__(self, *args, lines, others, certifies="", **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            name = f"la ligne {line.position}, {line.label}"
            self.fields[f"ligne-{line.position}"] = forms.ChoiceField(
                label=f"Réponse à {name}", choices=[("", unchanged(line)), *ANSWERS], required=False
            )
            self.fields[f"mot-{line.position}"] = forms.CharField(
                label=f"Commentaire sur {name}", max_length=COMMENT_LENGTH, required=False
            )
        self.fields["rest"] = forms.ChoiceField(
            label="Toutes les autres lignes", choices=rest_choices(others), widget=forms.RadioSelect, required=False
        )
        self.fields["comment"] = forms.CharField(
            label="Commentaire sur la remise",
            max_length=COMMENT_LENGTH,
            required=False,
            help_text="Lu par l'agence. Un fait suffit, sans parler d'une personne.",
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        if certifies:
            self.fields["certified"] = forms.BooleanField(
                label=f"J'ai contrôlé les lignes que j'accepte : cette réponse engage {certifies}", required=False
            )
        self.read_again(["comment", *(f"mot-{line.position}" for line in lines)])

    def clean(self):
        found = super().clean()
        for line in self.lines:
            self._check(f"ligne-{line.position}", f"mot-{line.position}")
        return found

    def _check(self, answer, word):
        code, words = self.cleaned_data.get(answer), self.cleaned_data.get(word)
        if words and code == "":
            self.add_error(answer, "Choisissez un motif, ou effacez le commentaire.")
        if code == RETURN and words == "":
            self.add_error(word, "Dites ce qui est à compléter.")
        if code == RefusalReason.OTHER and words == "":
            self.add_error(word, "Dites en quelques mots ce qui ne va pas sur cette ligne.")

    def rows(self):
        """Each line with its two fields."""
        return [(line, self[f"ligne-{line.position}"], self[f"mot-{line.position}"]) for line in self.lines]

    def below(self):
        """The fields under the table."""
        return [self[name] for name in ("rest", "comment", "certified", "knowingly") if name in self.fields]

    def said(self) -> list[Said]:
        """Of a form that is valid."""
        found = []
        for line in self.lines:
            code, words = self.cleaned_data[f"ligne-{line.position}"], self.cleaned_data[f"mot-{line.position}"]
            if code:
                reason = "" if code in (RETURN, ACCEPT) else code
                found.append(Said(line.position, Verdict.REFUSED if reason else Verdict(code), reason, words))
        if rest := self.cleaned_data["rest"]:
            comment = self.cleaned_data["comment"] if rest == RETURN else ""
            found.append(Said(ALL_OTHERS, Verdict(rest), "", comment))
        return found


def unchanged(line: Line) -> str:
    """What choosing nothing leaves: the answer of its own that it has, else that of all the others."""
    return "réponse inchangée" if line.answer and line.answer.position else "comme les autres"


def rest_choices(others: Others) -> list[tuple[str, str]]:
    """What « all » means, with its number: every page, not this one alone."""
    choices = [("", "Rien pour l'instant : seules partent les réponses choisies ci-dessus")]
    which = "la seule ligne" if others.count == 1 else f"les {as_count(others.count)} lignes"
    if others.count and others.verdict != ACCEPT:
        choices.append((ACCEPT, f"Accepter {which} sans réponse choisie, sur toutes les pages"))
    if others.count and others.verdict != RETURN:
        choices.append((RETURN, f"Rendre {which} sans réponse choisie, avec le commentaire ci-dessous"))
    return choices


def of_line(word: str, name: str) -> str:
    """The line is in the title of its card: only a screen reader needs it again."""
    return format_html('{}<span class="visually-hidden"> pour {}</span>', word, name)


class RepliesForm(CarefulTextMixin, CleanTextMixin, forms.Form):
    """What the agency says of each line that came back."""

    careful = ""
    advice = "Relisez vos explications avant de répondre : {}. Un fait suffit."

    def __init__(self, *args, refusals, **kwargs):
        super().__init__(*args, **kwargs)
        self.refusals = refusals
        for one, line in refusals:
            name = f"la ligne {one.position}, {line.label}" if line else "la remise rendue"
            self.fields[f"suite-{one.pk}"] = forms.ChoiceField(
                label=of_line("Suite", name), choices=[("", "plus tard"), *LineReply.Kind.choices], required=False
            )
            self.fields[f"mot-{one.pk}"] = forms.CharField(
                label=of_line("Explication", name), max_length=COMMENT_LENGTH, required=False
            )
        self.read_again([f"mot-{one.pk}" for one, _ in refusals])

    def clean(self):
        found = super().clean()
        for one, _ in self.refusals:
            kind, words = found.get(f"suite-{one.pk}"), found.get(f"mot-{one.pk}")
            if words and not kind:
                self.add_error(f"suite-{one.pk}", "Choisissez « corrigée » ou « maintenue », ou effacez l'explication.")
            if kind == LineReply.Kind.MAINTAINED and not words:
                self.add_error(f"mot-{one.pk}", "Dites pourquoi la ligne est maintenue.")
        if not self.errors and not any(found.get(f"suite-{one.pk}") for one, _ in self.refusals):
            self.add_error(None, "Choisissez la suite d'au moins une ligne.")
        return found

    def rows(self):
        return [(one, line, self[f"suite-{one.pk}"], self[f"mot-{one.pk}"]) for one, line in self.refusals]

    def below(self):
        return [self["knowingly"]] if self.words else []

    def replies(self):
        """Refusal, kind, words: those that are decided."""
        for one, _ in self.refusals:
            if kind := self.cleaned_data[f"suite-{one.pk}"]:
                yield one, kind, self.cleaned_data[f"mot-{one.pk}"]
