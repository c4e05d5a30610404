"""The key for tests that talk to Google, and what they may spend; read before the environment is cleaned."""

from __future__ import annotations

import os

KEY = (os.environ.get("GOOGLE_API_KEY") or os.environ.get("GEMINI_API_KEY") or "").strip()
ALLOWANCE = float(os.environ.get("NBGEMINI_LIVE_ALLOWANCE") or "2")
"""US dollars that live tests may spend."""
