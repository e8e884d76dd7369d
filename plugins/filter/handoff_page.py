# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: handoff_page
short_description: Write a step that remains for a person as a page to print or to open
description:
  - Turns one step of a hand-off into a complete HTML page, with boxes to tick. It loads nothing from anywhere, and is
    made to be printed in black and white as well.
  - Secrets are named by the variables that hold them, or will hold them; they are never part of a hand-off.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  _input:
    description:
      - One of the steps that modules and roles of this collection return under C(handoff).
    type: dict
    required: true
  host:
    description:
      - Whom the step is for, such as the name of the inventory host. It is shown at the top of the page.
    type: str
    default: ""
  vault_file:
    description:
      - Path of the Ansible Vault file that holds the secrets to type, if there is one. The page says how to open it.
    type: str
    default: ""
seealso:
  - plugin: identityops.cisco.handoff_lines
    plugin_type: filter
  - module: identityops.cisco.secure_endpoint_credential
"""

EXAMPLES = r"""
- name: Write the instructions for each step
  ansible.builtin.copy:
    content: "{{ item | identityops.cisco.handoff_page(host=inventory_hostname) }}"
    dest: "./handoff/{{ inventory_hostname }}-{{ item.id }}.html"
    mode: "0644"
  loop: "{{ credential.handoff }}"
  loop_control:
    label: "{{ item.id }}"
"""

RETURN = r"""
_value:
  description: The page.
  type: str
"""

from collections.abc import Iterator
from html import escape
from shlex import quote
from typing import Any

from ansible_collections.identityops.cisco.plugins.filter.handoff_lines import (
    LABEL,
    VALUE,
    Part,
    clicks_and_warnings,
    instruction,
)

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { max-width: 46rem; margin: 2.5rem auto; padding: 0 1.5rem; background: #fff; color: #111;
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header { border-bottom: 3px solid #111; padding-bottom: 1rem; }
.eyebrow { display: flex; justify-content: space-between; gap: 1rem; margin: 0; font-size: .875rem; color: #333; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .35rem 0 0; }
h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; break-after: avoid; }
main p { margin: 0; }
dl { display: grid; grid-template-columns: 5rem 1fr; gap: .25rem 1rem; margin: 1rem 0 0; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
a { color: inherit; }
ol, ul { margin: 0; padding: 0; list-style: none; }
li label { display: grid; grid-template-columns: 1.2rem auto 1fr; gap: .7rem; align-items: baseline; padding: .4rem 0; }
li { border-bottom: 1px solid #bbb; break-inside: avoid; }
ul li label { grid-template-columns: 1.2rem 1fr; }
input { width: 1.1rem; height: 1.1rem; margin: 0; transform: translateY(.15rem); }
.number { min-width: 1.7rem; font-weight: 600; text-align: right; font-variant-numeric: tabular-nums; }
code { font: .92em/1.4 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; border: 1px solid #999;
  border-radius: 3px; padding: .05rem .3rem; overflow-wrap: anywhere; }
.warning { border: 3px solid #111; padding: .7rem 1rem; margin: .9rem 0; break-inside: avoid; }
.warning b { display: block; letter-spacing: .08em; }
.warning + ol { break-before: avoid; }
footer { display: grid; grid-template-columns: 1fr 1fr; gap: 2rem; margin-top: 3rem; font-size: .875rem; }
footer span { border-top: 1px solid #111; padding-top: .2rem; }
@page { margin: 15mm; }
@media print {
  html { font-size: 10pt; }
  body { max-width: none; margin: 0; padding: 0; line-height: 1.35; }
  h2 { margin-top: 1rem; }
  li label { padding: .25rem 0; }
  footer { margin-top: 2.2rem; }
}
"""


def handoff_page(step: dict[str, Any], host: str = "", vault_file: str = "") -> str:
    return "\n".join(_page(step, host, vault_file)) + "\n"


def _page(step: dict[str, Any], host: str, vault_file: str) -> Iterator[str]:
    action = escape(step["action"])
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<title>{action}</title>\n<style>{STYLE}</style>\n</head>\n<body>"
    yield f'<header>\n<p class="eyebrow"><span>{escape(step["product"])}</span><span>{escape(host)}</span></p>'
    yield f"<h1>{action}</h1>"
    yield f"<dl><dt>Who</dt><dd>{escape(step['role'])}</dd><dt>Where</dt><dd>{_link(step['url'])}</dd></dl>\n</header>"
    yield "<main>"
    needs = [f"<span>{escape(need)}</span>" for need in step.get("needs", [])]
    if vault_file:
        command = f"<code>ansible-vault view {escape(quote(vault_file))}</code>"
        needs.append(f"<span>The secrets to type are shown by {command}, to whoever knows the password.</span>")
    if needs:
        yield "<h2>Before you begin</h2>\n<ul>"
        yield from (f"<li>{_box(need)}</li>" for need in needs)
        yield "</ul>"
    yield "<h2>What to do</h2>\n<ol>"
    yield from _clicks(step)
    yield "</ol>"
    for heading, part in (("How it is verified", "verification"), ("Afterwards", "then")):
        if step.get(part):
            yield f"<h2>{heading}</h2>\n<p>{escape(step[part])}</p>"
    yield "</main>\n<footer><span>Done by</span><span>Date</span></footer>\n</body>\n</html>"


def _clicks(step: dict[str, Any]) -> Iterator[str]:
    """The numbered list, interrupted where a warning has to be read before one goes on."""
    for number, (click, warning) in enumerate(clicks_and_warnings(step), 1):
        if warning:
            yield f'</ol>\n<div class="warning" role="note"><b>WARNING</b> {escape(warning)}</div>'
            yield f'<ol start="{number}">'
        words = "".join(map(_marked, instruction(click, step)))
        yield f"<li>{_box(f'<span>{words}</span>', number)}</li>"


def _box(content: str, number: int | None = None) -> str:
    told = "" if number is None else f'<span class="number">{number}.</span>'
    return f'<label><input type="checkbox">{told}{content}</label>'


def _marked(part: Part) -> str:
    text, kind = part
    return {LABEL: "<b>{}</b>", VALUE: "<code>{}</code>"}.get(kind, "{}").format(escape(text))


def _link(url: str) -> str:
    """The address in full, for paper; as a link only if it leads to a web page."""
    shown = escape(url)
    return f'<a href="{shown}" rel="noreferrer">{shown}</a>' if url.startswith("https://") else shown


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"handoff_page": handoff_page}
