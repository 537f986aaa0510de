"""Files and functions stay small enough to be read in one go."""

from statistics import median

from tools.source import ROOT, functions, modules, repository_files, text_of

MEDIAN_LINES = 100
MOST_LINES = 400
LONG_FUNCTION = 50
LONG_FUNCTIONS_PER_THOUSAND = 5


def test_half_of_all_files_have_at_most_a_hundred_lines():
    sizes = [len(module.text.splitlines()) for module in modules() if not module.is_door_plate_only]

    assert median(sizes) <= MEDIAN_LINES


def test_no_file_of_code_or_tests_is_too_long_to_read():
    code = [path for path in repository_files() if path.suffix == ".py"]

    sizes = {path.relative_to(ROOT).as_posix(): len((text_of(path) or "").splitlines()) for path in code}

    assert {name: lines for name, lines in sizes.items() if lines > MOST_LINES} == {}


def test_long_functions_are_rare():
    lengths = {
        f"{module.name}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for module in modules()
        for node in functions(module.tree)
    }

    long = {name: lines for name, lines in lengths.items() if lines > LONG_FUNCTION}

    assert len(long) * 1000 <= LONG_FUNCTIONS_PER_THOUSAND * len(lengths), long
