"""Answers: from an Ask to Google's JSON, picture and all.

Begin with `responses`: whole answers, the events of a stream, refusals. It joins the `chunks` of an answer, which
come in a model's order; their words are from `wording`, their sources from `citing`. `easel` chooses the scene and
has it painted; `provenance` adds what the two APIs write into their files. `streaming` writes events, `latency` says
how long it all takes. What is answered in place of a picture is `provoked` by a cue, which `cueing` finds,
or comes from `ratelimits`. `batched` answers a line of a batch job. What a request may say is decided in requests/, how
an answer travels in delivery.
"""
