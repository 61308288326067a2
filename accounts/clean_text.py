"""Forms that take free text: what looks like a social security number is refused, and never shown back."""

from django.core.exceptions import ValidationError

from regulations.nir import nir_findings


class CleanTextMixin:
    """Put it before `forms.Form` or `forms.ModelForm`: each field is judged before anything reads it."""

    def clean(self):
        cleaned = super().clean()
        for name in self.fields:
            if self._holds_number(name):
                self._forget(name)
        return cleaned

    def _holds_number(self, name):
        text = self.data.get(self.add_prefix(name)) or ""
        findings = nir_findings(text) if isinstance(text, str) else []
        if findings:
            # What a date or a choice says of the value repeats it.
            self._errors.pop(name, None)
            self.add_error(name, ValidationError([finding.message for finding in findings]))
        return bool(findings)

    def _forget(self, name):
        """Other faults bring the page back with what was typed, this number excepted."""
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = ""
