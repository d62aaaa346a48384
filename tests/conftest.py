pytest_plugins = [
    "tests.fixtures.database",
    "tests.fixtures.schema",
    "tests.fixtures.front_door",
    "tests.fixtures.embedded",
]
