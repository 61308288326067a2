"""Short texts that others read: delicate words come back once, to be read again; what is kept is journalled."""

from django import forms

from regulations.free_text import delicate_words


class CarefulTextMixin:
    """`careful` names the field, empty when there are several, which `read_again` then names; the box to tick only
    shows once there is something to read again."""

    careful = "text"
    advice = "Relisez ce texte avant de le garder : {}. Un fait suffit, sans parler de la personne."

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.read_again([self.careful])

    def read_again(self, names):
        self.words = delicate_words(" ".join(self.data.get(name, "") for name in names)) if self.is_bound else []
        if self.words:
            self.fields["knowingly"] = forms.BooleanField(
                label="J'ai relu : ces mots sont nécessaires ici", required=False
            )

    def clean(self):
        found = super().clean()
        if self.words and not found.get("knowingly"):
            words = ", ".join(f"« {word} »" for word in self.words[:5])
            self.add_error(self.careful or "knowingly", self.advice.format(words))
        return found
