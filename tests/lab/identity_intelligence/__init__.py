# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Cisco Identity Intelligence: one tenant with its console, token URL and GraphQL API."""
