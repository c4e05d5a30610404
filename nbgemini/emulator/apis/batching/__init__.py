"""The Batch API.

Begin with `batches_api`: jobs are created, shown, listed, cancelled, deleted. `job_fate` says how far one is,
`job_lines` reads its lines, `job_output` draws what they are answered with, `job_shown` writes the operation;
`downloads` sends the file of its answers.
"""
