"""What holds for the answers of all platforms."""

from collections.abc import Mapping

import pytest

from engine.readiness.facts import Trial
from engine.readiness.inspected import Fits
from engine.readiness.paths.answer import READ
from tests.readiness.paths.applications import (
    DATABASE,
    DJANGO,
    EXPRESS,
    FASTAPI,
    FLASK,
    NEXT,
    SQLITE,
    STATIC,
    VITE,
    asked,
)

SHOPS = [FLASK, FASTAPI, EXPRESS, DJANGO, NEXT, VITE, STATIC, SQLITE, {"README.md": "nothing"}]
every_shop = pytest.mark.parametrize("files", SHOPS, ids="+".join)


@every_shop
def test_there_are_three_answers_in_one_order(files: Mapping[str, str]) -> None:
    assert list(asked(files)) == ["vercel", "railway", "aws"]


@every_shop
def test_the_same_facts_are_the_same_answers(files: Mapping[str, str]) -> None:
    assert asked(files) == asked(files)


@every_shop
def test_each_answer_rests_on_pages_of_the_platform_with_the_day_of_reading(files: Mapping[str, str]) -> None:
    own = {
        "vercel": ("https://vercel.com/",),
        "railway": ("https://docs.railway.com/",),
        "aws": ("https://docs.aws.amazon.com/", "https://aws.amazon.com/"),
    }
    for name, path in asked(files).items():
        assert path.limits
        assert all(each.source.startswith(own[name]) and each.read == READ for each in path.limits)
        assert len({each.text for each in path.limits}) == len(path.limits)


@every_shop
def test_the_verdict_follows_from_what_is_missing(files: Mapping[str, str]) -> None:
    for path in asked(files).values():
        assert (path.verdict is Fits.FITS) == (not path.missing)
        assert path.sentence.endswith(".")
        assert all(each.rstrip("`").endswith(".") for each in path.missing)


@every_shop
def test_what_fits_has_steps_and_a_price_and_says_where_its_files_come_in(files: Mapping[str, str]) -> None:
    for path in asked(files).values():
        if path.verdict is Fits.DOES_NOT:
            assert not path.steps
            continue
        assert path.steps
        assert "$" in path.price
        for file in path.files:
            assert any(f"`{file.path}`" in step for step in path.steps)
            assert file.content.endswith("\n")


@every_shop
def test_no_file_is_offered_that_is_there_already(files: Mapping[str, str]) -> None:
    for path in asked(files).values():
        assert not {file.path for file in path.files} & set(files)


def test_nothing_to_deploy_fits_nowhere_and_says_what_may_be_wrong() -> None:
    for path in asked({"README.md": "nothing"}).values():
        assert path.verdict is Fits.DOES_NOT
        assert "`root`" in path.sentence


def test_variables_that_the_code_needs_are_named_and_those_with_a_default_are_not() -> None:
    code = (
        'import os\nfrom flask import Flask\napp = Flask(__name__)\nos.environ["STRIPE"]\nos.environ.get("MODE", "a")\n'
    )
    for path in asked(FLASK | {"app.py": code}).values():
        steps = "\n".join(path.steps)
        assert "`STRIPE`" in steps
        assert "MODE" not in steps


def test_a_database_on_localhost_is_found_nowhere() -> None:
    code = f"{DATABASE}'postgresql://localhost/shop'\n"
    for path in asked(SQLITE | {"app.py": code}).values():
        assert path.verdict is Fits.FITS_AFTER
        assert "localhost (`app.py:4`)" in path.missing[0]


def test_an_application_in_a_folder_is_deployed_from_there() -> None:
    files = {f"web/{name}": text for name, text in FLASK.items()} | {"slipway.yml": "root: web\n"}
    answers = asked(files)
    assert all("`web" in "\n".join(path.steps) for path in answers.values())
    assert [file.path for file in answers["aws"].files] == ["web/.ebextensions/port.config"]


def test_what_needs_much_memory_costs_more_or_does_not_fit() -> None:
    big = Trial(at=0.0, start_seconds=1.0, health_path="/", health_status=200, stop_code=0, stop_seconds=0.1)
    held = {size: asked(FLASK, trial=_holding(big, size)) for size in (3000.0, 5000.0)}
    assert held[3000.0]["vercel"].verdict is Fits.FITS_AFTER
    assert held[5000.0]["vercel"].verdict is Fits.DOES_NOT
    assert held[3000.0]["aws"].price.startswith("More than $12")
    assert held[5000.0]["railway"].verdict is Fits.FITS


def _holding(trial: Trial, megabytes: float) -> Trial:
    return Trial(**{**vars(trial), "memory_mb": megabytes})
