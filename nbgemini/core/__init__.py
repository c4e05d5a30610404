"""Values and rules: standard library only; no files, clock, network or environment.

What is sent and kept: `content` (turns and parts) over `skeleton` (JSON with holes) and `picture`; `exchange` and
`conversation`, and `continuing`: which request goes on from where (`folding`: what is sent where the answers before
cannot be; `weights`: what it weighs); `grounding`, `usage`, and `live` while an answer arrives. What is asked for:
`options`. `option_table` has a row for each, with its parser (`option_parsers`, `safety`, `request_fields`); `slips`
are what people write in their place, `python_slips` the names that they try on a result; `in_python` says for Python
what errors advise for cells. What each model takes and costs: `models`, which `overrides` may change; `languages` of
texts, and `photos`: what of a file is sent. What a sweep tries: `grid`, with places for values that `braces` finds;
what people say of a picture: `ratings`. What is known of a batch: `batch_jobs`. What it costs: `pricing`, and `pacific`
for the day of the quotas. What can be set: `setting_table`, with `setting_parsers` for its values, `base_url` for
addresses and `cloud` for names of Google Cloud. How the rooms meet: `seams`. What people read: `phrases`, without keys
by `redact`; `word_diff` for what differs; `portable_names` for files.
"""
