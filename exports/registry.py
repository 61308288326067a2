"""The kinds of file by their code. A new one: docs/ajouter-un-export.md."""

from exports import aid, bpf, certificates, ddets, esf, expenses, grant, indicators, opco, precheck, presences, review
from exports.kinds import FileKind

MODULES = (opco, presences, certificates, expenses, precheck, ddets, indicators, review, aid, esf, grant, bpf)
KINDS: dict[str, FileKind] = {module.KIND.code: module.KIND for module in MODULES}
