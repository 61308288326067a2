"""The kinds of file by their code. A new one: docs/ajouter-un-export.md."""

from exports import aid, certificates, ddets, expenses, indicators, opco, precheck, presences
from exports.kinds import FileKind

MODULES = (opco, presences, certificates, expenses, precheck, ddets, indicators, aid)
KINDS: dict[str, FileKind] = {module.KIND.code: module.KIND for module in MODULES}
