# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Cisco Secure Endpoint: one organisation, reached through the API hosts of three regions."""
