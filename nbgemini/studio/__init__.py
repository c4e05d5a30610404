"""The use cases, and what users of the library hold.

`process` has the studio of this process, and `studio` wires everything together on its `surroundings` (`wiring`
builds the clients, `places` says where the store is). What users hold: `conversations`, `results` (`pixels` when
asked for), `embedded` (the emulator), `uploads`.

The way of an ask: `ask` parses its words; `references` (and the `sources` and `turns` that a text names) become
pictures by `converting` and `encoding`, and `brought` puts them into the store; `origins` and `reruns` say what it
goes on from, `limits` and `approval` what may not be sent as it is. Then a `shoot` on a worker thread: `placing`
makes the request, `replaying` looks it up, `budget` sets its money aside, each `shot` is sent and settled, `keeping`
commits, `remarks` and `asides` go along. `drawing` waits for it (those of this kernel are in `underway`), and
`saving` writes the file (`targets` does for other files). `plan` is a request that is only looked at.

Around it: `shelf` (this kernel's conversations), `library` (moving in them), `archives`, `orphans`, `spending`,
`verifying`, `doctor` and `health`, `live` (the server's own list of models).
"""
