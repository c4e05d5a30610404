"""What everything else stands on: the settings, the store and the client of this moment, looked up when needed.

Begin with `surroundings`. `wiring` builds a client for the settings (HTTP to Google, or the emulator in this process);
`embedded` is that emulator as users hold it; `uploads` lists what was left on the Files API, and `model_lists` asks a
server, once, which models it has. Not here: what a request holds (`sending`), and reading the environment (`settings`).
"""
