"""Disk: everything that was paid for, kept so that a crash loses none of it.

What is looked for again is found by `search_index`, all of it at a glance.

`store` is one folder with a room for each kind of thing: `blobs` (bytes by hash), `records` (an exchange a file),
`heads` and over both `album` (conversations), `answers` (as they came), `intents` (requests on their way), `ledger`
(money), `recordings` (which record answers a request), `sweeps` (each a `sweep_log` of `sweep_lines`: plans, claims,
ends) `batch_logs` (each job a `batch_log`, and while it is under way `batch_files`) and `opinions` (stars, notes,
tags). `codec`, `holes` and `fields` are the records' JSON, `slugs` their files' names; `catalogue` reads the prices
that a user's own file changes.

Beneath: `folder` (files replaced as a whole), `grouped` (many of them forced at once), `journal` (appended to),
`together` (one force for several threads), `locks` and `kernels` (who is alive), `disk` (what is asked of the system).
When a disk refuses: `arriving`, `spare` and `owed`. When it has lost something: `verify` (with `modes`, who may read
it) and `restoring`. From elsewhere: `archive`, its `entries` and `archived_sweeps`, and `vetting` of what they hold.
"""
