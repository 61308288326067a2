"""Form of a decision of a committee."""

from django import forms

from accounts.clean_text import CleanTextMixin
from cohorts.models import CommitteeDecision


class DecisionForm(CleanTextMixin, forms.ModelForm):
    class Meta:
        model = CommitteeDecision
        fields = ("decided_on", "what", "who", "due_on", "done_on")
        help_texts = {
            "what": "Une phrase, sans nom de stagiaire : elle s'imprime dans le dossier de comité.",
            "who": "Une fonction ou une organisation.",
            "due_on": "Vide s'il n'y a pas d'échéance.",
            "done_on": "Vide tant que c'est à faire.",
        }
