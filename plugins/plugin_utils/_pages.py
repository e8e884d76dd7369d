# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The printed pages of the steps that remain for a person, and the encrypted files next to them. Private to this
collection."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml
from ansible.errors import AnsibleError
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.identityops.cisco.plugins.filter.handoff_page import handoff_page
from ansible_collections.identityops.cisco.plugins.filter.handoff_place import handoff_place
from ansible_collections.identityops.cisco.plugins.filter.handoff_salt import handoff_salt
from ansible_collections.identityops.cisco.plugins.plugin_utils._files import replace_file

PAGE, SECRETS = ".html", ".vault.yml"
FILE_MODE, FOLDER_MODE = 0o600, 0o700

HandoffStep = dict[str, Any]


class Found(NamedTuple):
    """A regular file that is there; another kind of file counts as none.

    :ivar is_private: whether only this user can read and change it.
    """

    content: bytes
    changed_at: float
    is_private: bool


@dataclass
class Pages:
    """Writes and removes the files of steps, or in check mode only works out what it would do.

    What cannot be written is a warning: the run goes on without it, and shows the whole step instead of its page.

    :ivar around: what each page says in addition to its step, as for the filter ``handoff_page``.
    :ivar secrets: what goes into the encrypted file: each value under the label that it has on the console's page.
    :ivar vault_secret: the password of that file; empty for none.
    :ivar use: which use of the role on its host this is in this run. A later one does not touch the files of an earlier
        one.
    :ivar files: the files that are there for each step, by its ID, the page first.
    :ivar diff: what changes, an entry for each page. What is in the encrypted files is left out.
    """

    folder: str
    host: str
    is_check: bool
    around: Mapping[str, Any]
    secrets: Mapping[str, str]
    vault_secret: str
    use: int = 1
    files: dict[str, list[str]] = field(default_factory=dict)
    diff: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    is_changed: bool = False

    def write(self, step: HandoffStep, number: int, total: int) -> None:
        """Bring the files of an open step up to date."""
        with self._kept_going(step["id"]) as place:
            page, kept, text = place + PAGE, place + SECRETS, self._encrypted(step)
            found = _found(page)
            printed = {} if found is None else _as_printed(found)
            html = handoff_page(
                step,
                self.host,
                vault_file=kept if text else "",
                number=number,
                total=total,
                printed=printed,
                **self.around,
            )
            self._ensure_folder(os.path.dirname(place))
            # First, because the page refers to it.
            if text:
                self._ensure(kept, text, _found(kept))
            else:
                self._remove(kept)
            if self._ensure(page, html, found):
                self._note(page, found, html)
            paths = [path for path in (page, kept) if os.path.exists(path)]
            self.files[step["id"]] = paths if page in paths else []

    def remove(self, step_id: str) -> None:
        """Remove the files of a step that is done. Where a file is in place of the folder, there are none."""
        with self._kept_going(step_id) as place, contextlib.suppress(NotADirectoryError):
            found = _found(place + PAGE)
            self._remove(place + SECRETS)
            if self._remove(place + PAGE):
                self._note(place + PAGE, found, "")

    @contextlib.contextmanager
    def _kept_going(self, step_id: str) -> Iterator[str]:
        """The path of a step's files without extension; what goes wrong becomes a warning."""
        place = handoff_place(self.folder, self.host, step_id if self.use == 1 else f"{step_id}.{self.use}")
        self.files[step_id] = []
        try:
            yield place
        except (AnsibleError, OSError, ValueError) as error:
            reason = f"{error.strerror}: {error.filename}" if isinstance(error, OSError) else str(error).rstrip(".")
            self.warnings.append(
                f"The files {place}.* could not be brought up to date: {reason}. The run continues without them."
            )

    def _encrypted(self, step: HandoffStep) -> str:
        """The content of the encrypted file; empty if there is none to write.

        The same secrets and password make the same text, so that a second run changes nothing.
        """
        given = {label: value for label, value in self.secrets.items() if value}
        if not (self.vault_secret and given and any(entry.get("secret") for entry in step["fields"])):
            return ""
        text = yaml.safe_dump(given, allow_unicode=True, default_flow_style=False)
        secret = VaultSecret(self.vault_secret.encode())
        encrypted: bytes = VaultLib().encrypt(text, secret, salt=handoff_salt(text, self.vault_secret))
        return encrypted.decode()

    def _ensure_folder(self, folder: str) -> None:
        """The mode of a folder that is there stays as it is."""
        if os.path.isdir(folder) or self.is_check:
            return
        self._ensure_folder(os.path.dirname(folder))
        # Another host may be making it at this moment.
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder, FOLDER_MODE)

    def _ensure(self, path: str, text: str, found: Found | None) -> bool:
        """Write a file that is not as it must be; whether it was not."""
        if found and found.is_private and found.content == text.encode():
            return False
        self.is_changed = True
        if not self.is_check:
            replace_file(path, text)
        return True

    def _remove(self, path: str) -> bool:
        """Remove a file; whether it was there."""
        if not os.path.lexists(path):
            return False
        self.is_changed = True
        if not self.is_check:
            os.unlink(path)
        return True

    def _note(self, path: str, found: Found | None, after: str) -> None:
        before = found.content.decode(errors="replace") if found else ""
        self.diff.append({"before_header": path, "after_header": path, "before": before, "after": after})


def _found(path: str) -> Found | None:
    """:raises OSError: the file may not be read."""
    try:
        known = os.lstat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(known.st_mode):
        return None
    with open(path, "rb") as file:
        return Found(file.read(), known.st_mtime, _is_private(path, known))


def _is_private(path: str, known: os.stat_result) -> bool:
    """In a folder that others may write, a file may be theirs. Elsewhere its owner depends on the file system alone."""
    is_shared = os.stat(os.path.dirname(path)).st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    is_own = known.st_uid == os.geteuid() or not is_shared
    return is_own and stat.S_IMODE(known.st_mode) == FILE_MODE


def _as_printed(found: Found) -> dict[str, Any]:
    """What the filter ``handoff_page`` has to know of a page that is there."""
    checksum = hashlib.sha1(found.content, usedforsecurity=False).hexdigest()
    return {"exists": True, "mtime": found.changed_at, "checksum": checksum}
