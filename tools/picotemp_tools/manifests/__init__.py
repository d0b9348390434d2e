"""In: the tested rules of alerting/. Out: the manifest that brings them to an operator.

`make manifests` writes it.
"""
