"""In: documents of kinds that Kubernetes does not know. Out: what is misspelt in them.

Of each kind the part that is used here, from its owner's published schema.
"""

import re
from collections.abc import Iterator, Sequence

from collector.deploy.manifest_files import Document

DURATION = re.compile(r"(\d+(ms|s|m|h))+")
WORD = re.compile(r"\S+")
ADDRESS = re.compile(r"https?://\S+")
WORDS = [WORD]
LABELS = {"": WORD}
RELABELINGS = [{"sourceLabels": WORDS, "targetLabel": WORD, "replacement": WORD}]
SHAPES: dict[str, object] = {
    "monitoring.coreos.com/v1 ServiceMonitor": {
        "selector": {"matchLabels": LABELS},
        "endpoints": [
            {
                "port": WORD,
                "path": WORD,
                "interval": DURATION,
                "scrapeTimeout": DURATION,
                "honorLabels": bool,
                "relabelings": RELABELINGS,
            }
        ],
    },
    "monitoring.coreos.com/v1 Probe": {
        "jobName": WORD,
        "prober": {"url": re.compile(r"[\w.-]+:\d+"), "path": WORD},
        "interval": DURATION,
        "scrapeTimeout": DURATION,
        "targets": {
            "staticConfig": {"static": WORDS, "relabelingConfigs": RELABELINGS}
        },
    },
    "argoproj.io/v1alpha1 Application": {
        "project": WORD,
        "source": {"repoURL": ADDRESS, "targetRevision": WORD, "path": WORD},
        "destination": {"server": ADDRESS, "namespace": WORD},
        "syncPolicy": {
            "automated": {"prune": bool, "selfHeal": bool},
            "syncOptions": WORDS,
        },
    },
    "source.toolkit.fluxcd.io/v1 GitRepository": {
        "interval": DURATION,
        "url": ADDRESS,
        "ref": {"branch": WORD},
    },
    "kustomize.toolkit.fluxcd.io/v1 Kustomization": {
        "interval": DURATION,
        "retryInterval": DURATION,
        "timeout": DURATION,
        "sourceRef": {"kind": WORD, "name": WORD},
        "path": WORD,
        "prune": bool,
        "wait": bool,
    },
}


def others_have_their_shapes(documents: Sequence[Document]) -> list[str]:
    """Each key is one that its kind has, and each value what it may be."""
    return [
        f"{document['kind']} {document['metadata']['name']}: {problem}"
        for document in documents
        if (shape := SHAPES.get(f"{document['apiVersion']} {document['kind']}"))
        for problem in _misfits(document["spec"], shape, "spec")
    ]


def _misfits(found: object, shape: object, path: str) -> Iterator[str]:
    if isinstance(shape, dict) and isinstance(found, dict):
        for key, value in found.items():
            # The key "" stands for any.
            if key not in shape and "" not in shape:
                yield f"{path}.{key} is unknown"
            else:
                yield from _misfits(
                    value, shape.get(key, shape.get("")), f"{path}.{key}"
                )
    elif isinstance(shape, list) and isinstance(found, list):
        for number, value in enumerate(found):
            yield from _misfits(value, shape[0], f"{path}.{number}")
    elif not _fits(found, shape):
        yield f"{path} may not be {found!r}"


def _fits(found: object, shape: object) -> bool:
    if isinstance(shape, re.Pattern):
        return isinstance(found, str) and shape.fullmatch(found) is not None
    return isinstance(shape, type) and isinstance(found, shape)
