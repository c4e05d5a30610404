"""Sweeps as batch jobs at half the price: submitted here, collected by any kernel that has the store.

A job asks the shots of one model of one sweep. The shots are claimed in the sweep's own file in the name of the job,
so that every kernel knows that they are asked; the job has a file of its own (`store/batch_log`), whose first line is
the intent. `submitting` is an engine that creates jobs instead of asking (`job_sizes`: which shots go into one); it
always writes a file, because inline answers are given out twice over and with pictures cannot be fetched.
`asking_jobs` finds what Google says of a job, also of one whose creation had an unknown outcome; `watching` asks from
the background; `collecting` brings the results to disk and says what became of every shot, and `taking` takes each
answer in like a live one. `batch_job` is what users hold, and `all_jobs` those of a store in one kernel.
"""
