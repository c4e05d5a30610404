"""How fast we are: side by side with the official SDK and with plain httpx, over TLS, in one run."""
