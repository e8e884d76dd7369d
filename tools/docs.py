# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation of the collection as HTML, with every warning an error, and print where it is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tools.checkout import BUILD, NAME, NAMESPACE, ROOT

PLACE = BUILD / "docs"
SETTINGS = {
    "project": f"{NAMESPACE}.{NAME}",
    "copyright": f"The {NAMESPACE}.{NAME} authors",
    "extensions": "sphinx_antsibull_ext",
    "html_theme": "sphinx_ansible_theme",
    "pygments_style": "ansible",
    "highlight_language": "YAML+Jinja",
    "default_role": "any",
    # References into ansible-core's own documentation need its index, which would have to be downloaded.
    "suppress_warnings": "ref.ref",
}
# There is no release on Galaxy yet, and every page of a module says how to install the collection.
COLLECTOR = """\
collection_url = {
  * = https://github.com/identityops/cisco
}
collection_install = {
  * = ansible-galaxy collection install git+https://github.com/identityops/cisco.git
}
"""


def main() -> None:
    shutil.rmtree(PLACE, ignore_errors=True)
    source, html, binaries = PLACE / "rst", PLACE / "html", Path(sys.executable).parent
    PLACE.mkdir(parents=True)
    # antsibull-docs refuses a folder that others may write to.
    source.mkdir(mode=0o700)
    settings = PLACE / "antsibull-docs.cfg"
    settings.write_text(COLLECTOR, encoding="utf-8")
    collect = ("collection", "--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir", source)
    subprocess.run(
        [binaries / "antsibull-docs", "--config-file", settings, *collect, f"{NAMESPACE}.{NAME}"], check=True
    )
    # It lists what plugins declare, and modules cannot: the guide about connections has all variables.
    (source / "environment_variables.rst").unlink()
    # antsibull-docs takes the guides along and leaves their pictures behind.
    shutil.copytree(ROOT / "docs/docsite/rst/images", source / "docsite/images")
    render = ["-q", "-W", "--keep-going", "-C"]
    for key, value in SETTINGS.items():
        render += ["-D", f"{key}={value}"]
    subprocess.run([binaries / "sphinx-build", *render, "-d", PLACE / "doctrees", source, html], check=True)
    print(f"Open {html / 'index.html'}")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as failure:
        raise SystemExit(failure.returncode) from None
