"""In: nothing. Out: every check of documents for a cluster, by what it holds to."""

from collector.deploy import (
    manifest_links,
    manifest_mounts,
    manifest_operator,
    manifest_pods,
    manifest_shapes,
    manifest_storage,
    manifest_ways,
)
from collector.deploy.manifest_links import Check

CHECKS: tuple[Check, ...] = (
    manifest_pods.is_restricted,
    manifest_pods.is_modest,
    manifest_links.workloads_select_their_own_pods,
    manifest_links.services_lead_to_ports_of_pods,
    manifest_links.probes_ask_ports_of_their_pods,
    manifest_links.budgets_and_policies_select_pods,
    manifest_links.policies_name_ports_of_pods,
    manifest_links.stateful_sets_have_a_headless_service,
    manifest_mounts.arguments_name_files_that_are_there,
    manifest_mounts.volumes_are_mounted,
    manifest_mounts.what_pods_name_exists,
    manifest_operator.monitors_scrape_services,
    manifest_operator.probers_are_services,
    manifest_storage.what_is_stored_stays,
    manifest_storage.measurements_outlast_a_month,
    manifest_storage.nobody_shares_a_volume,
    manifest_storage.volumes_are_of_the_group_of_the_program,
    manifest_ways.who_asks_may_ask,
    manifest_shapes.others_have_their_shapes,
)
