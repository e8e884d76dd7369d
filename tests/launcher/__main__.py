# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports all that a run of ``ansible-playbook`` may need, and forks for each run. It has no threads.

Usage: __main__.py NUMBER_OF_A_SOCKET
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import gc
import importlib
import io
import json
import marshal
import os
import pkgutil
import shutil
import signal
import socket
import struct
import sys
import tempfile
import warnings
import zipfile
from dataclasses import replace
from importlib.util import MAGIC_NUMBER
from typing import Any

# Python itself may set it, for a locale that is not UTF-8.
OF_PYTHON = {"LC_CTYPE"}
LIBRARIES = ("cryptography.hazmat.primitives.ciphers", "duo_client", "requests", "yaml")
CORE = (
    "ansible.cli.playbook",
    "ansible.executor.module_common",
    "ansible.executor.powershell.module_manifest",
    "ansible.executor.task_executor",
    "ansible.plugins.cache.memory",
    "ansible.plugins.callback.default",
    "ansible.plugins.connection.local",
    "ansible.plugins.shell.sh",
    "ansible.plugins.strategy.linear",
)
CORE_PACKAGES = ("action", "filter", "inventory", "lookup", "test", "vars")
OURS = "ansible_collections.identityops.cisco.plugins"


def main() -> None:
    launcher = socket.socket(fileno=int(sys.argv[1]))
    import_all()
    compile_modules()
    # A run ends before the collector would pay, and what it looks through is memory that a fork has to copy.
    gc.disable()
    gc.freeze()
    modules = tempfile.mkdtemp(prefix="launcher-")
    children: list[int] = []
    while True:
        message, files, _flags, _sender = socket.recv_fds(launcher, 1, 4)
        children = [child for child in children if os.waitpid(child, os.WNOHANG) == (0, 0)]
        if not message:
            break
        child = os.fork()
        if not child:
            launcher.close()
            run(modules, *files)
            return
        children.append(child)
        for file in files:
            os.close(file)
    # A run that no test has waited for goes on by itself.
    for child in children:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
    shutil.rmtree(modules, ignore_errors=True)


def import_all() -> None:
    from ansible.plugins import loader

    for name in (*LIBRARIES, *CORE):
        importlib.import_module(name)
    for name in CORE_PACKAGES:
        import_package(f"ansible.plugins.{name}")
    loader.init_plugin_loader()
    # Each run calls that again, and there is nothing left to do for it.
    warnings.filterwarnings("ignore", "AnsibleCollectionFinder has already been configured")
    import_package(OURS)
    # A run reads the options of all of these first.
    for kind in ("become", "cache", "callback", "connection", "inventory", "shell"):
        list(getattr(loader, f"{kind}_loader").all(class_only=True))
    forget_temporary_folder()


def import_package(name: str) -> None:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        # What cannot be imported, for want of a library or on a newer Python, is not used either.
        with contextlib.suppress(ImportError):
            importlib.import_module(module.name)


def compile_modules() -> None:
    """Put compiled code beside the sources in the file of a module, which Python compiles each time otherwise."""
    from ansible.executor import module_common

    # Of releases of core before 2.19 each file is as it is.
    if hasattr(module_common, "_CachedModule"):
        kind = module_common._CachedModule
        dump = kind.dump
        kind.dump = lambda module, path: dump(replace(module, zip_data=with_compiled(module.zip_data)), path)


def with_compiled(encoded: bytes) -> bytes:
    """The same archive with the code of each file of Python. A Python of another release ignores it."""
    made = io.BytesIO(base64.b64decode(encoded))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_STORED) as archive:
        for name in archive.namelist():
            if name.endswith(".py"):
                code = compile(archive.read(name), name, "exec", dont_inherit=True)
                # Marked as one that is not to be compared with its source.
                archive.writestr(f"{name}c", MAGIC_NUMBER + struct.pack("<I8x", 1) + marshal.dumps(code))
    return base64.b64encode(made.getvalue())


def forget_temporary_folder() -> None:
    """Ansible makes one while it is imported, and each run needs its own."""
    from ansible import constants
    from ansible.utils.path import cleanup_tmp_file

    atexit.unregister(cleanup_tmp_file)
    cleanup_tmp_file(constants.DEFAULT_LOCAL_TMP)


def run(modules: str, order_file: int, output: int, errors: int, news: int) -> None:
    """Run one in a process of its own, and report what becomes of it.

    :param modules: a folder for what all runs make of the same modules: the files, and not yet their options.
    """
    child = os.fork()
    if child:
        os.write(news, f"{child}\n".encode())
        _pid, status = os.waitpid(child, 0)
        os.write(news, f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    os.close(news)
    os.setsid()
    with open(order_file, "rb") as file:
        file.seek(0)
        order: dict[str, Any] = json.load(file)
    for file, channel in ((output, 1), (errors, 2)):
        os.dup2(file, channel)
        os.close(file)
    playbook(modules, order["arguments"], order["folder"], order["environment"])


def playbook(modules: str, arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """What ``python -m ansible playbook`` does once everything is imported."""
    from ansible import constants
    from ansible.cli.playbook import main as ansible_playbook

    os.chdir(folder)
    for name in os.environ.keys() - OF_PYTHON:
        del os.environ[name]
    os.environ.update(environment)
    sys.path[0] = folder
    sys.argv = ["ansible-playbook", *arguments]
    # The default is a template that takes another setting.
    constants.DEFAULT_LOCAL_TMP = constants.config.get_config_value("DEFAULT_LOCAL_TMP", variables=vars(constants))
    os.symlink(modules, os.path.join(constants.DEFAULT_LOCAL_TMP, "ansiballz_cache"))
    ansible_playbook(["ansible-playbook", *arguments])


if __name__ == "__main__":
    main()
