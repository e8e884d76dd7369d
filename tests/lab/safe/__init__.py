# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated SAFE instance: its documented API for integrations, and the page of its console."""
