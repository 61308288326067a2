"""The kinds of file by their code. A new one: docs/ajouter-un-export.md."""

from exports import aid, ddets, indicators, opco, presences
from exports.kinds import FileKind

KINDS: dict[str, FileKind] = {module.KIND.code: module.KIND for module in (opco, presences, ddets, indicators, aid)}
