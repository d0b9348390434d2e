"""In: the name of a wrong server. Out: the tests of tests/device that must catch it."""

ANY_HEAD = "test_a_header_may_be_cut_anywhere"
NOT_FOUND = "test_an_unknown_path_is_not_found"
VALUES = "test_both_values_are_finite_numbers_in_range_that_agree"
FOURTH = "test_the_fourth_client_is_told_at_once_that_the_board_is_busy"
FOURTH_ANYWAY = "test_whatever_the_fourth_client_wants_it_is_refused"
CUT = "test_a_client_without_a_whole_request_is_cut_at_three_seconds"
CUT_BODY = "test_a_client_that_drips_a_body_lives_no_longer"
BEYOND = "test_a_request_beyond_all_bounds_is_refused_and_the_board_serves_on"
MALFORMED = "test_a_malformed_request_is_refused_and_the_board_serves_on"
ONE_GROUP = "test_each_family_is_one_group_that_begins_with_what_it_is"
DECLARED = "test_each_family_has_its_declared_type_and_labels"
A_NUMBER = "test_every_value_is_a_number_without_a_time_and_there_once"
AGREES = "test_the_exposition_names_the_same_board_as_info"
METHOD = "test_a_wrong_method_is_told_which_are_allowed"

# Server, the tests that must fail against it.
WRONG: dict[str, set[str]] = {
    "sends_text": {VALUES, "test_no_value_has_more_than_two_decimals"},
    "wraps_round": {VALUES, "test_two_readings_some_time_apart_both_hold"},
    "has_no_bias": {VALUES},
    "rounds_fahrenheit": {VALUES},
    "sends_nan": {VALUES, "test_the_reading_is_an_ok_answer_in_json"},
    "sends_all_digits": {"test_no_value_has_more_than_two_decimals"},
    "adds_a_key": {"test_the_reading_has_exactly_the_two_keys"},
    "never_busy": {FOURTH, FOURTH_ANYWAY, "test_never_more_than_three_are_in_service"},
    "never_cuts": {CUT, CUT_BODY},
    "cuts_at_once": {CUT},
    "forgives_drips": {CUT},
    "slower_than_life": {CUT, CUT_BODY},
    "slams_the_door": {
        FOURTH,
        FOURTH_ANYWAY,
        "test_of_nine_at_once_every_one_gets_a_complete_answer",
    },
    "queues": {FOURTH},
    "refuses_by_halves": {FOURTH, FOURTH_ANYWAY},
    "does_not_say_when": {FOURTH, FOURTH_ANYWAY},
    "leaks_slots": {"test_the_board_serves_again_soon_after_silent_clients_leave"},
    "recovers_never": {"test_the_board_serves_on_after_cutting_them"},
    "keeps_connections": {
        "test_a_connection_is_closed_even_if_the_client_would_keep_it"
    },
    "hides_what_is_allowed": {METHOD},
    "knows_every_path": {NOT_FOUND},
    "ignores_the_method": {METHOD, "test_head_gives_the_headers_of_get_and_no_body"},
    "stumbles_over_bodies": {"test_a_wrong_method_with_a_small_body_is_answered_too"},
    "trusts_lengths": {MALFORMED, "test_header_names_count_in_any_case"},
    "has_no_bounds": {BEYOND},
    "wants_its_own_case": {"test_header_names_count_in_any_case"},
    "wants_one_packet": {"test_a_request_may_come_in_many_small_pieces", ANY_HEAD},
    "wants_new_http": {"test_both_versions_of_http_are_spoken"},
    "tires": {"test_fifty_quick_requests_in_a_row_are_served"},
    "makes_things_up": {
        "test_who_the_board_is_stands_there_in_words",
        "test_the_board_stays_who_it_is",
        "test_the_one_who_asks_is_in_service",
        "test_silent_clients_count_as_in_service",
        "test_the_signal_is_in_range_or_unknown",
        "test_the_free_heap_is_in_range",
        "test_the_uptime_grows",
    },
    "speaks_html": {NOT_FOUND, MALFORMED, METHOD},
    "forgets_help": {ONE_GROUP},
    "declares_twice": {ONE_GROUP},
    "interleaves_families": {ONE_GROUP},
    "mistypes": {DECLARED},
    "labels_the_instance": {DECLARED, "test_no_label_is_one_that_prometheus_gives"},
    "exposes_nan": {
        A_NUMBER,
        "test_the_signal_is_absent_exactly_while_it_is_unknown",
    },
    "stamps_the_time": {A_NUMBER},
    "escapes_nothing": {ONE_GROUP, DECLARED, AGREES},
    "ends_without_a_line": {ONE_GROUP, DECLARED},
    "exposes_json": {ONE_GROUP, "test_the_exposition_names_its_format"},
    "keeps_the_temperature": {
        "test_temperatures_are_there_exactly_while_the_sensor_is_up",
        "test_the_exposed_temperature_is_that_of_the_reading",
    },
    "is_somebody_else": {AGREES},
    "uptime_falls": {
        "test_the_uptime_grows",
        "test_the_exposed_uptime_agrees_with_info_and_grows",
    },
    "counts_every_answer_as_ok": {"test_each_answer_is_counted_under_its_code"},
    "counts_no_refusals": {"test_a_refused_client_is_counted"},
    "talks_too_much": {"test_the_whole_page_is_small"},
    "invents_causes": {
        "test_the_cause_of_the_last_reset_is_one_of_four",
        "test_counts_are_whole_and_never_fall",
        "test_the_last_run_is_told_of_or_unknown",
    },
    "shows_the_password": {"test_no_answer_holds_the_password"},
    "names_a_secret": {"test_no_key_of_info_is_called_like_a_secret"},
    "ponders_before_refusing": {FOURTH},
    "refuses_unheard": {FOURTH, FOURTH_ANYWAY},
    "trusts_readers": {"test_clients_that_do_not_read_are_gone_after_three_seconds"},
    "takes_any_line": {MALFORMED},
    "answers_pipelined": {"test_of_two_requests_at_once_the_first_alone_is_answered"},
    "stumbles_over_binary": {
        "test_hostile_requests_keep_no_honest_one_from_its_answer"
    },
}
# What a wrong server must pass, lest it fail for being dead: it is wrong in one way.
HARMLESS = "test_the_hostname_is_one_that_a_board_can_have"
# Whoever does not close passes only what asks nothing; a leak spoils what comes later.
HARMLESS_FOR = {
    "keeps_connections": CUT,
    "leaks_slots": MALFORMED,
    "recovers_never": MALFORMED,
    "escapes_nothing": "test_the_whole_page_is_small",
    # The connection from which it answers no error ends without a word.
    "stumbles_over_binary": CUT,
}
