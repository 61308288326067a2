"""Pages whose act may ask a question: each one gets a field for its written reason, and nothing typed is lost."""

from django import forms

from accounts.questions import LONGEST_REASON, Questions

PREFIX = "motif_"


class AsksReasons:
    """Put it before a form page; `self.accepted` goes to the action."""

    questions = ()

    @property
    def accepted(self) -> dict[str, str]:
        sent = self.request.POST
        return {name.removeprefix(PREFIX): sent[name] for name in sent if name.startswith(PREFIX)}

    def note(self, refusal):
        super().note(refusal)
        if isinstance(refusal, Questions):
            self.questions = refusal.findings

    def form_invalid(self, form):
        for code in self.accepted:
            form.fields[PREFIX + code] = forms.CharField(required=False, widget=forms.HiddenInput)
        for finding in self.questions:
            form.fields[PREFIX + finding.code] = forms.CharField(
                label=f"{finding.message} Accepté parce que",
                max_length=LONGEST_REASON,
                help_text=f"Source : {finding.source}. Le motif est gardé avec l'enregistrement.",
            )
        return super().form_invalid(form)
