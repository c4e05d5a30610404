"""Values and rules: standard library only; no files, clock, network or environment.

What is sent and kept: `content` (turns and parts) over `skeleton` (JSON with holes) and `pictures`; `exchange` and
`conversation`; `grounding`, `usage`, and `live` while an answer arrives. What is asked for: `options` (`safety` among
them) against `models`, which `overrides` may change; `languages` and `location` of what is given. What it costs:
`pricing`, and `pacific` for the day of the quotas. What settings may be: `traits`, `cloud`. How the rooms meet:
`seams`. What people read: `phrases`, without keys by `redact`.
"""
