# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation of the collection as HTML, with every warning an error, and print where it is."""

from __future__ import annotations

import re
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


# Where pictures of the guides are found by those who read a guide somewhere else, such as on an automation hub.
PICTURES = "https://raw.githubusercontent.com/identityops/cisco/main/docs/docsite/rst/images"


def render(builder: str, source: Path, target: Path, **settings: str) -> None:
    """Run Sphinx; for HTML, every warning is an error."""
    strictness = ["-W", "--keep-going"] if builder == "html" else ["-Q"]
    command = [str(Path(sys.executable).parent / "sphinx-build"), "-b", builder, "-q", *strictness, "-C"]
    for key, value in (SETTINGS | settings).items():
        command += ["-D", f"{key}={value}"]
    subprocess.run([*command, "-d", f"{target}.doctrees", str(source), str(target)], check=True)


def with_targets(page: str) -> str:
    """The page with references to its own sections. The builder leaves their targets empty."""
    named = dict.fromkeys(re.findall(r"\[([^\]]+)\]\(\)", page))
    for title in named:
        anchor = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        page = page.replace(f"[{title}]()", f"[{title}](#{anchor})")
        page = re.sub(rf"^(#+ {re.escape(title)})$", rf'<a id="{anchor}"></a>\n\n\1', page, flags=re.MULTILINE)
    return page


def write_guides(folder: Path, scratch: Path) -> None:
    """Write the guides of a copy of `docs` into it as guide_*.md, which is the only form that a hub shows."""
    source, pages = scratch / "rst", scratch / "markdown"
    for place in (source, pages):
        shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(folder / "docsite/rst", source)
    (source / "index.rst").write_text("Guides\n======\n\n.. toctree::\n   :glob:\n\n   guide_*\n")
    extensions = "sphinx_antsibull_ext,sphinx_markdown_builder"
    # References from the guides into the modules' pages, which are not among them, stay plain words. A hub's
    # ansible-test refuses curly quotes.
    render("markdown", source, pages, extensions=extensions, smartquotes="0")
    for page in sorted(pages.glob("guide_*.md")):
        # The builder breaks a line in the cell of a table wherever the source does.
        text = page.read_text(encoding="utf-8").replace("](images/", f"]({PICTURES}/").replace("<br/>", " ")
        (folder / page.name).write_text(with_targets(text), encoding="utf-8")


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
    render("html", source, html)
    print(f"Open {html / 'index.html'}")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as failure:
        raise SystemExit(failure.returncode) from None
