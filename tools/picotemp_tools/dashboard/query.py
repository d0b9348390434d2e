"""In: an expression. Out: a query of Prometheus, over the time shown or for now."""

from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.models.prometheus import PromQueryFormat, QueryEditorMode

from .variables import SOURCE


def over_time(expression: str, legend: str, name: str = "A") -> Dataquery:
    """Give a query for lines; a name is what tells a panel's queries apart."""
    return _query(expression, name).range().legend_format(legend)


def now(expression: str, legend: str, name: str = "A") -> Dataquery:
    """Give a query for the value that holds now."""
    return _query(expression, name).instant().legend_format(legend)


def rows(expression: str, name: str = "A") -> Dataquery:
    """Give a query for a table: each label is a column, the value one more."""
    return _query(expression, name).instant().format(PromQueryFormat.TABLE)


def _query(expression: str, name: str) -> Dataquery:
    query = Dataquery().datasource(SOURCE).expr(expression).ref_id(name)
    return query.editor_mode(QueryEditorMode.CODE)
