"""Trees that mean harm: whatever they hold, the scan ends, leaves nothing behind, and says what it couldn't look at."""

from pathlib import Path

import pytest

from engine.scan.copies import copied
from engine.scan.result import PartName, PartState, ScanResult
from engine.scan.scanner import Scanner
from tests.scan.osv_server import OsvServer
from tests.scan.trees import ScanTree, a_tree, an_aws_key

RISKY = "import os\nos.system(x)\n"


@pytest.fixture
def scanner(osv_server: OsvServer, tmp_path: Path) -> Scanner:
    return Scanner(osv_server.url, tmp_path / "memory")


def part(result: ScanResult, name: PartName) -> PartState:
    return next(each.state for each in result.parts if each.name is name)


def test_names_mean_nothing_to_the_programs(scanner: Scanner, tmp_path: Path) -> None:
    names = [
        "../out.py",
        "/out.py",
        "-c.py",
        "--config=x.py",
        "a\nb.py",
        "sp ace.py",
        "\udcff.py",
        "é.py",
        "x" * 300 + ".py",
    ]
    result = scanner.scan(a_tree({name: f"{RISKY}KEY = '{an_aws_key()}'\n" for name in names}))
    told = {name.encode(errors="replace").decode() for name in names}
    assert {each.path for each in result.findings if each.part is PartName.CODE} == told
    assert {each.path for each in result.findings if each.part is PartName.SECRETS} == told
    assert not list(tmp_path.rglob("out.py"))


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text(RISKY)
    tree = a_tree({"app.py": ""}, {"link.py": str(tmp_path / "secret.py"), "up": "../../.."})
    with copied(tree) as copies:
        assert [each.path for each in copies.by_name.values()] == ["app.py"]
        assert not any(each.is_symlink() for each in copies.folder.iterdir())


def test_modules_of_the_tree_never_run(scanner: Scanner, tmp_path: Path) -> None:
    ran = f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\n"
    names = ["json.py", "sitecustomize.py", "usercustomize.py", "detect_secrets/__init__.py", "engine/__init__.py"]
    result = scanner.scan(a_tree(dict.fromkeys(names, ran)))
    assert part(result, PartName.SECRETS) is PartState.CLEAN
    assert not (tmp_path / "ran").exists()


def test_a_file_of_100_mb_is_said_and_not_read(scanner: Scanner) -> None:
    result = scanner.scan(a_tree({"big.py": b"#" * (100 << 20), "app.py": RISKY}))
    assert [each.path for each in result.findings] == ["app.py"]
    assert {each.why for each in result.inconclusive} == {"big.py is larger than 2 MB"}


def test_more_files_than_can_be_read_are_said() -> None:
    with copied(a_tree({"a.txt": "a" * 2**20, "b.txt": "b"}), 2**20) as copies:
        assert [each.path for each in copies.by_name.values()] == ["a.txt"]
        assert copies.unread == ["there is more than 1 MB, or 20000 files, of text"]


def test_programs_that_break_readers_are_looked_at_or_said(scanner: Scanner) -> None:
    texts = ["(" * 50_000, "x = " + "-" * 100_000 + "1\n", "\f\r\r\n" * 1000, "\ufeff" + RISKY, "\\\n" * 9999]
    files = {f"{number}{ending}": text for number, text in enumerate(texts) for ending in (".py", ".js")}
    result = scanner.scan(a_tree(files))
    assert [each.path for each in result.findings] == ["3.py"]
    assert "0.py is not Python that can be parsed" in {each.why for each in result.inconclusive}


def test_a_line_that_takes_patterns_for_ever_ends(scanner: Scanner) -> None:
    text = "//" * 100_000 + ":_authToken" + "aws" * 50_000 + "postgres://" + "a:" * 50_000
    result = scanner.scan(a_tree({"x.txt": text, "y.txt": an_aws_key()}))
    assert [each.path for each in result.findings] == ["y.txt"]


def test_nothing_is_left_behind() -> None:
    with pytest.raises(RuntimeError), copied(a_tree({"app.py": RISKY})) as copies:
        assert [each.name for each in copies.folder.iterdir()] == ["00000.py"]
        raise RuntimeError
    assert not copies.folder.exists()


def test_an_empty_tree_has_nothing(scanner: Scanner) -> None:
    result = scanner.scan(ScanTree({}))
    assert {each.state for each in result.parts} == {PartState.NOTHING}
    assert result.inconclusive == ()
