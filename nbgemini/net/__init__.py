"""HTTP: one request to Gemini under the retry table, and whatever else goes over a network.

`client` asks: `backends` says where and with which headers (`adc` for logins of Google Cloud, `held_tokens` for those
that no text may show), `body` puts the request on the wire in pieces, `backoff` decides about retries, `intake` takes
the answer in. `routing` chooses the pictures that go through the Files API and `upload` brings them there;
`model_list` asks for the models, `token_count` for the size of a request, and `batches` for jobs, whose `batch_results`
are read line by line.

`seam` is what a carrier of requests must do: `transport` does it by `http11` over `sockets` that can be cut and that
take turns where many answers arrive at once (`taking_turns`; `tls` is made in large pieces), and through a proxy by
httpcore (`proxied`); `own_client` does it with a client of the user's, `inprocess` with a server in this process.
`flight` is the state of one request that both share with those who wait, `watchdog` cuts those whose time is up;
`failures` makes an exception of a broken connection or a refusal, `certificates` knows the variables of TLS, `inflate`
undoes compression that nobody asked for.

`fetch` gets pictures that a user's URL names, from public `addresses` alone.
"""
