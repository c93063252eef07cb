"""What holds of a program in the local sandbox holds of it in a container: the same tests, with another sandbox."""

from tests.sandboxes.test_channel import (
    test_a_program_with_a_channel_has_four_descriptors,
    test_the_caller_speaks_with_a_program,
    test_the_callers_end_sees_the_programs_end,
    test_the_limits_hold_when_nobody_waits,
)
from tests.sandboxes.test_limits import (
    test_a_compiler_bomb_ends_as_the_programs_fault,
    test_a_program_over_its_limit_is_stopped,
    test_a_program_within_its_limit_is_left_alone,
    test_processes_are_counted,
)
from tests.sandboxes.test_programs import (
    test_a_file_outside_the_working_directory_is_refused,
    test_a_program_ends,
    test_a_program_prints,
    test_a_source_larger_than_the_scratch_space_runs,
    test_arguments_and_files_reach_the_program,
    test_figures_are_the_kernels,
    test_other_languages_are_refused_by_name,
    test_stdout_and_stderr_are_kept_apart_and_whole,
    test_the_same_program_draws_the_same_random_numbers,
)
from tests.sandboxes.test_walls import (
    test_a_program_has_three_descriptors,
    test_a_programs_text_and_input_cannot_be_found_by_the_next_one,
    test_killing_everything_kills_nothing_of_ours,
    test_no_signal_ends_the_first_process_of_a_programs_namespace,
    test_what_one_program_leaves_the_next_does_not_find,
)

__all__ = [
    "test_a_compiler_bomb_ends_as_the_programs_fault",
    "test_a_file_outside_the_working_directory_is_refused",
    "test_a_program_ends",
    "test_a_program_has_three_descriptors",
    "test_a_program_over_its_limit_is_stopped",
    "test_a_program_prints",
    "test_a_program_with_a_channel_has_four_descriptors",
    "test_a_program_within_its_limit_is_left_alone",
    "test_a_programs_text_and_input_cannot_be_found_by_the_next_one",
    "test_a_source_larger_than_the_scratch_space_runs",
    "test_arguments_and_files_reach_the_program",
    "test_figures_are_the_kernels",
    "test_killing_everything_kills_nothing_of_ours",
    "test_no_signal_ends_the_first_process_of_a_programs_namespace",
    "test_other_languages_are_refused_by_name",
    "test_processes_are_counted",
    "test_stdout_and_stderr_are_kept_apart_and_whole",
    "test_the_caller_speaks_with_a_program",
    "test_the_callers_end_sees_the_programs_end",
    "test_the_limits_hold_when_nobody_waits",
    "test_the_same_program_draws_the_same_random_numbers",
    "test_what_one_program_leaves_the_next_does_not_find",
]
