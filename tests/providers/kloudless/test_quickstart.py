import runpy
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[3] / "examples" / "kloudless_quickstart.py"


def test_the_quickstart_runs_as_it_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Subscription, list, empty poll, a new event in the activity, nothing with its cursor."""
    for name in ("BASE_URL", "TOKEN", "API_KEY"):
        monkeypatch.delenv(f"KLOUDSYNC_KLOUDLESS_{name}", raising=False)
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    assert capsys.readouterr().out.splitlines() == [
        "subscription 99: active=True",
        "activity: count=0 cursor=0",
        "added: Example Event Name",
        "activity: add Example Event Name",
        "saved the cursor",
        "activity: count=0",
    ]
