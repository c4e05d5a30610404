"""Gemini's JSON to core values and back; used by `net` alone.

Out: `encode` makes a request, `elide` shows one to people.

In, while it arrives: `splitter` sends long strings to disk (`strings`, `b64`) and keeps the JSON around them;
`follower` looks over its shoulder. In, when it is there: `events` and `merge` make one response of a stream,
`patient` reads what a strict parser would drop, `inline` and `in_text` find the true pictures, `decode` makes an
`Answer`, and `verdict` says whether that is a turn (`reasons` why not). `typed` takes values out of JSON that may
hold anything.

Batches: `batch_wire` is the job, `batch_line` a line of what is asked and answered.

Refusals: `error_body` reads the body of an error status, of which `statements` finds what JSON of any maker says and
`page_text` what stands on a page or in a text; `hints` and `limits` say what can be done, and `refusals` makes the
exception.
"""
