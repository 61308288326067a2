"""For whom a pack of proofs is made."""

from django import forms

from exports.evidence.scope import Reader


class EvidenceForm(forms.Form):
    """Pour qui: what is inside follows from it."""

    pour = forms.ChoiceField(
        label="Pour qui",
        widget=forms.RadioSelect,
        help_text="Chaque destinataire ne reçoit que ses contrats, et d'eux ce qu'il a le droit de voir.",
        error_messages={"required": "Choisissez pour qui est ce dossier."},
    )

    def __init__(self, *args, readers: list[Reader], **kwargs):
        super().__init__(*args, **kwargs)
        self.readers = {reader.key: reader for reader in readers}
        self.fields["pour"].choices = [(reader.key, reader.name) for reader in readers]

    def reader(self) -> Reader:
        """Of a form that is valid."""
        return self.readers[self.cleaned_data["pour"]]
