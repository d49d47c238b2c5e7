"""Takes one permission out of the example's templates at a time, and has the delivery run into it."""
import contextlib
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from installation import DRYDOCK, EXAMPLE, Installation

QUICK = Path(__file__).resolve().parent / "quick"
# Needs no permission, so that granting it grants nothing.
NOTHING = "sts:GetCallerIdentity"


def without_action(text, sid, action, policy):
    """The template with the action gone from the statement of that Sid in that policy (a logical id)."""
    resource = text.index(f"\n  {policy}:\n")
    begin = text.index(f"Sid: {sid}\n", resource)
    end = re.compile(r"\n( +- Sid:|\n  \w|  \w+:\n)").search(text, begin)
    stop = end.start() if end else len(text)
    changed, times = re.subn(rf"(?<![\w:*]){re.escape(action)}(?![\w*])", NOTHING, text[begin:stop])
    assert times == 1, (policy, sid, action, times)
    return text[:begin] + changed + text[stop:]


def without(text, old, new=NOTHING):
    assert text.count(old) == 1, (old, text.count(old))
    return text.replace(old, new)


@contextlib.contextmanager
def delivery(change):
    """The quick delivery with `change` ({template: function of its text}) on a server of its own, and the rehearsal's summary."""
    with tempfile.TemporaryDirectory(prefix="drydock-mutation-") as name:
        folder = Path(name)
        shutil.copytree(QUICK / "service", folder / "service")
        shutil.copytree(EXAMPLE / "templates", folder / "templates")
        (folder / "rehearsal.yaml").write_text((QUICK / "rehearsal.yaml").read_text().replace("../../../examples/product-catalog/", ""))
        for template, of in change.items():
            path = folder / "templates" / template
            path.write_text(of(path.read_text()))
        installation = Installation(folder)
        try:
            ran = subprocess.run([DRYDOCK, "rehearse", "--json", folder / "rehearsal.yaml"], env=installation.environment,
                                 capture_output=True, text=True, timeout=600)
            yield installation, json.loads(ran.stdout.splitlines()[-1])["summary"]
        finally:
            installation.stop()


def rehearse(template, change):
    """The rehearsal's summary with one template (a path from the folder of templates) changed."""
    with delivery({template: change}) as (_, summary):
        return summary
